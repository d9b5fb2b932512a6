package oncall

import (
	"strings"
	"testing"
	"time"
)

// TestF64EveryTroubleIsToldOnce looks again after every change, as after a crash before
// anything of it was told.
func TestF64EveryTroubleIsToldOnce(t *testing.T) {
	roster := Roster{
		Admins: []PersonID{"paul"},
		People: map[PersonID]Person{
			"ana": {ID: "ana", Name: "Ana Ortiz", Slack: "U0ANA"}, "hal": {ID: "hal", Name: "Hal Byrne", Phone: "+16175550108"},
			"paul": {ID: "paul", Slack: "U0PAUL"},
		},
	}
	nine := time.Date(2026, time.March, 8, 1, 30, 0, 0, time.FixedZone("New York", -5*3600))
	stop := Trouble{Kind: Stopped, Via: SMS, Phone: "+16175550108", Since: nine}
	again := stop
	again.Since = nine.Add(time.Hour) // across a clock change
	refused := Trouble{Kind: Refused, Via: SMS, Phone: "+16175550101", Since: nine, Words: "unregistered sender"}
	later := refused
	later.Since = again.Since
	elsewhere := stop
	elsewhere.Since = nine.UTC()

	tests := []struct {
		name   string
		person PersonID
		was    []Trouble
		is     []Trouble
		due    bool
		want   []string // beginnings of what Paul and Ana read
	}{
		{"nothing", "hal", nil, nil, false, nil},
		{"STOP", "hal", nil, []Trouble{stop}, true, []string{"Hal Byrne's phone replied STOP"}},
		{"the same STOP", "hal", []Trouble{stop}, []Trouble{elsewhere}, false, nil},
		{"START", "hal", []Trouble{stop}, nil, true, []string{"Hal Byrne's phone takes SMS again"}},
		{"STOP after a START that nobody looked at", "hal", []Trouble{stop}, []Trouble{again}, true, []string{"Hal Byrne's phone replied STOP"}},
		{"a refusal", "ana", nil, []Trouble{refused}, true, []string{"A page or a test to you by SMS was refused"}},
		{"the next refusal after a delivery", "ana", []Trouble{refused}, []Trouble{later}, true, []string{"A page or a test to you by SMS was refused"}},
		{"a delivery after a refusal", "ana", []Trouble{refused}, nil, true, nil},
		{"a refusal of somebody who can't be told", "hal", nil, []Trouble{refused}, false, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			known := map[PersonID]Reach{tt.person: {Troubles: tt.is}}
			book := Book{Warned: map[PersonID][]Trouble{tt.person: tt.was, "zed": {stop}}}
			c, due := book.Warn(roster, known)
			if due != tt.due {
				t.Errorf("due = %t", due)
			}
			var got []string
			for _, l := range c.Letters {
				got = append(got, l.Text)
			}
			if len(got) != len(tt.want) {
				t.Fatalf("told %q, want %q", got, tt.want)
			}
			for i, want := range tt.want {
				if !strings.HasPrefix(got[i], want) {
					t.Errorf("told %q, want %q", got[i], want)
				}
			}
			if !due {
				return
			}
			if len(c.Book.Warned["zed"]) != 1 {
				t.Error("somebody whom nobody looked at is forgotten")
			}
			if again, due := c.Book.Warn(roster, known); due {
				t.Errorf("told again: %+v", again.Letters)
			}
		})
	}
}
