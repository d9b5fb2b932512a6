package discord

import (
	"flag"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/earshot-oncall/earshot/bot"
	"github.com/earshot-oncall/earshot/bot/bottest"
	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/incident"
)

var update = flag.Bool("update", false, "write the golden files anew")

var nine, crew = bottest.Nine, bottest.Crew

func golden(t *testing.T, name string, wire any) {
	t.Helper()
	bottest.Golden(t, name, wire, *update)
}

func TestCards(t *testing.T) {
	for name, in := range bottest.States() {
		t.Run(name, func(t *testing.T) { golden(t, name, drawCard(bot.View(in, crew, nine), crew).whole()) })
	}
	for name, n := range bottest.Notices() {
		t.Run(name, func(t *testing.T) { golden(t, name, drawPage(bot.Page(n, nine), crew, everybody(n)).whole()) })
	}
}

func TestFormsAndSummaries(t *testing.T) {
	form := commands.Form{
		Title: "Put somebody on call", Submit: "Override", Words: "override {schedule} {person} from {from} to {to}",
		Fields: []commands.Field{
			{Name: "schedule", Label: "Schedule", Kind: commands.Choice, Options: []commands.Option{{Value: "platform/techops"}, {Value: "web/devs"}}},
			{Name: "person", Label: "Who", Kind: commands.Choice, Value: "@ana"},
			{Name: "from", Label: "From", Kind: commands.Moment, Value: "2026-03-09T09:00:00Z"},
			{Name: "to", Label: "To", Kind: commands.Moment, Optional: true},
		},
	}
	modal, ok := New(Options{}).drawForm(t.Context(), form)
	if !ok {
		t.Fatal("no modal")
	}
	golden(t, "form", modal)
	if _, ok := New(Options{}).drawChoice(t.Context(), "", form); ok {
		t.Error("a form of four fields is drawn as one menu")
	}
	one := commands.Form{Title: "Add a responder", Words: "add PLATFORM-42 {person}", Fields: []commands.Field{{
		Name: "person", Label: "Who", Kind: commands.Choice, Options: []commands.Option{{Value: "@ana", Label: "Ana Ortiz"}, {Value: "@hal", Label: "Hal Byrne"}},
	}}}
	m, ok := New(Options{}).drawChoice(t.Context(), "", one)
	if !ok {
		t.Fatal("no menu")
	}
	golden(t, "choice", m.whole())
	form.Words = strings.Repeat("x", maxCarried)
	if _, ok := New(Options{}).drawForm(t.Context(), form); ok {
		t.Error("a form carries more words than Discord bears")
	}
	s := incident.Summary{Roster: crew, Storm: incident.Storm{Channel: "3001", Team: "platform", No: 3, Since: nine}}
	for i, state := range []string{"triggered", "acknowledged", "resolved"} {
		in := bottest.States()[state]
		in.ID = incident.ID(fmt.Sprint("PLATFORM-", 42+i))
		s.Glimpses = append(s.Glimpses, in.Glimpse())
	}
	golden(t, "summary", drawSummary(bot.Summarize(s, nine)).whole())
}

func TestEscape(t *testing.T) {
	tests := []struct {
		name, in string
		most     int
		want     string
	}{
		{"S32 mentions of everybody, a role and a person", "@everyone <@&1> <@2001>", 100, `\@everyone \<\@&1\> \<\@2001\>`},
		{"S32 a masked link", "[bank](http://evil)", 100, `\[bank\](http://evil)`},
		{"styles, code and spoilers", "*a* _b_ ~c~ `d` |e|", 100, "\\*a\\* \\_b\\_ \\~c\\~ \\`d\\` \\|e\\|"},
		{"what is escaped already is shown as typed", `\*`, 100, `\\\*`},
		{"a dash that would begin a list", "- a - b", 100, `\- a - b`},
		{"cut between words", "disk full", 6, "disk…"},
		{"what just fits is not cut", "disk", 4, "disk"},
		{"never cut inside of an escape", "ab*cd", 4, "ab…"},
		{"broken text", "a\xffb", 10, "a\uFFFDb"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := escape(tt.in, tt.most)
			if got != tt.want {
				t.Errorf("escape = %q, want %q", got, tt.want)
			}
			if n := utf8.RuneCountInString(got); n > tt.most {
				t.Errorf("%d characters, want %d at most", n, tt.most)
			}
		})
	}
	if got := link(incident.Link{Href: "https://a.example/x)(y z", Text: "[Run](http://evil)"}); got != `[\[Run\](http://evil)](https://a.example/x%29%28y%20z)` {
		t.Errorf("a link breaks out: %s", got)
	}
}

func TestRefsOfOtherPlatformsAreNoneOfOurs(t *testing.T) {
	for ref, want := range map[string]bool{"3001:4711": true, "3001:4711+": true, "C0PLATFORM:1712.0001": false, "": false, "3001": false, "3001:4711 x": false} {
		at, many, ok := parseRef(ref)
		if ok != want || ok && (at != sent{"3001", "4711"} || many != strings.HasSuffix(ref, "+")) {
			t.Errorf("parseRef(%q) = %v, %v, %v", ref, at, many, ok)
		}
	}
}
