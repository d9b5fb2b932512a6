package oncall_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// lines writes shifts one per line, as a reader would.
func lines(shifts []oncall.Shift) string {
	var b strings.Builder
	for _, s := range shifts {
		fmt.Fprintf(&b, "%s %s %v %s\n", s.Start.Format("01-02T15:04Z07"), s.End.Format("01-02T15:04Z07"), s.OnCall, s.Source)
	}
	return b.String()
}

func TestShifts(t *testing.T) {
	office := turnsOf(t, "1d", "2026-03-07T09:00", "ana", "ben")
	office.Hours = []oncall.Window{{From: 9 * 60, To: 17 * 60}}
	lone := turnsOf(t, "1d", "2026-03-07T09:00", "ana")
	left := turnsOf(t, "1d", "2026-03-07T09:00", "ana", "gil", "gil")
	tests := []struct {
		name     string
		layers   []oncall.Layer
		override []oncall.PersonID // from the 8th at 05:00Z to the 8th at 15:00Z
		from, to string
		want     string
	}{
		{"gaps included, across a change", []oncall.Layer{office}, nil, "2026-03-07T12:00:00Z", "2026-03-08T22:00:00Z", `
03-07T12:00Z 03-07T14:00Z [] none
03-07T14:00Z 03-07T22:00Z [ana] rotation
03-07T22:00Z 03-08T13:00Z [] none
03-08T13:00Z 03-08T21:00Z [ben] rotation
03-08T21:00Z 03-08T22:00Z [] none
`},
		{"one who follows herself is one shift", []oncall.Layer{lone}, nil, "2026-03-07T20:00:00Z", "2026-03-20T22:00:00Z", `
03-07T20:00Z 03-20T22:00Z [ana] rotation
`},
		{"an override cuts and fills", []oncall.Layer{office}, ids("dot"), "2026-03-08T00:00:00Z", "2026-03-08T22:00:00Z", `
03-08T00:00Z 03-08T05:00Z [] none
03-08T05:00Z 03-08T15:00Z [dot] override
03-08T15:00Z 03-08T21:00Z [ben] rotation
03-08T21:00Z 03-08T22:00Z [] none
`},
		{"an override of the holder by herself is no handoff", []oncall.Layer{lone}, ids("ana"), "2026-03-08T04:00:00Z", "2026-03-09T00:00:00Z", `
03-08T04:00Z 03-09T00:00Z [ana] rotation
`},
		{"neighbouring gaps are one", []oncall.Layer{left}, nil, "2026-03-08T04:00:00Z", "2026-03-11T00:00:00Z", `
03-08T04:00Z 03-08T13:00Z [ana] rotation
03-08T13:00Z 03-10T13:00Z [] none
03-10T13:00Z 03-11T00:00Z [ana] rotation
`},
		{"an empty schedule is one gap", nil, nil, "2026-03-08T04:00:00Z", "2026-03-09T00:00:00Z", `
03-08T04:00Z 03-09T00:00Z [] none
`},
		{"an empty range has no shifts", []oncall.Layer{lone}, nil, "2026-03-08T04:00:00Z", "2026-03-08T04:00:00Z", "\n"},
		{"a range that runs backwards has none", []oncall.Layer{lone}, nil, "2026-03-08T04:00:00Z", "2026-03-07T04:00:00Z", "\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := oncall.Schedule{Layers: tt.layers}
			if tt.override != nil {
				s.Overrides = []oncall.Override{{Start: at(t, "2026-03-08T05:00:00Z"), End: at(t, "2026-03-08T15:00:00Z"), OnCall: tt.override}}
			}
			if got := "\n" + lines(s.Shifts(at(t, tt.from), at(t, tt.to), stays)); got != tt.want {
				t.Errorf("shifts:%s\nwant:%s", got, tt.want)
			}
		})
	}
}

