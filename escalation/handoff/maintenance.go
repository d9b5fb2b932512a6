package handoff

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// lingering is how long a maintenance stays in the book after its end: longer than
// an alert may be on its way into an incident, by a roster of before.
const lingering = 30 * time.Second

// ended reports whether a maintenance is over and somebody has to look at what it
// held: before its end is told, and once more before it is struck off.
func ended(m oncall.Maintenance, now time.Time) bool {
	return !m.End.After(now) && (!m.Over || now.Sub(m.End) >= lingering)
}

// Overheld returns the open incidents that still wait for the end of a maintenance
// that is over, since somebody ended it early. A Tick lets go of each. An error of
// open leaves its team to a later pass.
func Overheld(book oncall.Book, open Open, now time.Time) (ids []incident.ID, err error) {
	for _, m := range book.Maintenance {
		if !ended(m, now) {
			continue
		}
		ins, wrong := open(m.Team)
		err = errors.Join(err, wrong)
		for _, in := range ins {
			if overheld(in, m, now) {
				ids = append(ids, in.ID)
			}
		}
	}
	return ids, err
}

func overheld(in incident.Incident, m oncall.Maintenance, now time.Time) bool {
	return in.HeldBy == m.ID && in.HeldUntil.After(now)
}

// maintenances tell the channels when one begins and when it ends, and strike off
// what is over.
func (p *plan) maintenances() {
	p.book.Maintenance = slices.Clone(p.book.Maintenance)
	p.book.Maintenance = slices.DeleteFunc(p.book.Maintenance, func(m oncall.Maintenance) bool {
		if !ended(m, p.now) || !m.Over {
			return false
		}
		_, free := p.released(m)
		p.due = p.due || free
		return free
	})
	for i := range p.book.Maintenance {
		switch m := &p.book.Maintenance[i]; {
		case m.Over || m.Start.After(p.now):
		case ended(*m, p.now):
			p.end(m)
		case !m.Begun:
			p.begin(m)
		}
	}
}

// released returns what is open in the team of a maintenance that is over; false: it
// still holds something, or that is not known now.
func (p *plan) released(m oncall.Maintenance) ([]incident.Incident, bool) {
	open, ok := p.opened(m.Team)
	return open, ok && !slices.ContainsFunc(open, func(in incident.Incident) bool { return overheld(in, m, p.now) })
}

func (p *plan) begin(m *oncall.Maintenance) {
	m.Begun, p.due = true, true
	p.rows = append(p.rows, oncall.Row{
		At: p.now, From: "earshot", Team: m.Team, What: fmt.Sprintf("maintenance %s of %s begins", m.ID, m.Of(string(m.Team))),
		Before: "pages go out", After: "nobody is paged",
	})
	if channelOf(p.roster.Teams[m.Team]) {
		p.tell(p.roster.Beginning(*m))
	}
}

// end tells that a maintenance is over, once nothing is held by it any more.
func (p *plan) end(m *oncall.Maintenance) {
	open, free := p.released(*m)
	if !free {
		return
	}
	m.Over, p.due = true, true
	team := p.roster.Teams[m.Team]
	p.rows = append(p.rows, oncall.Row{
		At: p.now, From: "earshot", Team: m.Team, What: fmt.Sprintf("maintenance %s of %s ends", m.ID, m.Of(string(m.Team))),
		Before: "nobody is paged", After: "pages go out",
	})
	if !channelOf(team) {
		return
	}
	what := m.Of(team.DisplayName())
	l := oncall.Letter{Team: m.Team, Text: fmt.Sprintf("The maintenance of %s is over.", what)}
	if m.EndedBy != "" {
		l.Text = fmt.Sprintf("%s ended the maintenance of %s early.", p.name(m.EndedBy), what)
	}
	l.Lines = startLines(p.starting(open, *m))
	if m.Begun {
		span := oncall.Span{Start: m.Start, End: m.End}.In(p.teamZone(team))
		p.tell(oncall.Letter{Key: m.Key(), Team: m.Team, Text: fmt.Sprintf("Maintenance of %s, %s, is over.", what, span)})
	}
	p.tell(l)
}

// starting are those that the maintenance held back and that are paged for now: not
// what another one holds on, nor what somebody has taken meanwhile.
func (p *plan) starting(open []incident.Incident, m oncall.Maintenance) []incident.Incident {
	return slices.DeleteFunc(slices.Clone(open), func(in incident.Incident) bool {
		_, held := p.roster.Quiet(in.Team, in.Key.Integration, in.Route, p.now)
		waited := !in.HeldUntil.IsZero() || !in.WaitingSince.Before(m.End)
		return in.HeldBy != m.ID || in.State != incident.Triggered || !waited || held
	})
}

func startLines(ins []incident.Incident) []string {
	if len(ins) == 0 {
		return []string{"Nothing that it held back is left to page for."}
	}
	lines := []string{fmt.Sprintf("Paging starts now for what it held back: %d", len(ins))}
	for i, in := range ins {
		if i == mostOpen {
			return append(lines, fmt.Sprintf("and %d more", len(ins)-i))
		}
		lines = append(lines, fmt.Sprintf("%s %s", in.ID, in.Title))
	}
	return lines
}
