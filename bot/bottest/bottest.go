// Package bottest holds what the tests of all chat adapters draw: incidents in every
// state that a card shows, the pages about them, and the largest alert there may be.
package bottest

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// Nine is when all of it happens.
var Nine = time.Date(2026, time.March, 9, 9, 0, 0, 0, time.UTC)

// Crew is whom it happens to; Hal has no chat.
var Crew = oncall.Roster{
	People: map[oncall.PersonID]oncall.Person{
		"ana": {ID: "ana", Name: "Ana Ortiz", Slack: "U0ANA", Discord: "2001"},
		"hal": {ID: "hal", Name: "Hal Byrne", Phone: "+16175550108"},
	},
	Teams: map[oncall.TeamID]oncall.Team{"platform": {
		ID: "platform", Name: "Platform", SlackChannel: "C0PLATFORM", DiscordChannel: "3001", Members: []oncall.PersonID{"ana", "hal"},
	}},
}

// Full is an incident with something in every part of its card.
func Full() incident.Incident {
	return incident.Incident{
		ID: "PLATFORM-42", Team: "platform", Title: "Disk full on db1", Severity: incident.Critical,
		Source: "db1", Count: 3, State: incident.Triggered, Urgency: oncall.High, OpenedAt: Nine, Revision: 1,
		TierDue:     Nine.Add(10 * time.Minute),
		Annotations: map[string]string{"summary": "97 % of /var & rising"},
		Links:       []incident.Link{{Href: "https://runbooks.example.com/disk?a=1&b=2", Text: "Runbook"}},
		Warning:     "unknown routing key <database>",
		Policy: oncall.Policy{Name: "default", Tiers: []oncall.Tier{
			{Page: []oncall.Target{{Kind: oncall.ToPerson, Name: "ana"}}, Wait: 10 * time.Minute},
			{Page: []oncall.Target{{Kind: oncall.ToPerson, Name: "hal"}}, Wait: 10 * time.Minute},
		}},
		Runs: []incident.Run{{Person: "ana", Start: Nine}},
	}
}

// States are Full in every state, by its name.
func States() map[string]incident.Incident {
	calm := func(in incident.Incident) incident.Incident { in.TierDue, in.Runs = time.Time{}, nil; return in }
	acked, snoozed := calm(Full()), calm(Full())
	acked.State, acked.AckedAt, acked.AckedBy = incident.Acknowledged, Nine.Add(38*time.Second), incident.By("ana")
	snoozed.State, snoozed.SnoozedUntil = incident.Snoozed, Nine.Add(time.Hour)
	resolved := acked
	resolved.State, resolved.ResolvedAt, resolved.ResolvedBy = incident.Resolved, Nine.Add(17*time.Minute), incident.By("hal")
	return map[string]incident.Incident{"triggered": Full(), "acknowledged": acked, "snoozed": snoozed, "resolved": resolved}
}

// Notices are pages about Full: to Ana alone, with another incident, and to the
// channel because nobody answered.
func Notices() map[string]incident.Notice {
	second := Full()
	second.ID, second.Title, second.Severity = "PLATFORM-43", "Queue <!here> long", incident.Warning
	notice := incident.Notice{Page: "PLATFORM-42/p1", Via: oncall.Chat, To: Crew.People["ana"], Roster: Crew}
	one, several, channel := notice, notice, notice
	one.Incidents = []incident.Incident{Full()}
	several.Incidents = []incident.Incident{Full(), second}
	channel.Incidents, channel.Via, channel.Fallback = one.Incidents, oncall.Channel, true
	return map[string]incident.Notice{"page": one, "bundle": several, "channel": channel}
}

// Fillers are what a large alert may be full of: each grows in another way when it is
// escaped, encoded or counted.
var Fillers = []string{"x", "&", "<", "ж", "😀", "*"}

// Largest is an incident of the largest alert there may be, full of one thing.
func Largest(filler string) incident.Incident {
	long := func(n int) string { return strings.Repeat(filler, n) }
	in := Full()
	in.Title, in.Source, in.Warning = long(5000), long(500), long(3000)
	in.Annotations["summary"] = long(100_000)
	in.Links = nil
	for range 20 {
		in.Links = append(in.Links, incident.Link{Href: "https://example.com/" + strings.Repeat("a", 1900), Text: long(300)})
	}
	for i := range 200 {
		in.Members = append(in.Members, incident.Member{Fingerprint: long(i), Name: long(500)})
		in.Runs = append(in.Runs, incident.Run{Person: oncall.PersonID(long(100)), Start: Nine})
	}
	return in
}

// Golden compares what goes over the wire with the file testdata/NAME.json, which
// update writes anew.
func Golden(t *testing.T, name string, wire any, update bool) {
	t.Helper()
	got := new(bytes.Buffer)
	e := json.NewEncoder(got)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(wire); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("testdata", name+".json")
	if update {
		if err := os.MkdirAll("testdata", 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("%s is\n%s\nand not as in %s; go test -update writes it anew", name, got, file)
	}
}
