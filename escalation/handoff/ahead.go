package handoff

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// longestLead bounds how early a person can wish to be told.
const longestLead = 31 * 24 * time.Hour

// reminders tell people in private before they come on call, as early as each wants.
func (p *plan) reminders(id oncall.TeamID) {
	team := p.roster.Teams[id]
	ahead := oncall.DefaultLead
	for _, wish := range p.book.Wishes {
		if wish.Lead != nil {
			ahead = max(ahead, min(*wish.Lead, longestLead))
		}
	}
	for _, name := range team.ScheduleNames() {
		s := team.Schedules[name]
		shifts := s.Shifts(p.now, p.now.Add(ahead+time.Second), p.roster.Active)
		for i := 1; i < len(shifts); i++ {
			for _, who := range without(shifts[i].OnCall, shifts[i-1].OnCall) {
				p.remind(team, name, who, shifts[i].Start)
			}
		}
	}
}

// remind tells one person of one shift, once.
func (p *plan) remind(team oncall.Team, name string, who oncall.PersonID, start time.Time) {
	at := string(team.ID) + "/" + name
	key := string(who) + " " + at
	lead := p.book.Lead(who)
	if start.Sub(p.now) > lead || lead <= 0 || !p.book.Reminded[key].Before(start) {
		return
	}
	if p.book.Reminded == nil {
		p.book.Reminded = map[string]time.Time{}
	}
	p.book.Reminded[key] = start
	zone := p.zone(who)
	text := fmt.Sprintf("You come on call for %s in %s: %s %s", at, about(start.Sub(p.now)), start.In(zone).Format("Mon 2 Jan 15:04"), oncall.ClockName(zone))
	s := team.Schedules[name]
	if until, next, ok := s.Next(start, p.roster.Active); ok {
		text += fmt.Sprintf(", until %s, then %s", until.In(zone).Format("Mon 2 Jan 15:04"), p.names(next.OnCall))
	}
	l := oncall.Letter{To: who, Team: team.ID, Text: text + ".", Expires: start}
	open, err := p.open(team.ID)
	if err != nil {
		p.err = fmt.Errorf("open incidents of %s: %w", team.ID, err)
		return
	}
	l.Lines = p.openLines(open)
	l.Offers = []oncall.Offer{{Label: "Ask for cover", Words: fmt.Sprintf("cover %s on %s", start.UTC().Format(stamp), at)}}
	p.tell(l)
}

// stamp is a moment as the words of an offer hold it.
const stamp = "2006-01-02T15:04:05Z"

// about writes a length in whole minutes, hours or days.
func about(d time.Duration) string {
	d = (d + 30*time.Second).Truncate(time.Minute)
	switch {
	case d >= 48*time.Hour:
		d = d.Truncate(time.Hour)
	case d < time.Minute:
		return "less than a minute"
	}
	return oncall.FormatDuration(d)
}

const (
	// gapsAhead is how far gaps are looked for, gapsEvery how often a channel hears
	// of new ones, and mostGaps how many a letter lists.
	gapsAhead = 7 * 24 * time.Hour
	gapsEvery = 24 * time.Hour
	mostGaps  = 5
)

// gaps warns a team of the times at which nobody will be on call in a schedule that
// is paged. A gap that runs already is told by its handoff.
func (p *plan) gaps(id oncall.TeamID) {
	team, warned := p.roster.Teams[id], p.book.Gaps[id]
	if team.Announce.NoGaps || !channelOf(team) {
		return
	}
	var (
		all   []oncall.Gap
		names []string
		fresh bool
	)
	for _, g := range p.roster.PagedGaps(id, p.now, p.now.Add(gapsAhead)) {
		name := g.Schedule + " " + g.Start.UTC().Format(stamp)
		if !g.Start.After(p.now) {
			name = g.Schedule + " now"
		}
		all, names = append(all, g), append(names, name)
		known := slices.Contains(warned.Starts, name)
		fresh = fresh || !known && (g.Start.After(p.now) || warned.At.IsZero())
	}
	switch {
	case len(all) == 0 && len(warned.Starts) > 0 && !p.running(warned):
		p.warned(id, oncall.GapWarning{At: warned.At})
		p.tell(oncall.Letter{Key: warned.Key, Team: id, Text: "No gaps are left in the next 7 days."})
	case fresh && p.now.Sub(warned.At) >= gapsEvery:
		key := fmt.Sprintf("gaps %s %d", id, p.now.Unix())
		p.warned(id, oncall.GapWarning{Starts: names, At: p.now, Key: key})
		p.tell(p.warning(team, all, key))
	}
}

