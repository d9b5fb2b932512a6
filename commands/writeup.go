package commands

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A File is a text to keep that a reply hands over, below the cards of its incident.
type File struct {
	Name  string
	Text  string
	Cards []incident.Card
}

// writeup hands over all that happened to an incident, as Markdown.
func (t turn) writeup(ctx context.Context) Reply {
	c := t.alone(ctx)
	if len(c.ins) == 0 {
		return c.reply
	}
	in := c.ins[0]
	if t.Source == "sms" || t.Source == "voice" {
		return refuse(fmt.Sprintf("A write-up is a file: ask for it in chat with writeup %s.", in.ID))
	}
	entries, err := t.desk.Timeline(ctx, in.ID)
	if err != nil {
		return broken(fmt.Errorf("write up %s: %w", in.ID, err))
	}
	return Reply{
		OK: true, Incident: in.ID, Text: fmt.Sprintf("The write-up of %s follows in its thread.", in.ID),
		File: &File{Name: string(in.ID) + ".md", Text: t.written(in, entries), Cards: in.Cards},
	}
}

// written is the write-up: the facts, then the timeline, all times UTC.
func (t turn) written(in incident.Incident, entries []incident.Entry) string {
	var b strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	fact := func(name, value string) {
		if value != "" {
			say("- %s: %s", name, value)
		}
	}
	say("# %s: %s\n", in.ID, inMarkdown(in.Title, maxTitle))
	fact("Team", inMarkdown(t.teamName(in.Team), maxTitle))
	fact("Severity", string(in.Severity))
	fact("Source", inMarkdown(in.Source, maxTitle))
	fact("Alerts", fmt.Sprint(in.Alerts()))
	fact("Opened", stamped(in.OpenedAt))
	fact("First page", t.since(in, in.PagedAt, incident.Actor{}))
	fact("Acknowledged", t.since(in, in.AckedAt, in.AckedBy))
	fact("Resolved", t.since(in, in.ResolvedAt, in.ResolvedBy))
	for _, trial := range in.Trials() {
		fact("Paged", t.trialText(trial))
	}
	say("\n## Timeline\n\nAll times are UTC.\n")
	for _, e := range entries {
		text := e.Text
		if e.Kind == incident.KindNote && e.Actor != "" {
			text = t.name(oncall.PersonID(e.Actor)) + ": " + text
		}
		say("- %s **%s** %s", stamped(e.At), inMarkdown(e.Kind, maxTitle), inMarkdown(text, maxNote))
	}
	return b.String()
}

// since reads "2026-01-11 07:31:00 by Hal Byrne, after 31m"; nothing where it never was.
func (t turn) since(in incident.Incident, at time.Time, by incident.Actor) string {
	if at.IsZero() {
		return ""
	}
	text := stamped(at)
	who := by.Name
	if by.Person != "" {
		who = t.name(by.Person)
	}
	if who != "" {
		text += " by " + inMarkdown(who, maxTitle)
	}
	return text + ", after " + oncall.FormatDuration(at.Sub(in.OpenedAt).Round(time.Second))
}

// trialText reads "Hal Byrne by SMS, 2 times; 1 failed: blocked by STOP".
func (t turn) trialText(trial incident.Trial) string {
	who := "the channel"
	if trial.To != "" {
		who = t.name(trial.To)
	}
	text := fmt.Sprintf("%s by %s, %d times", inMarkdown(who, maxTitle), methodName(trial.Via), trial.Sent)
	if trial.Sent == 1 {
		text = strings.TrimSuffix(text, "1 times") + "once"
	}
	if trial.Failed > 0 {
		text += fmt.Sprintf("; %d failed: %s", trial.Failed, inMarkdown(trial.Reason, maxNote))
	}
	return text
}

func stamped(at time.Time) string { return at.UTC().Format(time.DateTime) }

// inMarkdown writes foreign words so that Markdown shows them as they are: no heading, no
// link, no picture, no markup, and nobody is mentioned by them.
func inMarkdown(s string, limit int) string {
	var b strings.Builder
	for _, r := range tidy(s, limit) {
		if strings.ContainsRune("\\`*_{}[]()<>#+-.!|~&:=@$", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
		if r == '@' || r == '#' {
			b.WriteRune('\u2060') // what turns names and numbers into links does not mind a backslash
		}
	}
	return b.String()
}
