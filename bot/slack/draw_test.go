package slack

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/earshot-oncall/earshot/bot"
	"github.com/earshot-oncall/earshot/bot/wire"
	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestReplies(t *testing.T) {
	reply := commands.Reply{
		Text: "Ben instead of Ana & Hal, Fri 18:00 - Sat 09:00 Madrid time.", Lines: []string{"platform/techops", "<nobody> on platform/devs"},
		Offers: []oncall.Offer{{Label: "Undo", Words: "undo 12"}, {Label: "Accept", Words: "accept 7", Style: "primary"}, {Label: "Decline", Words: "decline 7", Style: "danger"}},
	}
	golden(t, "offers", speak(words(reply), wire.Offers(reply, "")))
	reply.Offers, reply.Form = nil, &commands.Form{Title: "Put somebody on call"}
	golden(t, "asking", speak(words(reply), wire.Offers(reply, "override platform")))
}

func TestForms(t *testing.T) {
	goldenJSON(t, "form", drawForm(commands.Form{
		Title: "Put somebody on call", Submit: "Override", Note: "In place of *everybody* & all.",
		Words: "override {schedule} {person} from {from} to {to}",
		Fields: []commands.Field{
			{Name: "schedule", Label: "Schedule", Kind: commands.Choice, Value: "platform/techops", Options: []commands.Option{{Value: "platform/devs", Label: "devs"}, {Value: "platform/techops", Label: "techops"}}},
			{Name: "person", Label: "Who", Kind: commands.Choice, Value: "@eve", Options: []commands.Option{{Value: "@ana", Label: "Ana Ortiz"}}},
			{Name: "from", Label: "From", Kind: commands.Moment, Value: "2026-03-09T10:00:00+01:00"},
			{Name: "to", Label: "To", Kind: commands.Moment, Hint: "at most 30 days later"},
			{Name: "why", Label: "Why", Kind: commands.Line, Value: "a dentist", Optional: true},
		},
	}, `{"words":"override"}`))
}

func TestSummaryOfAStorm(t *testing.T) {
	s := incident.Summary{Roster: crew, Storm: incident.Storm{Channel: "C0PLATFORM", Team: "platform", No: 3, Since: nine}}
	for i, state := range []incident.State{incident.Triggered, incident.Acknowledged, incident.Resolved} {
		s.Glimpses = append(s.Glimpses, incident.Glimpse{
			ID: incident.NewID("platform", int64(i+1)), State: state, Severity: incident.Critical,
			Name: "Disk<full>", Title: "*db* & <!here>", OpenedAt: nine.Add(time.Duration(i) * time.Second),
		})
	}
	golden(t, "summary", drawSummary(bot.Summarize(s, nine)))
	s.Storm.Ended, s.Storm.Grown = nine.Add(time.Minute), nine.Add(40*time.Second)
	for i := range s.Glimpses {
		s.Glimpses[i].State = incident.Resolved
	}
	golden(t, "digest", drawSummary(bot.Summarize(s, nine)))
}

func TestTopicsKeepWhatIsNotOurs(t *testing.T) {
	duty := func(most int) string {
		return strings.Repeat("x", min(most, 40))
	}
	ours := duty(40)
	tests := []struct{ name, topic, want string }{
		{"nothing", " ", ours},
		{"something", "a|b", "a|b | " + ours},
		{"ours alone", "On call: Ana (techops)", ours},
		{"ours without anybody", "On call:", ours},
		{"ours between", "a | On call: Ana | b | c", "a | " + ours + " | b | c"},
		{"one that speaks of it", "Ask who is On call: Ana", "Ask who is On call: Ana | " + ours},
		{"little room", strings.Repeat("y", 215), strings.Repeat("y", 215) + " | " + ours[:32]},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := retopic(tt.topic, duty)
			if !ok || got != tt.want || utf8.RuneCountInString(got) > maxTopic {
				t.Errorf("topic = %q, %v, want %q", got, ok, tt.want)
			}
		})
	}
	if got, ok := retopic(strings.Repeat("y", 218), duty); ok {
		t.Errorf("a full topic became %q", got)
	}
	if got, _ := retopic("", func(int) string { return "Tom & <Jerry> | Co" }); got != "Tom &amp; &lt;Jerry&gt; ¦ Co" {
		t.Errorf("topic = %q", got)
	}
}
