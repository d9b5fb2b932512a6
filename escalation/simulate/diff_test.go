package simulate

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestADiffIsReadByPeople keeps every kind of line that a diff may have.
func TestADiffIsReadByPeople(t *testing.T) {
	f, err := ReadFile("testdata/diff.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, test := range f.Tests {
		setup := Setup{Roster: world(), Urgency: func(a incident.Alert) oncall.Urgency {
			if a.Severity == incident.Warning {
				return oncall.Low
			}
			return oncall.High
		}}
		out, err := Run(t.Context(), test, setup, slower)
		if err != nil {
			t.Fatal(err)
		}
		if out.OK {
			t.Errorf("%s: it held", test.Name)
		}
		b.WriteString(test.Name + "\n" + out.Diff + "\n\n")
	}
	golden(t, "testdata/diff.golden", b.String())
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", file, got, want)
	}
}
