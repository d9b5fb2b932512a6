package bot

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

var update = flag.Bool("update", false, "write the golden files anew")

// night is a Sunday, 02:00 in New York.
var night = time.Date(2026, time.January, 11, 7, 0, 0, 0, time.UTC)

func roster() oncall.Roster {
	person := func(id oncall.PersonID, name string) oncall.Person {
		return oncall.Person{ID: id, Name: name, Slack: "U0" + string(id), Phone: "+16175550101"}
	}
	target := func(kind oncall.Kind, name string) oncall.Target { return oncall.Target{Kind: kind, Name: name} }
	return oncall.Roster{
		People: map[oncall.PersonID]oncall.Person{
			"ana": person("ana", "Ana Ortiz"), "wes": person("wes", "Wes Hu"), "paul": person("paul", "Paul Reyes"),
			"hal": {ID: "hal", Name: "Hal Byrne", Phone: "+16175550108"},
		},
		Teams: map[oncall.TeamID]oncall.Team{"platform": {
			ID: "platform", Name: "Platform", SlackChannel: "C0PLATFORM",
			Policies: map[string]oncall.Policy{
				"default": {
					Name: "default", AckTimeout: time.Hour,
					Tiers: []oncall.Tier{
						{Page: []oncall.Target{target(oncall.ToPerson, "ana"), target(oncall.ToPerson, "wes")}, Wait: 10 * time.Minute},
						{Page: []oncall.Target{target(oncall.ToPerson, "nobody")}, Wait: 10 * time.Minute},
						{Page: []oncall.Target{target(oncall.ToPerson, "hal")}, Wait: 10 * time.Minute},
					},
					Repeat:   1,
					Fallback: []oncall.Target{{Kind: oncall.ToChannel}, target(oncall.ToPerson, "paul")},
				},
				"all":    {Name: "all", Ack: oncall.AckAll, Tiers: []oncall.Tier{{Page: []oncall.Target{target(oncall.ToPerson, "ana"), target(oncall.ToPerson, "wes")}, Wait: time.Hour}}},
				"nobody": {Name: "nobody", Repeat: oncall.Forever, Tiers: []oncall.Tier{{Page: []oncall.Target{target(oncall.ToPerson, "nobody")}, Wait: time.Hour}}},
			},
		}},
	}
}

// A step is an event, some time after the one before.
type step struct {
	after time.Duration
	event incident.Event
}

const id = incident.ID("PLATFORM-42")

func fired(policy string, urgency oncall.Urgency) incident.AlertFired {
	return incident.AlertFired{
		Key:   incident.Key{Integration: "prometheus", Dedup: "disk"},
		Alert: incident.Alert{Title: "Disk full on db1", Severity: incident.Critical, Source: "db1"},
		Route: incident.Route{Team: "platform", Policy: policy, Urgency: urgency},
	}
}

// live applies what happens and lets everything due on the way run at its time.
func live(t *testing.T, roster oncall.Roster, steps ...step) (incident.Incident, time.Time) {
	t.Helper()
	in, now := incident.Incident{ID: id}, night
	for _, s := range steps {
		end := now.Add(s.after)
		for in.State != "" && end.Sub(now) > time.Minute {
			now = now.Add(time.Minute)
			in = decide(t, in, roster, incident.Tick{ID: id}, now)
			in = sendAll(t, in, roster, now)
		}
		now = end
		in = decide(t, in, roster, s.event, now)
		in = sendAll(t, in, roster, now)
	}
	return in, now
}

func decide(t *testing.T, in incident.Incident, roster oncall.Roster, ev incident.Event, now time.Time) incident.Incident {
	t.Helper()
	next, _, err := incident.Decide(in, roster, ev, now)
	if err != nil {
		t.Fatalf("%T: %v", ev, err)
	}
	return next
}

