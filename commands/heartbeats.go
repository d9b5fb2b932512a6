package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A Heartbeat is a sender that has to be heard of again and again.
type Heartbeat struct {
	Name    string
	Team    oncall.TeamID // that hears of its silence
	Allowed time.Duration // how long it may be silent
	Last    time.Time     // its last beat; zero: it waits for its first
	Silent  bool          // its alert was fired
}

// heartbeats lists the heartbeats of teams, those that are silent first.
func (t turn) heartbeats(ctx context.Context) Reply {
	teams, problem := t.teams(t.rest)
	if problem != "" {
		return t.misuse(problem)
	}
	all, err := t.desk.Heartbeats(ctx)
	if err != nil {
		return broken(fmt.Errorf("list heartbeats: %w", err))
	}
	all = slices.DeleteFunc(slices.Clone(all), func(h Heartbeat) bool { return !slices.Contains(teams, h.Team) })
	slices.SortStableFunc(all, func(a, b Heartbeat) int {
		if a.Silent != b.Silent {
			if a.Silent {
				return -1
			}
			return 1
		}
		return strings.Compare(a.Name, b.Name)
	})
	of := ""
	if len(teams) == 1 {
		of = " of " + t.teamName(teams[0])
	}
	if len(all) == 0 {
		return Reply{OK: true, Text: "No heartbeats" + of + "."}
	}
	reply := Reply{OK: true, Text: "Heartbeats" + of + ":"}
	for _, h := range all {
		reply.Lines = append(reply.Lines, fmt.Sprintf("%s (%s): %s", h.Name, t.teamName(h.Team), t.pulse(h)))
	}
	return reply
}

// pulse reads "beating, last beat 09:12:04, next by 09:24:04".
func (t turn) pulse(h Heartbeat) string {
	next := h.Last.Add(h.Allowed)
	switch {
	case h.Last.IsZero():
		return "waiting for its first beat; after that it may be silent for " + oncall.FormatDuration(h.Allowed)
	case h.Silent:
		return fmt.Sprintf("silent since %s, was due by %s", t.second(h.Last), t.second(next))
	}
	return fmt.Sprintf("beating, last beat %s, next by %s", t.second(h.Last), t.second(next))
}

// second writes a moment on the speaker's clock, to the second, with the day where
// that is not today.
func (t turn) second(at time.Time) string {
	in := at.In(t.zone())
	return strings.Replace(t.clock(at), in.Format("15:04"), in.Format(time.TimeOnly), 1)
}
