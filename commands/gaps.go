package commands

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// gapsAhead is how far gaps are looked for, and mostGaps how many are listed.
const (
	gapsAhead = 30 * 24 * time.Hour
	mostGaps  = 10
)

// gaps lists when nobody is on call, with the words to take each.
func (t turn) gaps(context.Context) Reply {
	teams, problem := t.teams(t.rest)
	if problem != "" {
		return t.misuse(problem)
	}
	var all []oncall.Gap
	for _, g := range t.roster.Gaps(t.now, t.now.Add(gapsAhead)) {
		if slices.Contains(teams, g.Team) {
			all = append(all, g)
		}
	}
	none := func(id oncall.TeamID) bool { return len(t.roster.Teams[id].Schedules) == 0 }
	switch {
	case len(teams) == 1 && none(teams[0]):
		return Reply{OK: true, Text: fmt.Sprintf("%s has no schedule that could have gaps.", t.teamName(teams[0]))}
	case len(all) == 0:
		return Reply{OK: true, Text: "No gaps in the next 30 days."}
	}
	reply := Reply{OK: true, Text: "At these times of the next 30 days nobody is on call:"}
	for i, g := range all {
		if i == mostGaps {
			reply.Lines = append(reply.Lines, fmt.Sprintf("and %d more", len(all)-i))
			break
		}
		at, span := place{g.Team, g.Schedule}, oncall.Span{Start: g.Start, End: g.End}
		reply.Lines = append(reply.Lines, fmt.Sprintf("%s: %s", at, span.In(t.zone())))
		if _, ok := t.changes(g.Team); ok {
			reply.Offers = append(reply.Offers, oncall.Offer{
				Label: "Take " + g.Start.In(t.zone()).Format("Mon 2 Jan 15:04"),
				Words: fmt.Sprintf("take %s from %s to %s", at, g.Start.UTC().Format(stamp), g.End.UTC().Format(stamp)),
			})
		}
	}
	return reply
}
