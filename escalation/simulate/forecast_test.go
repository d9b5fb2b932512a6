package simulate

import (
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestAForecastEndsWhereTheStoryDoesOrSaysThatItDoesNot(t *testing.T) {
	tests := []struct {
		name    string
		policy  string
		roster  func(*oncall.Roster)
		last    time.Duration // when the last page goes out, or the fallback is told
		pages   int
		warning string
	}{
		{"the rounds and then the fallback", "fallback", nil, 77 * time.Minute, 17, ""},
		{"tiers that reach nobody", "empty", nil, 10 * time.Minute, 2, "tier 1 reaches nobody and is passed"},
		{"rounds without an end", "forever", nil, 13 * time.Minute, 4, "repeats forever; shown are the first 2 rounds"},
		{"rounds without an end and without anybody", "deserted", nil, 0, 1, "tier 1 reaches nobody and is passed"},
		{"waits longer than anybody looks", "fallback", func(r *oncall.Roster) {
			p := r.Teams["platform"].Policies["fallback"]
			p.Tiers[0].Wait = 30 * 24 * time.Hour
		}, 0, 1, "shown are the first 7 days"},
		{"more pages than anybody reads", "down", func(r *oncall.Roster) {
			r.Bundling = 0
			p := r.People["cleo"]
			p.Paging = []oncall.Step{{Via: oncall.Chat, Every: time.Second, Times: 100_000}}
			r.People["cleo"] = p
		}, 499 * time.Second, 500, "shown are the first 500 pages"},
	}
	start := time.Date(2026, time.March, 8, 6, 30, 0, 0, time.UTC)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			roster := world()
			if tt.roster != nil {
				tt.roster(&roster)
			}
			fired := incident.AlertFired{
				Key:   incident.Key{Integration: "any", Dedup: "k"},
				Alert: incident.Alert{Title: "Disk full", Severity: incident.Critical},
				Route: incident.Route{Team: "platform", Policy: tt.policy, Urgency: oncall.High},
			}
			got, err := Foretell(t.Context(), roster, fired, start)
			if err != nil {
				t.Fatal(err)
			}
			if got.Policy != tt.policy || len(got.Pages) != tt.pages {
				t.Fatalf("policy %s, %d pages, want %s, %d: %v", got.Policy, len(got.Pages), tt.policy, tt.pages, got.Pages)
			}
			if last := got.Pages[len(got.Pages)-1].At.Sub(start); last != tt.last {
				t.Errorf("the last after %s, want %s", last, tt.last)
			}
			if all := strings.Join(got.Warnings, "\n"); !strings.Contains(all, tt.warning) || tt.warning == "" && all != "" {
				t.Errorf("warnings %q, want %q", all, tt.warning)
			}
		})
	}
}
