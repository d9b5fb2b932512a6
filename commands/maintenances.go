package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// mostEnds is how many maintenances of a list have a button that ends them.
const mostEnds = 5

// maintenances lists what is planned or in force.
func (t turn) maintenances(ctx context.Context, name string) Reply {
	teams, problem := t.teams(name)
	if problem != "" {
		return t.misuse(problem)
	}
	book, _, err := t.desk.Book(ctx)
	if err != nil {
		return broken(fmt.Errorf("list maintenance: %w", err))
	}
	reply := Reply{OK: true, Text: "Maintenance that is not over yet:"}
	for _, m := range book.Maintenance {
		if !m.End.After(t.now) || !slices.Contains(teams, m.Team) {
			continue
		}
		reply.Lines = append(reply.Lines, fmt.Sprintf("%s: %s, by %s", m.ID, t.spanning(m), t.name(m.By)))
		if _, ok := t.only(m.Team); ok && len(reply.Offers) < mostEnds {
			reply.Offers = append(reply.Offers, oncall.Offer{Label: "End " + m.ID, Words: "maintenance end " + m.ID})
		}
	}
	if len(reply.Lines) == 0 {
		reply.Text = "No maintenance is planned or in force."
	}
	return reply
}

// endMaintenance ends one that is in force, or cancels one that has not begun. What
// it held starts by the pass that tells of its end, which comes at once.
func (t turn) endMaintenance(ctx context.Context, s string) Reply {
	id := strings.TrimPrefix(strings.TrimSpace(s), "#")
	if id == "" {
		return refuse("Which one? \"maintenance list\" shows them; say for example: maintenance end 12")
	}
	return t.rebook(ctx, func(t turn, b oncall.Book) (oncall.Change, Reply) {
		i := slices.IndexFunc(b.Maintenance, func(m oncall.Maintenance) bool { return m.ID == id })
		if i < 0 {
			return oncall.Change{}, refuse(fmt.Sprintf("There is no maintenance %s that is planned or in force. \"maintenance list\" shows them.", tidy(id, 20)))
		}
		m := b.Maintenance[i]
		what := m.Of(t.teamName(m.Team))
		if who, ok := t.only(m.Team); !ok {
			return oncall.Change{}, refuse(who + " end maintenance there.")
		}
		if !m.End.After(t.now) {
			return oncall.Change{}, t.overAlready(m, what)
		}
		b.Maintenance = slices.Clone(b.Maintenance)
		row := t.maintenanceRow(m, "maintenance end "+m.ID, "nobody is paged", "pages go out")
		if m.Start.After(t.now) {
			b.Maintenance = slices.Delete(b.Maintenance, i, i+1)
			row.Before = "planned"
			return oncall.Change{Book: b, Rows: []oncall.Row{row}}, Reply{OK: true, Text: fmt.Sprintf("Maintenance %s of %s is cancelled; it had not begun.", m.ID, what)}
		}
		b.Maintenance[i].End, b.Maintenance[i].EndedBy = t.now.Round(0).UTC(), t.By.Person
		return oncall.Change{Book: b, Rows: []oncall.Row{row}}, Reply{OK: true, Text: fmt.Sprintf("Maintenance %s of %s is over. What it held back is paged for now.", m.ID, what)}
	})
}

// overAlready answers a second press, or one that came too late.
func (t turn) overAlready(m oncall.Maintenance, what string) Reply {
	text := fmt.Sprintf("Maintenance %s of %s is over already (%s).", m.ID, what, t.clock(m.End))
	if m.EndedBy != "" {
		text = fmt.Sprintf("Maintenance %s of %s was ended already by %s (%s).", m.ID, what, t.actor(incident.By(m.EndedBy)), t.clock(m.End))
	}
	return Reply{OK: m.EndedBy == t.By.Person, Text: text}
}

// spanning reads "Platform (integration prom), Sun 11 Jan 02:00 - 04:00 New York time
// (new disks)".
func (t turn) spanning(m oncall.Maintenance) string {
	s := fmt.Sprintf("%s, %s", m.Of(t.teamName(m.Team)), oncall.Span{Start: m.Start, End: m.End}.In(t.zone()))
	if m.Reason != "" {
		s += " (" + m.Reason + ")"
	}
	return s
}

// inForce are the lines of an explanation about maintenance that holds pages back now.
func (t turn) inForce(id oncall.TeamID) []string {
	var lines []string
	for _, m := range t.roster.Maintenance {
		if m.Team == id && !m.Start.After(t.now) && m.End.After(t.now) {
			lines = append(lines, fmt.Sprintf("Maintenance %s: %s. Nobody is paged before its end for what opens meanwhile.", m.ID, t.spanning(m)))
		}
	}
	return lines
}
