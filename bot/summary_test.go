package bot

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// storm is one of platform that has been raging since night.
func storm() incident.Storm {
	return incident.Storm{Board: "slack", Channel: "C0PLATFORM", Team: "platform", No: 3, Since: night, Grown: night.Add(4 * time.Minute)}
}

// glimpsed are incidents of two names, each a second newer than the last; every tenth
// is a warning.
func glimpsed(n int) []incident.Glimpse {
	all := make([]incident.Glimpse, n)
	for i := range all {
		all[i] = incident.Glimpse{
			ID: incident.NewID("platform", int64(i+1)), State: incident.Triggered, Severity: incident.Critical,
			Name: "DiskFull", Title: fmt.Sprintf("Disk full on db%d", i+1), OpenedAt: night.Add(time.Duration(i) * time.Second),
		}
		if i%10 == 9 {
			all[i].Name, all[i].Severity = "Lag", incident.Warning
		}
	}
	return all
}

// in puts the incidents from one to another, both counted from 1, into a state.
func in(all []incident.Glimpse, state incident.State, from, to int) []incident.Glimpse {
	for i := from - 1; i < to; i++ {
		all[i].State = state
	}
	return all
}

func TestEveryStateOfASummary(t *testing.T) {
	over := storm()
	over.Ended = night.Add(5 * time.Minute)
	foreign := storm()
	foreign.Channel, foreign.Team = "C0SHARED", "web"
	hostile := glimpsed(14)
	for i := range hostile {
		hostile[i].Name = fmt.Sprintf("<!channel> name\n%d\u202e", i)
		hostile[i].Title = strings.Repeat("*<@U0BEN> & `x`\x00\t", 40) + "\xff"
	}
	hostile[13].Severity, hostile[12].Severity, hostile[11].Severity = "purple", incident.Info, incident.Error
	odd := glimpsed(2)
	odd[0].Name, odd[0].Title, odd[1].Name, odd[1].Title = "", "", "\u200b", "\u200b"
	tests := []struct {
		name  string
		storm incident.Storm
		all   []incident.Glimpse
	}{
		{"storm", storm(), glimpsed(1234)},
		{"storm_begins", storm(), glimpsed(1)},
		{"storm_partly_acknowledged", storm(), in(in(in(glimpsed(1234), incident.Acknowledged, 1, 40), incident.Resolved, 41, 70), incident.Snoozed, 1230, 1233)},
		{"storm_acknowledged", storm(), in(in(glimpsed(30), incident.Acknowledged, 1, 30), incident.Resolved, 3, 5)},
		{"storm_over", over, in(glimpsed(30), incident.Resolved, 1, 20)},
		{"storm_over_and_done", over, in(glimpsed(30), incident.Resolved, 1, 30)},
		{"storm_of_another_team", foreign, glimpsed(12)},
		{"storm_hostile", storm(), hostile},
		{"storm_without_names", storm(), odd},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := slices.Clone(tt.all)
			golden(t, tt.name, Summarize(incident.Summary{Storm: tt.storm, Glimpses: tt.all, Roster: roster()}, night.Add(6*time.Minute)))
			if !slices.Equal(before, tt.all) {
				t.Error("the glimpses were changed")
			}
		})
	}
}

// TestASummaryOfTenThousandIsSmall has a name of its own for each of ten thousand.
func TestASummaryOfTenThousandIsSmall(t *testing.T) {
	all := glimpsed(10_000)
	for i := range all {
		all[i].Name, all[i].Title = fmt.Sprintf("%d %s", i, strings.Repeat("ж", 100)), strings.Repeat("ж", 120)
	}
	slices.Reverse(all)
	d := Summarize(incident.Summary{Storm: storm(), Glimpses: all, Roster: roster()}, night)
	if len(d.Kinds) != maxKinds+1 || d.Kinds[maxKinds] != "and 9,992 names more" || len(d.Newest) != maxNewest {
		t.Errorf("%d names and %d incidents: %q", len(d.Kinds), len(d.Newest), d.Kinds)
	}
	for i, line := range d.Newest {
		if want := fmt.Sprintf("PLATFORM-%d ", 10_000-i); !strings.HasPrefix(line, want) || utf8.RuneCountInString(line) > 120 {
			t.Errorf("line %d is %q, want %s", i, line, want)
		}
	}
	if d.Heading != "Storm in Platform: 10,000 incidents" || d.States != "10,000 not acknowledged" || d.Worst != "9,000 critical, 1,000 warning" {
		t.Errorf("%q, %q, %q", d.Heading, d.States, d.Worst)
	}
}

func BenchmarkSummarize(b *testing.B) {
	s := incident.Summary{Storm: storm(), Glimpses: glimpsed(10_000), Roster: roster()}
	for b.Loop() {
		Summarize(s, night)
	}
}
