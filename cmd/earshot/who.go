package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// whoCmd says who is on call.
type whoCmd struct {
	configFlag
	Team     string  `placeholder:"TEAM" help:"Only this team's schedules."`
	Schedule string  `placeholder:"NAME" help:"Only schedules of this name; TEAM/NAME is one alone."`
	At       instant `placeholder:"TIME" help:"At this moment instead of now (RFC 3339)."`
	From     instant `placeholder:"TIME" help:"With --to: every shift from then on."`
	To       instant `placeholder:"TIME" help:"With --from: every shift until then."`
	JSON     bool    `help:"Answer in JSON."`
}

// whoAt is the answer for one moment.
type whoAt struct {
	At        time.Time     `json:"at"`
	Schedules []oncall.Duty `json:"schedules"`
}

// whoThroughout is the answer for a span.
type whoThroughout struct {
	From      time.Time   `json:"from"`
	To        time.Time   `json:"to"`
	Schedules []shiftList `json:"schedules"`
}

// A shiftList is every shift of one schedule in a span, gaps included.
type shiftList struct {
	Team     oncall.TeamID `json:"team"`
	Schedule string        `json:"schedule"`
	Shifts   []shift       `json:"shifts"`
}

type shift struct {
	From   time.Time         `json:"from"`
	To     time.Time         `json:"to"`
	OnCall []oncall.PersonID `json:"on_call"`
	Source oncall.Source     `json:"source"`
}

// Run implements the command.
func (c *whoCmd) Run(t *terminal) error {
	span := !c.From.IsZero() || !c.To.IsZero()
	switch {
	case span && !c.At.IsZero():
		return misuse{fmt.Errorf("--at is one moment, --from and --to are a span: give one or the other")}
	case span && (c.From.IsZero() || c.To.IsZero()):
		return misuse{fmt.Errorf("--from and --to belong together: give both")}
	case span && !c.From.Before(c.To.Time):
		return misuse{fmt.Errorf("--to must be later than --from")}
	}
	config, err := c.load(t)
	if err != nil {
		return err
	}
	duties, err := c.pick(config.Roster, c.At.or(t.now()))
	if err != nil {
		return err
	}
	if span {
		return c.throughout(t, config.Roster, duties)
	}
	answer := whoAt{c.At.or(t.now()), duties}
	if c.JSON {
		return writeJSON(t.out, answer)
	}
	answer.table(t, config.Roster)
	c.onlyTheFile(t)
	return nil
}

// pick returns the schedules that were asked for.
func (c *whoCmd) pick(roster oncall.Roster, at time.Time) ([]oncall.Duty, error) {
	team, name := oncall.TeamID(c.Team), c.Schedule
	if own, rest, ok := strings.Cut(name, "/"); ok {
		if team != "" && team != oncall.TeamID(own) {
			return nil, misuse{fmt.Errorf("--schedule %s is not of team %s", c.Schedule, c.Team)}
		}
		team, name = oncall.TeamID(own), rest
	}
	if _, known := roster.Teams[team]; team != "" && !known {
		return nil, misuse{fmt.Errorf("there is no team %q; %s", team, oneOf(roster.TeamIDs()))}
	}
	duties := roster.Duties(team, at)
	if name == "" {
		return duties, nil
	}
	var names []string
	for _, d := range duties {
		names = append(names, d.Schedule)
	}
	duties = slices.DeleteFunc(duties, func(d oncall.Duty) bool { return d.Schedule != name })
	if len(duties) == 0 {
		return nil, misuse{fmt.Errorf("there is no schedule %q; %s", c.Schedule, oneOf(names))}
	}
	return duties, nil
}

func (c *whoCmd) throughout(t *terminal, roster oncall.Roster, duties []oncall.Duty) error {
	answer := whoThroughout{From: c.From.Time, To: c.To.Time, Schedules: []shiftList{}}
	for _, d := range duties {
		list := shiftList{Team: d.Team, Schedule: d.Schedule, Shifts: []shift{}}
		s := roster.Teams[d.Team].Schedules[d.Schedule]
		for _, one := range s.Shifts(c.From.Time, c.To.Time, roster.Active) {
			list.Shifts = append(list.Shifts, shift{one.Start, one.End, append([]oncall.PersonID{}, one.OnCall...), one.Source})
		}
		answer.Schedules = append(answer.Schedules, list)
	}
	if c.JSON {
		return writeJSON(t.out, answer)
	}
	answer.table(t, roster)
	c.onlyTheFile(t)
	return nil
}
