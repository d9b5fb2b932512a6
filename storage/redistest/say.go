package redistest

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"
)

// Say sends one command to a server and returns its answer as text, an array's
// elements as lines. An error answer is returned as an error.
func Say(addr string, words ...string) (string, error) {
	conn, err := net.DialTimeout("tcp", addr, time.Second) //nolint:noctx // loopback
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close() }() // nothing is lost with it
	if err := conn.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return "", err
	}
	if _, err := conn.Write(command(words)); err != nil {
		return "", err
	}
	return answer(bufio.NewReader(conn))
}

func command(words []string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "*%d\r\n", len(words))
	for _, w := range words {
		fmt.Fprintf(&b, "$%d\r\n%s\r\n", len(w), w)
	}
	return []byte(b.String())
}

func answer(in *bufio.Reader) (string, error) {
	line, err := in.ReadString('\n')
	if err != nil {
		return "", err
	}
	line = strings.TrimRight(line, "\r\n")
	if line == "" {
		return "", io.ErrUnexpectedEOF
	}
	kind, rest := line[0], line[1:]
	switch kind {
	case '-':
		return "", fmt.Errorf("redis says %s", rest)
	case '$':
		return bulk(in, rest)
	case '*':
		n, err := strconv.Atoi(rest)
		if err != nil {
			return "", err
		}
		lines := make([]string, max(n, 0))
		for i := range lines {
			if lines[i], err = answer(in); err != nil {
				return "", err
			}
		}
		return strings.Join(lines, "\n"), nil
	}
	return rest, nil
}

func bulk(in *bufio.Reader, size string) (string, error) {
	n, err := strconv.Atoi(size)
	if err != nil || n < 0 {
		return "", err
	}
	b := make([]byte, n+2)
	if _, err := io.ReadFull(in, b); err != nil {
		return "", err
	}
	return string(b[:n]), nil
}
