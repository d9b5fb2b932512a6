package main

import (
	"context"
	"fmt"
	"io"
	"os"

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
	tried := config.Setup.Tried(fired)
	routes, says := make([]simulate.RouteTried, len(tried)), make([]string, len(tried))
	for i, r := range tried {
		routes[i], says[i] = simulate.RouteTried(r), r.String()
	}
	e, err := simulate.Explain(ctx, config.Roster, fired, routes, at)
	if err != nil {
		return fmt.Errorf("explain the alert: %w", err)
	}
	if c.JSON {
		return writeJSON(t.out, e)
	}
	explained{e, says}.table(t, config.Roster)
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