// sendAll has the providers take every page that is due, and the
// board show the card.
func sendAll(t *testing.T, in incident.Incident, roster oncall.Roster, now time.Time) incident.Incident {
	t.Helper()
	for _, p := range in.Pages {
		if p.Status != incident.PageQueued || p.Due.After(now) {
			continue
		}
		in = decide(t, in, roster, incident.PageSending{Page: p.ID}, now)
		in = decide(t, in, roster, incident.PageSent{Page: p.ID, Ref: "ref"}, now)
	}
	for _, c := range in.Cards {
		if c.Shown == in.Revision {
			continue
		}
		in = decide(t, in, roster, incident.CardShowing{ID: id, Board: c.Board, Channel: c.Channel}, now)
		in = decide(t, in, roster, incident.CardShown{ID: id, Board: c.Board, Channel: c.Channel, Ref: "1.2", Revision: in.Revision}, now)
	}
	return in
}

func TestEveryStateOfACard(t *testing.T) {
	by := incident.By
	quiet := roster()
	quiet.Maintenance = []oncall.Maintenance{{ID: "7", Team: "platform", Start: night, End: night.Add(time.Hour), Reason: "new <!channel> disks"}}
	high := fired("", oncall.High)
	worse := high
	worse.Alert.Severity = incident.Critical
	mild := high
	mild.Alert.Severity = incident.Warning
	group := high
	group.Alert.Members = []incident.Member{{Fingerprint: "a", Name: "db1"}, {Fingerprint: "b", Name: "db2"}, {Fingerprint: "c", Name: "db3"}}
	group.Route.Warning = "no route knows the routing key \"databse\": the catch-all team has it"
	group.Alert.Annotations = map[string]string{"description": "less than\n1 % is left"}
	group.Alert.Links = []incident.Link{{Href: "https://wiki.example.com/disk", Text: "Runbook"}, {Href: "javascript:alert(1)", Text: "Evil"}, {Href: "http://grafana.example.com/d/1"}}
	tests := []struct {
		name   string
		roster oncall.Roster
		steps  []step
	}{
		{"triggered", roster(), []step{{0, high}}},
		{"counted", roster(), []step{{0, high}, {time.Minute, high}, {time.Minute, high}}},
		{"group", roster(), []step{{0, group}, {time.Minute, incident.AlertResolved{Key: high.Key, Members: []string{"b"}}}}},
		{"climbed", roster(), []step{{0, high}, {12 * time.Minute, incident.Tick{ID: id}}}},
		{"second_round", roster(), []step{{0, high}, {21 * time.Minute, incident.Tick{ID: id}}}},
		{"over", roster(), []step{{0, high}, {3 * time.Hour, incident.Tick{ID: id}}}},
		{"unreachable", roster(), []step{{0, fired("nobody", oncall.High)}}},
		{"posted_only", roster(), []step{{0, fired("", oncall.None)}}},
		{"maintenance", quiet, []step{{0, high}}},
		{"acknowledged", roster(), []step{{0, high}, {38 * time.Second, incident.Acked{ID: id, By: by("hal")}}}},
		{"acknowledged_by_a_sender", roster(), []step{{0, high}, {time.Minute, incident.AlertAcknowledged{Key: high.Key, By: incident.Actor{Name: "prometheus"}}}}},
		{"worse", roster(), []step{{0, mild}, {time.Minute, incident.Acked{ID: id, By: by("ana")}}, {time.Minute, worse}}},
		{"partial", roster(), []step{{0, fired("all", oncall.High)}, {time.Minute, incident.Acked{ID: id, By: by("ana")}}}},
		{"given_back", roster(), []step{{0, high}, {time.Minute, incident.Acked{ID: id, By: by("ana")}}, {time.Minute, incident.Unacked{ID: id, By: by("ana")}}}},
		{"reassigned", roster(), []step{{0, high}, {time.Minute, incident.Reassigned{ID: id, By: by("ana"), Person: "hal"}}}},
		{"snoozed", roster(), []step{{0, high}, {time.Minute, incident.Slept{ID: id, By: by("ana"), For: time.Hour}}}},
		{"resolved", roster(), []step{{0, high}, {17 * time.Minute, incident.Closed{ID: id, By: by("ana")}}}},
		{"resolved_after_ack", roster(), []step{
			{0, high}, {31 * time.Minute, incident.Acked{ID: id, By: by("hal")}},
			{20 * time.Minute, incident.AlertResolved{Key: high.Key, By: incident.Actor{Name: "prometheus"}}},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in, now := live(t, tt.roster, tt.steps...)
			c := View(in, tt.roster, now)
			golden(t, tt.name, struct {
				Text string `json:"text"`
				Card Card   `json:"card"`
			}{Text(c, time.UTC), c})
		})
	}
}

