package redisd

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
	"time"
)

// An answer is an error in the server's own words.
type answer string

func (a answer) Error() string { return "redis says " + string(a) }

// isAnswer reports whether the server said something, if not what was hoped for.
func isAnswer(err error) bool {
	var a answer
	return errors.As(err, &a)
}

// isSilence reports whether nobody listens any more.
func isSilence(err error) bool {
	return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.ENOENT)
}

// ask sends a PING and wants a PONG. A server that still loads its data says so
// in an error.
func (a address) ask(ctx context.Context) error { return a.tell(ctx, "+PONG", "PING") }

// tell sends one command and wants one line.
func (a address) tell(ctx context.Context, want string, words ...string) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	var d net.Dialer
	conn, err := d.DialContext(ctx, a.network, a.where)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // nothing is lost with it
	if at, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(at); err != nil {
			return err
		}
	}
	in := bufio.NewReader(conn)
	if a.password != "" {
		if err := say(conn, in, "+OK", "AUTH", a.password); err != nil {
			return err
		}
	}
	return say(conn, in, want, words...)
}

// say sends one command on a connection and reads one line.
func say(conn net.Conn, in *bufio.Reader, want string, words ...string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "*%d\r\n", len(words))
	for _, w := range words {
		fmt.Fprintf(&b, "$%d\r\n%s\r\n", len(w), w)
	}
	if _, err := conn.Write([]byte(b.String())); err != nil {
		return err
	}
	line, err := in.ReadString('\n')
	if err != nil {
		return err
	}
	if line = strings.TrimSpace(line); line != want {
		return answer(line)
	}
	return nil
}
