package handoff

import (
	"fmt"
	"slices"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

const (
	// gapsAhead is how far gaps are looked for, gapsEvery how often a channel hears
	// of new ones, mostGaps how many a letter lists, and longestTake the most that one
	// person takes at once.
	gapsAhead   = 7 * 24 * time.Hour
	gapsEvery   = 24 * time.Hour
	mostGaps    = 5
	longestTake = 30 * 24 * time.Hour
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
	for _, g := range p.ahead[id] {
		name := g.Schedule + " " + g.Start.UTC().Format(stamp)
		if !g.Start.After(p.now) {
			name = g.Schedule + " now"
		}
		all, names = append(all, g), append(names, name)
		known := slices.Contains(warned.Starts, name)
		fresh = fresh || !known && (g.Start.After(p.now) || warned.At.IsZero())
	}
	switch {
	case len(all) == 0 && len(warned.Starts) > 0:
		p.warned(id, oncall.GapWarning{At: warned.At})
		p.tell(oncall.Letter{Key: warned.Key, Team: id, Text: "No gaps are left in the next 7 days."})
	case fresh && p.now.Sub(warned.At) >= gapsEvery:
		key := fmt.Sprintf("gaps %s %d", id, p.now.Unix())
		p.warned(id, oncall.GapWarning{Starts: names, At: p.now, Key: key})
		p.tell(p.warning(team, all, key))
	}
}

func (p *plan) warned(id oncall.TeamID, w oncall.GapWarning) {
	if p.book.Gaps == nil {
		p.book.Gaps = map[oncall.TeamID]oncall.GapWarning{}
	}
	p.book.Gaps[id] = w
}

func (p *plan) warning(team oncall.Team, gaps []oncall.Gap, key string) oncall.Letter {
	l := oncall.Letter{Key: key, Team: team.ID, Text: "Nobody is on call for some of the next 7 days:"}
	for i, g := range gaps {
		if i == mostGaps {
			l.Lines = append(l.Lines, fmt.Sprintf("and %d more: \"gaps %s\" lists them", len(gaps)-i, team.ID))
			break
		}
		line, offer := p.gap(team, g)
		l.Lines, l.Offers = append(l.Lines, line), append(l.Offers, offer)
	}
	return l
}

// gap writes one gap, up to its own end: gaps come into view by their first moment.
func (p *plan) gap(team oncall.Team, g oncall.Gap) (line string, take oncall.Offer) {
	zone, at := p.teamZone(team), string(team.ID)+"/"+g.Schedule
	start, latest := g.Start.In(zone).Format("Mon 2 Jan 15:04"), g.Start.Add(longestTake)
	line = fmt.Sprintf("%s: from %s %s on, with no end in sight", at, start, oncall.ClockName(zone))
	end := latest
	if until, _, ok := team.Schedules[g.Schedule].Next(g.Start, p.roster.Active); ok {
		line = at + ": " + oncall.Span{Start: g.Start, End: until}.In(zone)
		end = until
	}
	if end.After(latest) {
		end = latest
	}
	return line, oncall.Offer{
		Label: "Take " + start,
		Words: fmt.Sprintf("take %s from %s to %s", at, g.Start.UTC().Format(stamp), end.UTC().Format(stamp)),
	}
}
