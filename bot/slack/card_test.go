package slack

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	sdk "github.com/slack-go/slack"

	"github.com/earshot-oncall/earshot/bot"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

var update = flag.Bool("update", false, "write the golden files anew")

var (
	nine = time.Date(2026, time.March, 9, 9, 0, 0, 0, time.UTC)
	crew = oncall.Roster{
		People: map[oncall.PersonID]oncall.Person{
			"ana": {ID: "ana", Name: "Ana Ortiz", Slack: "U0ANA"},
			"hal": {ID: "hal", Name: "Hal Byrne", Phone: "+16175550108"},
		},
		Teams: map[oncall.TeamID]oncall.Team{"platform": {ID: "platform", Name: "Platform", SlackChannel: "C0PLATFORM"}},
	}
)

func full() incident.Incident {
	return incident.Incident{
		ID: "PLATFORM-42", Team: "platform", Title: "Disk full on db1", Severity: incident.Critical,
		Source: "db1", Count: 3, State: incident.Triggered, Urgency: oncall.High, OpenedAt: nine, Revision: 1,
		TierDue:     nine.Add(10 * time.Minute),
		Annotations: map[string]string{"summary": "97 % of /var & rising"},
		Links:       []incident.Link{{Href: "https://runbooks.example.com/disk?a=1&b=2", Text: "Runbook"}},
		Warning:     "unknown routing key <database>",
		Policy: oncall.Policy{Name: "default", Tiers: []oncall.Tier{
			{Page: []oncall.Target{{Kind: oncall.ToPerson, Name: "ana"}}, Wait: 10 * time.Minute},
			{Page: []oncall.Target{{Kind: oncall.ToPerson, Name: "hal"}}, Wait: 10 * time.Minute},
		}},
		Runs: []incident.Run{{Person: "ana", Start: nine}},
	}
}

func TestCards(t *testing.T) {
	calm := func(in incident.Incident) incident.Incident { in.TierDue, in.Runs = time.Time{}, nil; return in }
	acked, snoozed := calm(full()), calm(full())
	acked.State, acked.AckedAt, acked.AckedBy = incident.Acknowledged, nine.Add(38*time.Second), incident.By("ana")
	snoozed.State, snoozed.SnoozedUntil = incident.Snoozed, nine.Add(time.Hour)
	resolved := acked
	resolved.State, resolved.ResolvedAt, resolved.ResolvedBy = incident.Resolved, nine.Add(17*time.Minute), incident.By("hal")
	second := full()
	second.ID, second.Title, second.Severity = "PLATFORM-43", "Queue <!here> long", incident.Warning
	notice := incident.Notice{Page: "PLATFORM-42/p1", Via: oncall.Chat, To: crew.People["ana"], Roster: crew}
	one, several, channel := notice, notice, notice
	one.Incidents = []incident.Incident{full()}
	several.Incidents = []incident.Incident{full(), second}
	channel.Incidents, channel.Via, channel.Fallback = one.Incidents, oncall.Channel, true
	card := func(in incident.Incident) message { return drawCard(bot.View(in, crew, nine), crew) }
	page := func(n incident.Notice) message { return drawPage(bot.Page(n, nine), n.Page, crew) }
	for name, m := range map[string]message{
		"triggered": card(full()), "acknowledged": card(acked), "snoozed": card(snoozed), "resolved": card(resolved),
		"page": page(one), "bundle": page(several), "channel": page(channel),
	} {
		t.Run(name, func(t *testing.T) { golden(t, name, m) })
	}
}

// golden compares what goes over the wire with the file of that name.
func golden(t *testing.T, name string, m message) {
	t.Helper()
	wire := map[string]any{"text": m.text, "attachments": m.attachments, "metadata": m.metadata}
	if m.blocks != nil {
		wire["blocks"] = m.blocks
	}
	goldenJSON(t, name, wire)
}

func goldenJSON(t *testing.T, name string, wire any) {
	t.Helper()
	got := new(bytes.Buffer)
	e := json.NewEncoder(got)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(wire); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("testdata", name+".json")
	if *update {
		if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
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

func TestLargestAlertStaysWithinLimits(t *testing.T) {
	for _, filler := range []string{"x", "&", "<", "ж", "😀", "*"} {
		long := func(n int) string { return strings.Repeat(filler, n) }
		in := full()
		in.Title, in.Source, in.Warning = long(5000), long(500), long(3000)
		in.Annotations["summary"] = long(100_000)
		in.Links = nil
		for range 20 {
			in.Links = append(in.Links, incident.Link{Href: "https://example.com/" + strings.Repeat("a", 1900), Text: long(300)})
		}
		for i := range 200 {
			in.Members = append(in.Members, incident.Member{Fingerprint: long(i), Name: long(500)})
			in.Runs = append(in.Runs, incident.Run{Person: oncall.PersonID(long(100)), Start: nine})
		}
		m := drawCard(bot.View(in, crew, nine), crew)
		if n := len(m.text); n >= 4000 {
			t.Errorf("%q: text of %d bytes", filler, n)
		}
		total := utf8.RuneCountInString(m.text)
		for _, block := range m.attachments[0].Blocks.BlockSet {
			n := size(t, block)
			if n > 3000 {
				t.Errorf("%q: block of %d characters", filler, n)
			}
			total += n
		}
		if total >= 8000 {
			t.Errorf("%q: card of %d characters", filler, total)
		}
		if len(m.attachments) != 1 || len(m.attachments[0].Blocks.BlockSet) < 4 {
			t.Errorf("%q: %d blocks", filler, len(m.attachments[0].Blocks.BlockSet))
		}
	}
}

// size counts the characters of a block's texts.
func size(t *testing.T, block sdk.Block) int {
	t.Helper()
	switch b := block.(type) {
	case *sdk.SectionBlock:
		return utf8.RuneCountInString(b.Text.Text)
	case *sdk.ContextBlock:
		return utf8.RuneCountInString(b.ContextElements.Elements[0].(*sdk.TextBlockObject).Text)
	case *sdk.ActionBlock:
		return 25 * len(b.Elements.ElementSet)
	}
	t.Fatalf("unexpected %T", block)
	return 0
}

func TestEscape(t *testing.T) {
	tests := []struct {
		name, in string
		most     int
		want     string
	}{
		{"a mention of everybody", "<!channel> & <!here>", 100, "&lt;!channel&gt; &amp; &lt;!here&gt;"},
		{"a link that lies", "<http://evil|https://bank>", 100, "&lt;http://evil|https://bank&gt;"},
		{"what is escaped already is shown as typed", "&lt;", 100, "&amp;lt;"},
		{"cut between words", "disk full", 6, "disk…"},
		{"never cut inside of an escape", "ab<cd", 5, "ab…"},
		{"broken text", "a\xffb", 10, "a\uFFFDb"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := escape(tt.in, tt.most); got != tt.want {
				t.Errorf("escape = %q, want %q", got, tt.want)
			}
		})
	}
}
