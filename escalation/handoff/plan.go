package handoff

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// Open returns the open incidents of a team.
type Open func(oncall.TeamID) ([]incident.Incident, error)

// Plan says what has to be told at now, and the book once that is written down. due
// is false when there is nothing. open and reaches are asked only for what is told;
// an error of theirs leaves what it is about to a later pass, and the rest holds all the
// same. Without reaches nothing is known.
func Plan(book oncall.Book, roster oncall.Roster, open Open, reaches Reaches, now time.Time) (change oncall.Change, due bool, err error) {
	p := &plan{book: book, roster: roster, open: open, reaches: reaches, now: now.Round(0).UTC()}
	p.book.Told, p.book.Reminded, p.book.Gaps = maps.Clone(book.Told), maps.Clone(book.Reminded), maps.Clone(book.Gaps)
	p.ahead = roster.PagedGaps(p.now, p.now.Add(gapsAhead))
	for _, id := range roster.TeamIDs() {
		p.handoffs(id)
		p.reminders(id)
		p.gaps(id)
	}
	p.lapses()
	p.maintenances()
	p.drills()
	p.calls()
	p.digests()
	p.prune()
	return oncall.Change{Book: p.book, Rows: p.rows, Letters: p.letters}, p.due, p.err
}

type plan struct {
	book    oncall.Book
	roster  oncall.Roster
	open    Open
	reaches Reaches // nil: nothing is known
	now     time.Time
	ahead   map[oncall.TeamID][]oncall.Gap // of the next days
	letters []oncall.Letter
	rows    []oncall.Row
	due     bool
	err     error // of open and reaches, joined
}

// opened returns what is open in a team; false: it is not known now.
func (p *plan) opened(team oncall.TeamID) ([]incident.Incident, bool) {
	open, err := p.open(team)
	if err != nil {
		p.failed(fmt.Errorf("open incidents of %s: %w", team, err))
	}
	return open, err == nil
}

func (p *plan) failed(err error) { p.err = errors.Join(p.err, err) }

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
	told := map[string]oncall.Held{}
	var moves []move
	for _, name := range team.ScheduleNames() {
		s, key := team.Schedules[name], string(id)+"/"+name
		is, fresh := s.At(p.now, p.roster.Active).OnCall, p.fresh(id, name)
		held, known := p.book.Told[key]
		if known && (alike(held.OnCall, is) || !fresh && p.disputed(s, held)) {
			continue
		}
		told[key] = oncall.Held{OnCall: slices.Clone(is), Since: p.now}
		if !known {
			continue // nobody is told of a beginning
		}
		m := move{name: name, was: held.OnCall, is: is, fresh: fresh}
		if until, next, ok := s.Next(p.now, p.roster.Active); ok {
			m.until, m.next = until, next.OnCall
		}
		moves = append(moves, m)
	}
	if len(told) == 0 || len(moves) > 0 && !p.announce(team, moves) {
		return
	}
	if p.book.Told == nil {
		p.book.Told = map[string]oncall.Held{}
	}
	maps.Copy(p.book.Told, told)
	p.due = true
	p.show(team)
}

// settling is how long programs may see different things: their clocks differ, or
// one still has the file of before.
const settling = 30 * time.Second

// disputed reports whether a telling of a moment ago is not this program's to
// correct: it lies ahead of its clock, or was wrong by its roster already when it
// was made. Two programs would go on contradicting each other in the channel.
func (p *plan) disputed(s oncall.Schedule, held oncall.Held) bool {
	age := p.now.Sub(held.Since)
	if age.Abs() >= settling {
		return false
	}
	return age < 0 || !alike(held.OnCall, s.At(held.Since, p.roster.Active).OnCall)
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
		{team.Announce.Usergroup != "" || team.Announce.Role != "", oncall.ShowGroup},
		{team.Announce.Topic, oncall.ShowTopic},
		{team.Announce.Pin, oncall.ShowPin},
	} {
		if s.wanted {
			p.tell(oncall.Letter{Key: string(s.show) + " " + string(team.ID), Team: team.ID, Show: s.show})
		}
	}
}
