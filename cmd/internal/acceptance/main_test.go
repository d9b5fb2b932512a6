// Package acceptance tries the built program the way its users do: `earshot serve`
// is a child process that reads a file and an environment, and everything around
// it is real or speaks the real wire protocol.
//
//	senders, admin API ---> earshot serve <---> redis-server (append-only file on)
//	slackfake  <--- Web API, signed clicks and commands --->     |
//	twiliofake <--- REST, signed callbacks and replies --->      |
//	signals, SIGKILL at named points ----------------------------+
//
// Nothing in here knows the program from the inside but the names of the points at
// which it can be made to crash. No test sleeps, and none judges by the clock: each
// waits for what has to become true, and fails once it has waited far too long.
//
// That something does not happen any more is told by a witness: another incident
// whose pages go on in the meantime.
package acceptance

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// binary is the program under test.
var binary string

func TestMain(m *testing.M) { os.Exit(build(m)) }

// build builds the program once for all tests.
func build(m *testing.M) int {
	folder, err := os.MkdirTemp("", "earshot")
	if err != nil {
		fmt.Fprintln(os.Stderr, "folder for the program:", err)
		return 1
	}
	defer os.RemoveAll(folder) //nolint:errcheck // a scratch folder
	binary = filepath.Join(folder, "earshot")
	words, err := exec.Command("go", "build", "-buildvcs=false", "-o", binary, "github.com/earshot-oncall/earshot/cmd/earshot").CombinedOutput()
	if err != nil {
		fmt.Fprintf(os.Stderr, "build the program: %v\n%s", err, words)
		return 1
	}
	// The tests wait more than they work: as many as there are processors would
	// leave those idle.
	flag.Parse()
	if given := flag.Lookup("test.parallel"); given.Value.String() == given.DefValue {
		if err := flag.Set("test.parallel", "8"); err != nil {
			fmt.Fprintln(os.Stderr, "run tests side by side:", err)
			return 1
		}
	}
	return m.Run()
}
