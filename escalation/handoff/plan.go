package handoff

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// Open returns the open incidents of a team.
type Open func(oncall.TeamID) ([]incident.Incident, error)

// Plan says what has to be told at now, and the book once that is written down. due
// is false when there is nothing. open is asked only for what is told.
func Plan(book oncall.Book, roster oncall.Roster, open Open, now time.Time) (change oncall.Change, due bool, err error) {
	p := &plan{book: book, roster: roster, open: open, now: now.Round(0).UTC()}
	p.book.Told, p.book.Reminded, p.book.Gaps = maps.Clone(book.Told), maps.Clone(book.Reminded), maps.Clone(book.Gaps)
	for _, id := range roster.TeamIDs() {
		p.handoffs(id)
		p.reminders(id)
		p.gaps(id)
	}
	p.lapses()
	p.prune()
	return oncall.Change{Book: p.book, Rows: p.rows, Letters: p.letters}, p.due, p.err
}

type plan struct {
	book    oncall.Book
	roster  oncall.Roster
	open    Open
	now     time.Time
	letters []oncall.Letter
	rows    []oncall.Row
	due     bool
	err     error // of open
}

func (p *plan) tell(l oncall.Letter) { p.letters, p.due = append(p.letters, l), true }

// A move is a schedule that others hold than were announced last.
type move struct {
	name    string
	was, is []oncall.PersonID
	until   time.Time // when those who hold it now are followed; zero: nothing changes
	next    []oncall.PersonID
	fresh   bool // by a change that was made just now, of which everybody was told
}

// justNow is how young a change is of which the people were told when it was made.
const justNow = 2 * time.Minute

// handoffs compares who is on call in a team with who was announced.
func (p *plan) handoffs(id oncall.TeamID) {
	team := p.roster.Teams[id]
	var moves []move
	first := false
	for _, name := range team.ScheduleNames() {
		s, key := team.Schedules[name], string(id)+"/"+name
		is := s.At(p.now, p.roster.Active).OnCall
		held, known := p.book.Told[key]
		if known && alike(held.OnCall, is) {
			continue
		}
		if p.book.Told == nil {
			p.book.Told = map[string]oncall.Held{}
		}
		p.book.Told[key], p.due = oncall.Held{OnCall: slices.Clone(is), Since: p.now}, true
		if !known {
			first = true
			continue
		}
		m := move{name: name, was: held.OnCall, is: is, fresh: p.fresh(id, name)}
		if until, next, ok := s.Next(p.now, p.roster.Active); ok {
			m.until, m.next = until, next.OnCall
		}
		moves = append(moves, m)
	}
	if first || len(moves) > 0 {
		p.show(team)
	}
	if len(moves) > 0 {
		p.announce(team, moves)
	}
}

// fresh reports whether somebody changed the schedule in chat just now.
func (p *plan) fresh(team oncall.TeamID, name string) bool {
	return slices.ContainsFunc(p.book.Bookings, func(b oncall.Booking) bool {
		return b.Team == team && b.Schedule == name && !b.Start.After(p.now) && p.now.Before(b.End) && p.now.Sub(b.Made) < justNow
	})
}

// show has what the team wants kept in step look at who is on call.
func (p *plan) show(team oncall.Team) {
	for _, s := range []struct {
		wanted bool
		show   oncall.Showing
	}{
		{team.Announce.Usergroup != "", oncall.ShowGroup},
		{team.Announce.Topic, oncall.ShowTopic},
		{team.Announce.Pin, oncall.ShowPin},
	} {
		if s.wanted {
			p.tell(oncall.Letter{Key: string(s.show) + " " + string(team.ID), Team: team.ID, Show: s.show})
		}
	}
}

// announce tells the channel, and in private those who come on and go off.
func (p *plan) announce(team oncall.Team, moves []move) {
	open, err := p.open(team.ID)
	if err != nil {
		p.err = fmt.Errorf("open incidents of %s: %w", team.ID, err)
		return
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
		l.Lines = append(l.Lines, p.openLines(open)...)
		p.tell(l)
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

func (p *plan) names(ids []oncall.PersonID) string {
	if len(ids) == 0 {
		return "nobody"
	}
	var names []string
	for _, id := range ids {
		names = append(names, p.name(id))
	}
	return strings.Join(names, ", ")
}