func TestShiftsKeepFractionsOfASecond(t *testing.T) {
	s := oncall.Schedule{Layers: []oncall.Layer{turnsOf(t, "1d", "2026-03-07T09:00", "ana", "ben")}}
	o := oncall.Override{Start: at(t, "2026-03-08T12:59:59.5Z"), End: at(t, "2026-03-08T13:00:00.5Z"), OnCall: ids("cem")}
	s.Overrides = []oncall.Override{o}
	got := s.Shifts(at(t, "2026-03-08T12:59:59.25Z"), at(t, "2026-03-08T13:00:00.75Z"), nil)
	if len(got) != 3 || !got[1].Start.Equal(o.Start) || !got[1].End.Equal(o.End) {
		t.Errorf("shifts %v", got)
	}
	s.Overrides = nil
	got = s.Shifts(at(t, "2026-03-08T12:59:59.25Z"), at(t, "2026-03-08T13:00:00.75Z"), nil)
	if len(got) != 2 || !got[1].Start.Equal(at(t, "2026-03-08T13:00:00Z")) {
		t.Errorf("shifts %v", got)
	}
}

func TestNext(t *testing.T) {
	office := turnsOf(t, "1d", "2026-03-07T09:00", "ana", "ben")
	office.Hours = []oncall.Window{{From: 9 * 60, To: 17 * 60}}
	tests := []struct {
		name  string
		layer oncall.Layer
		at    string
		until string // empty: nothing follows
		next  []oncall.PersonID
		ends  string
	}{
		{"the next holder", turnsOf(t, "1w", "2026-03-02T09:00", "ana", "ben"), "2026-03-08T07:30:00Z", "2026-03-09T13:00:00Z", ids("ben"), "2026-03-16T13:00:00Z"},
		{"nobody follows for the night", office, "2026-03-07T14:00:00Z", "2026-03-07T22:00:00Z", nil, "2026-03-08T13:00:00Z"},
		{"somebody follows nobody", office, "2026-03-08T07:30:00Z", "2026-03-08T13:00:00Z", ids("ben"), "2026-03-08T21:00:00Z"},
		{"the start follows nobody", turnsOf(t, "1w", "2026-03-16T09:00", "ana", "ben"), "2026-03-08T07:30:00Z", "2026-03-16T13:00:00Z", ids("ana"), "2026-03-23T13:00:00Z"},
		{"one alone is never followed", turnsOf(t, "1d", "2026-03-02T09:00", "ana"), "2026-03-08T07:30:00Z", "", nil, ""},
		{"a start too far away is not seen", turnsOf(t, "1d", "2028-03-02T09:00", "ana"), "2026-03-08T07:30:00Z", "", nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			until, next, ok := oncall.Schedule{Layers: []oncall.Layer{tt.layer}}.Next(at(t, tt.at), stays)
			if ok != (tt.until != "") {
				t.Fatalf("ok = %v, next %v", ok, next)
			}
			if !ok {
				return
			}
			if !until.Equal(at(t, tt.until)) || !next.Start.Equal(until) || !next.End.Equal(at(t, tt.ends)) || !same(next.OnCall, tt.next) {
				t.Errorf("until %v, next %v, want %s, %v", until, next, tt.until, tt.next)
			}
		})
	}
}

func ExampleSchedule_Shifts() {
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		fmt.Println(err)
		return
	}
	day := func(d int) time.Time { return oncall.Wall{Year: 2026, Month: time.March, Day: d, Hour: 9}.In(newYork) }
	techops := oncall.Schedule{
		Zone: newYork,
		Layers: []oncall.Layer{{
			Participants: [][]oncall.PersonID{{"ana"}, {"ben", "hal"}},
			Turn:         oncall.Turn{N: 1, Unit: oncall.Weeks},
			Start:        oncall.Wall{Year: 2026, Month: time.March, Day: 2, Hour: 9},
		}},
		Overrides: []oncall.Override{{Start: day(10), End: day(11), OnCall: []oncall.PersonID{"paul"}, InsteadOf: "ben"}},
	}
	for _, s := range techops.Shifts(day(2), day(16), nil) {
		fmt.Println(s.Start.In(newYork).Format("Mon _2 Jan 15:04 MST"), s.OnCall, s.Source)
	}
	// Output:
	// Mon  2 Mar 09:00 EST [ana] rotation
	// Mon  9 Mar 09:00 EDT [ben hal] rotation
	// Tue 10 Mar 09:00 EDT [paul hal] override
	// Wed 11 Mar 09:00 EDT [ben hal] rotation
}
