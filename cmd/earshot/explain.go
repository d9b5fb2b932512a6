package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/escalation/simulate"
)

// explainCmd follows one alert to its end.
type explainCmd struct {
	configFlag
	Alert       string  `required:"" placeholder:"FILE" help:"The alert's JSON as it would be posted; - is standard input."`
	At          instant `placeholder:"TIME" help:"At this moment instead of now (RFC 3339)."`
	Integration string  `placeholder:"NAME" help:"Where it comes in (default: the first integration that takes such an alert)."`
	JSON        bool    `help:"Answer in JSON."`
}

// An explanation is where an alert goes and whom it would page if nobody answered.
type explanation struct {
	Route    routeTold  `json:"route"`
	Pages    []pageTold `json:"pages"`
	Warnings []string   `json:"warnings"`
}

type routeTold struct {
	Team    oncall.TeamID `json:"team"`
	Policy  string        `json:"policy"`
	Because string        `json:"because"`
	Tried   []routeTried  `json:"tried"` // up to the one that claimed it
}

// A routeTried is one route and what came of it. Failed is the first matcher that
// did not match; Label is what it asked for, Value what stands there.
type routeTried struct {
	Text    string `json:"text"`
	Matched bool   `json:"matched"`
	Failed  string `json:"failed,omitempty"`
	Label   string `json:"label,omitempty"`
	Value   string `json:"value,omitempty"`

	says string
}

// A pageTold is one page. Tiers count from 1; 0 is the fallback.
type pageTold struct {
	At        time.Time     `json:"at"`
	After     string        `json:"after"`
	Tier      int           `json:"tier"`
	Responder string        `json:"responder"` // a person, or "channel"
	Via       oncall.Method `json:"via"`
	Because   string        `json:"because"`
	Reasons   []string      `json:"reasons"`

	why simulate.Why
}

// Run implements the command.
func (c *explainCmd) Run(ctx context.Context, t *terminal) error {
	config, err := c.load(t)
	if err != nil {
		return err
	}
	body, err := c.body(t)
	if err != nil {
		return misuse{fmt.Errorf("read the alert: %w", err)}
	}
	fired, err := config.Setup.Read(body, c.Integration)
	if err != nil {
		return misuse{fmt.Errorf("%s: %w", c.Alert, err)}
	}
	if fired.Route.Team == "" {
		return misuse{fmt.Errorf("%s: nothing claims this alert; add catch_all: TEAM", c.path(t))}
	}
	at := c.At.or(t.now())
	forecast, err := simulate.Foretell(ctx, config.Roster, fired, at)
	if err != nil {
		return fmt.Errorf("explain the alert: %w", err)
	}
	e := explanation{
		Route:    routeTold{fired.Route.Team, cmp.Or(forecast.Policy, oncall.DefaultPolicy), fired.Route.Because, []routeTried{}},
		Pages:    pagesTold(forecast.Pages, at),
		Warnings: []string{},
	}
	for _, r := range config.Setup.Tried(fired) {
		e.Route.Tried = append(e.Route.Tried, routeTried{r.Text, r.Matched, r.Failed, r.Label, r.Value, r.String()})
	}
	if fired.Route.Warning != "" {
		e.Warnings = append(e.Warnings, fired.Route.Warning)
	}
	e.Warnings = append(e.Warnings, forecast.Warnings...)
	if c.JSON {
		return writeJSON(t.out, e)
	}
	e.table(t, config.Roster)
	c.onlyTheFile(t)
	return nil
}

// maxAlert is what a server takes, too.
const maxAlert = 1 << 20

func (c *explainCmd) body(t *terminal) ([]byte, error) {
	if c.Alert == "-" {
		return io.ReadAll(io.LimitReader(t.in, maxAlert))
	}
	return os.ReadFile(c.Alert)
}

// pagesTold leaves out that a person is the fallback: the person's own pages say it.
func pagesTold(paged []simulate.Paged, start time.Time) []pageTold {
	told := []pageTold{}
	for _, p := range paged {
		one := pageTold{
			At: p.At.UTC(), After: oncall.FormatDuration(p.At.Sub(start)), Tier: p.Tier + 1,
			Responder: string(p.Person), Via: p.Via, Because: p.Why, why: p.Because,
		}
		switch {
		case p.Fallback == string(oncall.Channel):
			one.Via = oncall.Channel
		case p.Fallback != "":
			continue
		}
		if one.Via == oncall.Channel {
			one.Responder = string(oncall.Channel)
		}
		if p.Fallback != "" || p.ForBackup {
			one.Tier, one.Because = 0, "fallback: nobody answered"
		}
		one.Reasons = append([]string{}, one.why.All()...)
		told = append(told, one)
	}
	return told
}
