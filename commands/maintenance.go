package commands

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// Ways are how alerts come in, by the configuration.
type Ways struct {
	Integrations []string // names
	Routes       []string // matchers, in the file's order
}

// maintenance holds back a team's pages for a span; its second word may ask for the
// list, or end one.
func (t turn) maintenance(ctx context.Context) Reply {
	switch first, rest := cutWord(t.rest); strings.ToLower(first) {
	case "":
		return t.misuse("Of which team, and for how long?")
	case "list":
		return t.maintenances(ctx, rest)
	case "end", "cancel":
		return t.endMaintenance(ctx, rest)
	}
	m, reply, ok := t.readMaintenance(t.rest)
	if !ok {
		return reply
	}
	return t.setMaintenance(ctx, m)
}

// readMaintenance reads "platform integration prometheus for 2h database upgrade".
// Without a team it is that of the channel.
func (t turn) readMaintenance(s string) (m oncall.Maintenance, reply Reply, ok bool) {
	first, rest := cutToken(s)
	team, problem := t.team(first)
	if problem != "" && t.Team != "" && (scoped(first) || t.timely(first, s)) {
		team, rest, problem = t.Team, s, ""
	}
	if problem != "" {
		return m, t.misuse(problem), false
	}
	if who, ok := t.only(team); !ok {
		return m, refuse(who + " set maintenance there."), false
	}
	m.Team = team
	if kind, after := cutToken(rest); scoped(kind) {
		var name string
		name, rest = cutToken(after)
		if strings.EqualFold(kind, "integration") {
			m.Integration, problem = t.integration(name)
		} else {
			m.Route, problem = t.route(name)
		}
		if problem != "" {
			return m, refuse(fmt.Sprintf("%s Say for example: maintenance %s for 2h", problem, team)), false
		}
	}
	span, reason, problem := cutSpan(rest, t.now, t.zone())
	if problem != "" {
		return m, wrongLength(team, span, problem), false
	}
	m.Start, m.End, m.Reason = span.Start, span.End, reason
	return m, reply, true
}

// scoped reports whether a word narrows a maintenance.
func scoped(s string) bool {
	return strings.EqualFold(s, "integration") || strings.EqualFold(s, "route")
}

// integration reads the name of an integration.
func (t turn) integration(s string) (name, problem string) {
	all := slices.Clone(t.desk.Ways().Integrations)
	for _, one := range all {
		if strings.EqualFold(one, s) {
			return one, ""
		}
	}
	problem = fmt.Sprintf("There is no integration %q.", tidy(s, 30))
	if s == "" {
		problem = "Which integration?"
	}
	near := suggest(s, all)
	if near == "" && len(all) > 0 {
		near = fmt.Sprintf(" There are %s.", tidy(strings.Join(all, ", "), 200))
	}
	return "", problem + near
}

// route reads the number of a route, as the file has them, and returns its matchers.
func (t turn) route(s string) (matchers, problem string) {
	all := t.desk.Ways().Routes
	n, err := strconv.Atoi(strings.TrimPrefix(s, "#"))
	switch {
	case err == nil && n >= 1 && n <= len(all):
		return all[n-1], ""
	case len(all) == 0:
		return "", "The file has no routes."
	}
	var list []string
	for i, one := range all {
		list = append(list, fmt.Sprintf("%d (%s)", i+1, one))
	}
	problem = fmt.Sprintf("There is no route %q.", tidy(s, 30))
	if s == "" {
		problem = "Which route?"
	}
	return "", fmt.Sprintf("%s The file has %s.", problem, tidy(strings.Join(list, ", "), 300))
}

// spanWords is how many words may belong to a span.
const spanWords = 12

// cutSpan reads a span with a reason after it. As many words as can belong to the
// span do, also those that make it one that has to be asked about.
func cutSpan(s string, now time.Time, zone *time.Location) (span oncall.Span, reason, problem string) {
	words := strings.Fields(s)
	for n := min(len(words), spanWords); n > 0; n-- {
		head := strings.TrimRight(plainly(strings.Join(words[:n], " ")), ":;,")
		if _, _, _, wrong := spoken(head, now, zone); wrong == "" || !strings.Contains(wrong, " such as ") {
			span, problem = parseSpan(head, now, zone)
			return span, reasonOf(words[n:]), problem
		}
	}
	_, problem = parseSpan(s, now, zone)
	return span, "", problem
}

const maxReason = 200

func reasonOf(words []string) string {
	s := strings.TrimLeft(strings.Join(words, " "), ":;,-–— ")
	for _, word := range []string{"because ", "reason: ", "reason "} {
		s, _ = cutPrefixFold(s, word)
	}
	return tidy(strings.Trim(s, "\"'“”"), maxReason)
}

// wrongLength is a problem with the span, with words that would do.
func wrongLength(team oncall.TeamID, span oncall.Span, problem string) Reply {
	if span.End.Sub(span.Start) > maxSpan {
		return refuse(fmt.Sprintf("A maintenance lasts 30 days at the most. Say for example: maintenance %s for 30d", team))
	}
	problem, _, _ = strings.Cut(problem, " Say for example:")
	if strings.Contains(problem, " Say ") {
		return refuse(problem)
	}
	return refuse(fmt.Sprintf("%s Say for example: maintenance %s for 2h, or maintenance %s until 18:00", problem, team, team))
}

// setMaintenance writes it down, and tells the channel where it begins at once.
func (t turn) setMaintenance(ctx context.Context, m oncall.Maintenance) Reply {
	return t.rebook(ctx, func(t turn, b oncall.Book) (oncall.Change, Reply) {
		var n int
		b, n = b.Next()
		m := m
		m.ID, m.By, m.Made, m.Begun = fmt.Sprint(n), t.By.Person, t.now.Round(0).UTC(), !m.Start.After(t.now)
		b.Maintenance = append(slices.Clip(b.Maintenance), m)
		change := oncall.Change{Book: b, Rows: []oncall.Row{t.maintenanceRow(m, "maintenance "+m.ID, "pages go out", "nobody is paged")}}
		what := m.Of(t.teamName(m.Team))
		reply := Reply{OK: true, Text: fmt.Sprintf("Maintenance %s of %s until %s: alerts are stored and posted, nobody is paged. What paged before goes on.", m.ID, what, t.moment(m.End))}
		if !m.Begun {
			span := oncall.Span{Start: m.Start, End: m.End}.In(t.zone())
			reply.Text = fmt.Sprintf("Maintenance %s of %s is planned, %s: alerts are stored and posted then, nobody is paged.", m.ID, what, span)
		} else if t.channelOf(m.Team) {
			change.Letters = []oncall.Letter{t.roster.Beginning(m)}
		}
		reply.Offers = []oncall.Offer{{Label: "Undo", Words: "maintenance end " + m.ID}}
		return change, reply
	})
}

// maintenanceRow is a row of the audit about a maintenance.
func (t turn) maintenanceRow(m oncall.Maintenance, what, before, after string) oncall.Row {
	what = fmt.Sprintf("%s of %s, %s", what, m.Of(string(m.Team)), oncall.Span{Start: m.Start, End: m.End}.In(time.UTC))
	if m.Reason != "" {
		what += " (" + m.Reason + ")"
	}
	return oncall.Row{At: t.now, By: t.By.Person, From: t.Source, Team: m.Team, What: what, Before: before, After: after}
}