// running reports whether what was warned of has come, and so was not filled.
func (p *plan) running(w oncall.GapWarning) bool {
	return slices.ContainsFunc(w.Starts, func(s string) bool {
		_, start, _ := strings.Cut(s, " ")
		at, err := time.Parse(stamp, start)
		return err != nil || !at.After(p.now)
	})
}

func (p *plan) warned(id oncall.TeamID, w oncall.GapWarning) {
	if p.book.Gaps == nil {
		p.book.Gaps = map[oncall.TeamID]oncall.GapWarning{}
	}
	p.book.Gaps[id] = w
}

func (p *plan) warning(team oncall.Team, gaps []oncall.Gap, key string) oncall.Letter {
	zone := p.teamZone(team)
	l := oncall.Letter{Key: key, Team: team.ID, Text: "Nobody is on call for some of the next 7 days:"}
	for i, g := range gaps {
		if i == mostGaps {
			l.Lines = append(l.Lines, fmt.Sprintf("and %d more: \"gaps %s\" lists them", len(gaps)-i, team.ID))
			break
		}
		span := oncall.Span{Start: g.Start, End: g.End}
		l.Lines = append(l.Lines, fmt.Sprintf("%s/%s: %s", team.ID, g.Schedule, span.In(zone)))
		l.Offers = append(l.Offers, oncall.Offer{
			Label: "Take " + g.Start.In(zone).Format("Mon 2 Jan 15:04"),
			Words: fmt.Sprintf("take %s/%s from %s to %s", team.ID, g.Schedule, g.Start.UTC().Format(stamp), g.End.UTC().Format(stamp)),
		})
	}
	return l
}

// lapses ends the asks that nobody answered in time.
func (p *plan) lapses() {
	var open []oncall.Ask
	for _, a := range p.book.Asks {
		if a.Until.After(p.now) {
			open = append(open, a)
			continue
		}
		at := string(a.Team) + "/" + a.Schedule
		edit := oncall.Letter{Key: "ask " + a.ID, Team: a.Team, To: a.To, Text: fmt.Sprintf("%s's question about %s has lapsed. Nothing changed.", p.name(a.By), at)}
		p.tell(edit)
		p.tell(oncall.Letter{To: a.By, Team: a.Team, Text: fmt.Sprintf("Nobody answered your %s of %s, %s: it stays with you.", a.Kind, at, a.Give.In(p.zone(a.By)))})
		p.rows = append(p.rows, oncall.Row{
			At: p.now, From: "earshot", Team: a.Team, What: fmt.Sprintf("%s %s on %s lapsed", a.Kind, a.ID, at),
			Before: p.name(a.By), After: p.name(a.By),
		})
	}
	p.book.Asks = open
}

// kept is how long a booking stays in the book after its end.
const kept = 400 * 24 * time.Hour

// prune drops what nobody asks for any more, whenever the book is written anyway; a
// schedule that is gone is forgotten, so that it begins silently if it returns.
func (p *plan) prune() {
	for key := range maps.Clone(p.book.Told) {
		team, name, _ := strings.Cut(key, "/")
		if _, ok := p.roster.Teams[oncall.TeamID(team)].Schedules[name]; !ok {
			delete(p.book.Told, key)
			p.due = true
		}
	}
	for key, start := range maps.Clone(p.book.Reminded) {
		if p.now.Sub(start) > 24*time.Hour {
			delete(p.book.Reminded, key)
		}
	}
	p.book.Bookings = slices.DeleteFunc(slices.Clone(p.book.Bookings), func(b oncall.Booking) bool { return p.now.Sub(b.End) > kept })
}
