package handoff

import (
	"fmt"
	"slices"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// announce tells the channel, and in private those who come on and go off; false:
// not now.
func (p *plan) announce(team oncall.Team, moves []move) bool {
	open, ok := p.opened(team.ID)
	if !ok {
		return false
	}
	var on, off []oncall.PersonID
	for _, m := range moves {
		if !m.fresh {
			on, off = append(on, without(m.is, m.was)...), append(off, without(m.was, m.is)...)
		}
	}
	left := leaving(open, moves)
	if !team.Announce.Mute && channelOf(team) {
		l := oncall.Letter{Team: team.ID, Text: "Handoff of " + team.DisplayName() + ":", Offers: p.offers(team.ID, open, left)}
		for _, m := range moves {
			l.Lines = append(l.Lines, p.line(team, m, p.teamZone(team)))
		}
		l.Lines = append(l.Lines, p.readiness(unique(on)...)...)
		l.Lines = append(l.Lines, p.openLines(open)...)
		p.tell(l)
	}
	for _, id := range unique(on) {
		l := oncall.Letter{To: id, Team: team.ID, Text: "You are on call now:", Offers: p.offers(team.ID, open, left)}
		for _, m := range moves {
			if slices.Contains(without(m.is, m.was), id) {
				l.Lines = append(l.Lines, p.line(team, m, p.zone(id)))
			}
		}
		l.Lines = append(l.Lines, p.readiness(id)...)
		l.Lines = append(l.Lines, p.openLines(open)...)
		p.tell(p.ask(l, team, moves))
	}
	for _, id := range unique(off) {
		l := oncall.Letter{To: id, Team: team.ID, Text: "You are off call now:"}
		for _, m := range moves {
			if slices.Contains(without(m.was, m.is), id) {
				l.Lines = append(l.Lines, p.line(team, m, p.zone(id)))
			}
		}
		p.tell(l)
	}
	return true
}

// line reads "platform/techops: Ben Li comes on after Ana Ortiz, until Mon 9 Mar
// 09:00 New York time, then Ana Ortiz".
func (p *plan) line(team oncall.Team, m move, zone *time.Location) string {
	s := string(team.ID) + "/" + m.name + ": "
	switch came, gone := without(m.is, m.was), without(m.was, m.is); {
	case len(m.is) == 0:
		s += "NOBODY is on call, after " + p.names(m.was)
	case len(came) == 0:
		s += p.names(gone) + verb(gone, " goes off, ", " go off, ") + p.names(m.is) + verb(m.is, " stays", " stay")
	case len(gone) == 0 && len(m.was) == 0:
		s += p.names(came) + verb(came, " comes on", " come on") + ", after nobody was"
	case len(gone) == 0:
		s += p.names(came) + verb(came, " comes on", " come on") + " beside " + p.names(m.was)
	default:
		s += p.names(came) + verb(came, " comes on", " come on") + " after " + p.names(gone)
	}
	if m.until.IsZero() {
		return s
	}
	until := m.until.In(zone).Format("Mon 2 Jan 15:04") + " " + oncall.ClockName(zone)
	return fmt.Sprintf("%s, until %s, then %s", s, until, p.names(m.next))
}

// verb is the form that goes with one person or several.
func verb(ids []oncall.PersonID, one, several string) string {
	if len(ids) == 1 {
		return one
	}
	return several
}

// mostOpen is how many open incidents a letter names.
const mostOpen = 10

func (p *plan) openLines(open []incident.Incident) []string {
	if len(open) == 0 {
		return []string{"Nothing is open."}
	}
	lines := []string{fmt.Sprintf("Open: %d", len(open))}
	for i, in := range open {
		if i == mostOpen {
			return append(lines, fmt.Sprintf("and %d more", len(open)-i))
		}
		state := "nobody has acknowledged it"
		switch in.State {
		case incident.Acknowledged:
			state = "acknowledged by " + p.actor(in.AckedBy)
		case incident.Snoozed:
			state = "snoozed"
		}
		lines = append(lines, fmt.Sprintf("%s %s, %s", in.ID, in.Title, state))
	}
	return lines
}

// leaving are those going off who have acknowledged what is still open.
func leaving(open []incident.Incident, moves []move) []oncall.PersonID {
	var ids []oncall.PersonID
	for _, in := range open {
		for _, m := range moves {
			if in.State == incident.Acknowledged && slices.Contains(without(m.was, m.is), in.AckedBy.Person) {
				ids = append(ids, in.AckedBy.Person)
			}
		}
	}
	return unique(ids)
}

func (p *plan) offers(team oncall.TeamID, open []incident.Incident, left []oncall.PersonID) []oncall.Offer {
	if len(open) == 0 {
		return nil
	}
	offers := []oncall.Offer{{Label: "Take all", Words: "takeover " + string(team), Style: "primary"}}
	if len(left) > 0 {
		offers = append(offers, oncall.Offer{Label: "Leave with " + p.names(left), Words: "leave " + string(team)})
	}
	return offers
}
