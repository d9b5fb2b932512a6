// Command earshot pages whoever is on call until somebody answers.
//
//	earshot demo | serve                       run it
//	earshot check | who | explain | test       ask the configuration, offline
//	earshot alert | export                     talk to a running server
//
// Errors go to standard error, one line each: "earshot: what is wrong, where and
// what to do". The exit status is 2 for wrong use or a wrong configuration and 1
// for a failure while running.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
	_ "time/tzdata" // zones, where the machine has none

	"github.com/alecthomas/kong"
)

// The exit statuses besides 0.
const (
	exitFailed = 1 // a failure while running
	exitMisuse = 2 // wrong use or a wrong configuration
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends it at once
	status := run(ctx, os.Args[1:], &terminal{
		in: os.Stdin, out: os.Stdout, err: os.Stderr, env: os.LookupEnv, now: time.Now,
	})
	stop()
	os.Exit(status)
}

// A terminal is all that a command sees of the world around it.
type terminal struct {
	in  io.Reader
	out io.Writer
	err io.Writer
	env func(string) (string, bool)
	now func() time.Time
}

// run runs one command line and returns its exit status.
func run(ctx context.Context, args []string, t *terminal) int {
	var commands cli
	left := -1 // the status with which --help asked to leave
	parser, err := kong.New(&commands,
		kong.Name("earshot"),
		kong.Description("On-call paging: an alert becomes a message in chat, and an unanswered one a text or a call."),
		kong.Writers(t.out, t.err),
		kong.Exit(func(status int) { left = status }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	if err != nil {
		return t.tell(err)
	}
	parsed, err := parser.Parse(args)
	if left >= 0 {
		return left
	}
	if err != nil {
		return t.tell(misuse{fmt.Errorf("%w; see earshot --help", err)})
	}
	parsed.BindTo(ctx, (*context.Context)(nil))
	return t.tell(parsed.Run(t))
}

// misuse is an error for which the command line, or a file that it names, has to
// be changed.
type misuse struct{ error }

// Unwrap returns what is wrong.
func (m misuse) Unwrap() error { return m.error }

// told is an exit status that needs no more words.
type told int

// Error implements error.
func (s told) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// tell writes an error, one line for each mistake, and returns the exit status
// that belongs to it.
func (t *terminal) tell(err error) int {
	if err == nil {
		return 0
	}
	if status := told(0); errors.As(err, &status) {
		return int(status)
	}
	for line := range strings.Lines(err.Error()) {
		fmt.Fprintf(t.err, "earshot: %s\n", strings.TrimRight(line, "\n"))
	}
	if errors.As(err, new(misuse)) {
		return exitMisuse
	}
	return exitFailed
}