func TestFailedPagesAreShownUntilOneArrives(t *testing.T) {
	in, now := live(t, roster(), step{0, fired("", oncall.High)}, step{2 * time.Minute, incident.Tick{ID: id}})
	for i, p := range in.Pages {
		if p.Via == oncall.SMS {
			in.Pages[i].Status, in.Pages[i].Reason = incident.PageLost, "blocked by\u202e STOP"
		}
	}
	golden(t, "undelivered", View(in, roster(), now))
	for i := range in.Pages {
		again := in.Pages[i]
		again.Status = incident.PageArrived
		in.Pages = append(in.Pages, again)
	}
	if got := View(in, roster(), now).Warnings; len(got) > 0 {
		t.Errorf("warnings = %q though a later page arrived", got)
	}
	in.Pages = nil
	for i := range 9 {
		in.Pages = append(in.Pages, incident.Page{To: oncall.PersonID("p" + string(rune('a'+i))), Via: oncall.SMS, Status: incident.PageLost})
	}
	if got := View(in, roster(), now).Warnings; len(got) != maxListed+1 || got[maxListed] != "and 4 more pages that failed" {
		t.Errorf("warnings = %q, want %d and how many more", got, maxListed)
	}
	in.State = incident.Resolved
	if got := View(in, roster(), now).Warnings; len(got) > 0 {
		t.Errorf("warnings = %q on what is over", got)
	}
}

// TestF56ACardSaysWhoIsNotReached has everything fail that was tried with a person: the
// card must not say that their phone rings.
func TestF56ACardSaysWhoIsNotReached(t *testing.T) {
	tests := []struct {
		name  string
		pages []incident.PageStatus
		due   bool // another step is to come
		want  string
	}{
		{"all failed", []incident.PageStatus{incident.PageLost, incident.PageLost}, false, "Hal Byrne (not reached)"},
		{"all failed, another step is to come", []incident.PageStatus{incident.PageLost}, true, "Hal Byrne by SMS"},
		{"one is out", []incident.PageStatus{incident.PageLost, incident.PageOut}, false, "Hal Byrne by SMS"},
		{"one arrived", []incident.PageStatus{incident.PageArrived, incident.PageLost}, false, "Hal Byrne by SMS"},
		{"nothing was tried yet", nil, false, "Hal Byrne"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := incident.Incident{ID: id, State: incident.Triggered, TierDue: night.Add(time.Hour)}
			in.Runs = []incident.Run{{No: 1, Person: "hal", Rungs: []incident.Rung{{}}}}
			if tt.due {
				in.Runs[0].Rungs[0].Due = night.Add(time.Minute)
			}
			for _, s := range tt.pages {
				in.Pages = append(in.Pages, incident.Page{To: "hal", Run: 1, Via: oncall.SMS, Status: s})
			}
			if got := paged(in, roster()); !slices.Equal(got, []string{tt.want}) {
				t.Errorf("paging %q, want %q", got, tt.want)
			}
		})
	}
}

// golden compares a value, as JSON, with testdata.
func golden(t *testing.T, name string, got any) {
	t.Helper()
	b, err := json.MarshalIndent(got, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	b = append(b, '\n')
	path := filepath.Join("testdata", name+".json")
	if *update {
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(b) != string(want) {
		t.Errorf("%s is\n%s\nwant\n%s", name, b, want)
	}
}

func TestACardSaysWhyPagesCantBeAnswered(t *testing.T) {
	in, now := live(t, roster(), step{0, fired("", oncall.High)})
	in.Pages = []incident.Page{{To: "ana", Via: oncall.SMS, Status: incident.PageOut, Mute: "no public URL is set"}}
	want := []string{"Pages by SMS can't be answered by phone: no public URL is set"}
	if got := View(in, roster(), now).Warnings; !slices.Equal(got, want) {
		t.Errorf("warnings = %q, want %q", got, want)
	}
	in.State = incident.Acknowledged
	if got := View(in, roster(), now).Warnings; len(got) > 0 {
		t.Errorf("warnings = %q though somebody has it", got)
	}
}
