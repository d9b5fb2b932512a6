package bot

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// View says what the card of an incident shows at now.
func View(in incident.Incident, roster oncall.Roster, now time.Time) Card {
	c := Card{
		ID: in.ID, State: in.State, Color: colorOf(in.State), Severity: in.Severity,
		Title:    Clean(in.Title, maxTitle),
		Team:     Clean(teamName(roster, in.Team), maxName),
		Source:   Clean(in.Source, maxName),
		Count:    count(in.Alerts(), "alert"),
		OpenedAt: in.OpenedAt.UTC(),
		Status:   dated(status(in, roster, now), now),
		Next:     dated(next(in, roster, now), now),
		Details:  details(in),
		Warnings: warnings(in, roster),
		Links:    links(append(around(in, roster, false), in.Links...)),
		Buttons:  buttons(in),
		Menu:     menu(in, roster),
	}
	if c.Title == "" {
		c.Title = noTitle
	}
	return c
}

// near is how far off a moment may be that is told by its hour alone.
const near = 12 * time.Hour

// dated marks the moments that are too far off for that.
func dated(lines []Line, now time.Time) []Line {
	for _, l := range lines {
		for i, s := range l {
			l[i].Far = !s.At.IsZero() && s.At.Sub(now).Abs() > near
		}
	}
	return lines
}

// Heading is the card's first line: "PLATFORM-42 CRITICAL: Disk full on db1".
func (c Card) Heading() string {
	return fmt.Sprintf("%s %s: %s", c.ID, strings.ToUpper(string(c.Severity)), c.Title)
}

// noTitle stands where a sender gave none.
const noTitle = "(no title)"

// Text is the card without markup or buttons, for notifications and for readers
// that show neither.
func Text(c Card, zone *time.Location) string {
	facts := []string{c.Team, c.Count}
	if c.Source != "" {
		facts = append(facts, c.Source)
	}
	out := []string{c.Heading(), strings.Join(facts, " · ")}
	for _, l := range c.Status {
		out = append(out, l.Plain(zone))
	}
	for _, l := range c.Next {
		out = append(out, l.Plain(zone))
	}
	for _, w := range c.Warnings {
		out = append(out, "Warning: "+w)
	}
	return strings.Join(out, "\n")
}

func colorOf(s incident.State) Color {
	switch s {
	case incident.Acknowledged:
		return Amber
	case incident.Snoozed:
		return Grey
	case incident.Resolved:
		return Green
	}
	return Red
}

func teamName(roster oncall.Roster, id oncall.TeamID) string {
	if t, ok := roster.Teams[id]; ok && t.Name != "" {
		return t.Name
	}
	return string(id)
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// details say whether it was here before, then the sender's description, where the
// title does not say it already, and the members of a group.
func details(in incident.Incident) []string {
	var out []string
	if in.Last != "" {
		out = append(out, fmt.Sprintf("again, last %s", in.Last))
	}
	for _, key := range []string{"summary", "description", "message"} {
		text := Clean(in.Annotations[key], maxDetail)
		if text != "" && !strings.Contains(Clean(in.Title, maxDetail), text) {
			out = append(out, text)
			break
		}
	}
	if len(in.Members) > 1 {
		out = append(out, members(in))
	}
	return out
}

// members reads "3 firing: db3, db2, db1; 1 resolved", the newest first.
func members(in incident.Incident) string {
	var firing []string
	over := 0
	for _, m := range slices.Backward(in.Members) {
		if m.Resolved {
			over++
			continue
		}
		name := Clean(m.Name, maxName)
		if name == "" {
			name = Clean(m.Fingerprint, maxName)
		}
		firing = append(firing, name)
	}
	line := fmt.Sprintf("%d firing", len(firing))
	if len(firing) > 0 {
		line += ": " + list(firing, maxNames)
	}
	if over > 0 {
		line += fmt.Sprintf("; %d resolved", over)
	}
	return line
}

// warnings are what went wrong on the way: in routing, and with pages that
// reached nobody and were not followed by one that did.
func warnings(in incident.Incident, roster oncall.Roster) []string {
	var out []string
	if w := Clean(in.Warning, maxDetail); w != "" {
		out = append(out, w)
	}
	if !in.Open() {
		return out
	}
	if in.Silent {
		out = append(out, fmt.Sprintf("No news from %s for %s: it may be over, or the sender may be away",
			Clean(in.Key.Integration, maxName), oncall.FormatDuration(incident.SilentAfter)))
	}
	if w := mute(in); w != "" {
		out = append(out, w)
	}
	type way struct {
		to  oncall.PersonID
		via oncall.Method
	}
	seen, failed := map[way]bool{}, []string(nil)
	for i := len(in.Pages) - 1; i >= 0; i-- {
		p := in.Pages[i]
		w := way{p.To, p.Via}
		if seen[w] || p.Status != incident.PageLost && p.Status != incident.PageArrived {
			continue
		}
		if seen[w] = true; p.Status == incident.PageLost && !p.Missed {
			failed = append(failed, failure(p, roster))
		}
	}
	if over := len(failed) - maxListed; over > 0 {
		failed = append(failed[:maxListed], fmt.Sprintf("and %d more pages that failed", over))
	}
	return append(out, failed...)
}

// mute says that those who were paged can't answer by the way the page came; empty
// when they can, or need not.
func mute(in incident.Incident) string {
	if in.State != incident.Triggered {
		return ""
	}
	for _, p := range slices.Backward(in.Pages) {
		if why := Clean(p.Mute, maxReason); why != "" {
			return "Pages by " + methodName(p.Via) + " can't be answered by phone: " + why
		}
	}
	return ""
}

// failure reads "SMS to Hal Byrne failed: blocked by STOP".
func failure(p incident.Page, roster oncall.Roster) string {
	name := methodName(p.Via)
	name = strings.ToUpper(name[:1]) + name[1:]
	if p.Via == oncall.Chat {
		name = "Direct message"
	}
	if p.To != "" {
		name += " to " + personName(roster, p.To)
	}
	return name + " " + Clean(p.Failure(), maxReason)
}
