package handoff

import (
	"fmt"
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
	open, ok := p.opened(team.ID)
	if !ok {
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
	p.tell(oncall.Letter{
		To: who, Team: team.ID, Text: text + ".", Lines: p.openLines(open), Expires: start,
		Offers: []oncall.Offer{{Label: "Ask for cover", Words: fmt.Sprintf("cover %s on %s", start.UTC().Format(stamp), at)}},
	})
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
