package bot

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

const (
	maxNewest = 10 // incidents that a summary names
	maxKinds  = 8  // names that it counts
)

// A Digest is what one message shows in place of the cards of a storm, in the order
// of its fields. Its words are harmless and bounded, but not escaped.
type Digest struct {
	Color   Color     `json:"color"`
	Heading string    `json:"heading"`
	States  string    `json:"states"` // "9,801 open, 40 acknowledged, 30 resolved"
	Worst   string    `json:"worst,omitempty"`
	Kinds   []string  `json:"kinds,omitempty"`  // "5,000 × DiskFull"
	Newest  []string  `json:"newest,omitempty"` // "PLATFORM-9871 CRITICAL: Disk full on db1"
	Since   time.Time `json:"since"`
	Buttons []Button  `json:"buttons,omitempty"`
}

// Summarize says what the summary of a storm shows at now.
func Summarize(s incident.Summary, now time.Time) Digest {
	total := len(s.Glimpses)
	states, severities, kinds := map[incident.State]int{}, map[incident.Severity]int{}, map[string]int{}
	var open []incident.Glimpse
	for _, g := range s.Glimpses {
		states[g.State]++
		if g.State != incident.Resolved {
			open = append(open, g)
			severities[g.Severity]++
			kinds[cmp.Or(Clean(g.Name, maxName), noTitle)]++
		}
	}
	team := Clean(teamName(s.Roster, s.Storm.Team), maxName)
	d := Digest{Color: Red, Heading: fmt.Sprintf("Storm in %s: %s", team, counted(total, "incident")), Since: s.Storm.Since.UTC()}
	if s.Storm.Over() {
		d.Heading = fmt.Sprintf("The storm in %s is over: %s in %s", team, counted(total, "incident"), Took(s.Storm.Grown.Sub(s.Storm.Since)))
	}
	switch {
	case len(open) == 0:
		d.Color = Green
	case states[incident.Triggered] == 0:
		d.Color = Amber
	}
	d.States = listed([]tally{
		{"not acknowledged", states[incident.Triggered]}, {"acknowledged", states[incident.Acknowledged]},
		{"snoozed", states[incident.Snoozed]}, {"resolved", states[incident.Resolved]},
	})
	d.Worst = listed([]tally{
		{"critical", severities[incident.Critical]}, {"error", severities[incident.Error]},
		{"warning", severities[incident.Warning]}, {"info", severities[incident.Info]},
	})
	d.Kinds, d.Newest = kindsOf(kinds), newest(open)
	if len(open) > 0 {
		d.Buttons = stormButtons(s.Storm, states[incident.Triggered] > 0)
	}
	return d
}

// A tally is how many there are of something.
type tally struct {
	what string
	n    int
}

// listed reads "9,801 critical, 12 warning": those of which there are any.
func listed(all []tally) string {
	var parts []string
	for _, t := range all {
		if t.n > 0 {
			parts = append(parts, thousands(t.n)+" "+t.what)
		}
	}
	return strings.Join(parts, ", ")
}

// kindsOf counts by name, the most frequent first.
func kindsOf(kinds map[string]int) []string {
	names := slices.SortedFunc(maps.Keys(kinds), func(a, b string) int {
		return cmp.Or(cmp.Compare(kinds[b], kinds[a]), cmp.Compare(a, b))
	})
	var out []string
	for i, name := range names {
		if i == maxKinds {
			return append(out, fmt.Sprintf("and %s more", counted(len(names)-i, "name")))
		}
		out = append(out, fmt.Sprintf("%s × %s", thousands(kinds[name]), name))
	}
	return out
}

// newest names the latest incidents.
func newest(open []incident.Glimpse) []string {
	slices.SortFunc(open, func(a, b incident.Glimpse) int {
		return cmp.Or(b.OpenedAt.Compare(a.OpenedAt), cmp.Compare(len(b.ID), len(a.ID)), cmp.Compare(b.ID, a.ID))
	})
	var out []string
	for _, g := range open[:min(len(open), maxNewest)] {
		line := fmt.Sprintf("%s %s: %s", g.ID, strings.ToUpper(string(g.Severity)), cmp.Or(Clean(g.Title, maxName), noTitle))
		if g.State != incident.Triggered {
			line += ", " + string(g.State)
		}
		out = append(out, line)
	}
	return out
}

// stormButtons do something to all incidents of a storm that are open.
func stormButtons(s incident.Storm, waiting bool) []Button {
	say := func(verb, label string, style Style) Button {
		words := verb + " storm " + s.Channel
		return Button{Verb: verb, Label: label, Style: style, Value: EncodeWords(words)}
	}
	var all []Button
	if waiting {
		all = append(all, say("ack", "Acknowledge all", Primary))
	}
	all = append(all, say("resolve", "Resolve all", Danger), say("list", "List", Plain))
	for i, b := range all {
		switch b.Verb {
		case "ack":
			all[i].Confirm = "Acknowledge every incident of this storm? You own them then."
		case "resolve":
			all[i].Confirm = "Resolve every incident of this storm for good?"
		}
	}
	return all
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return thousands(n) + " " + noun + "s"
}

// thousands writes 9871 as "9,871".
func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
