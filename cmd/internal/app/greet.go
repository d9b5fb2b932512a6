package app

import (
	"context"
	"time"
)

// greetEvery is how often Slack is asked who we are until it answers.
const greetEvery = 15 * time.Second

// greet tries the Slack credentials until they are known to work, so that a wrong
// token is told at the start and clicks of other workspaces are refused.
func (a *App) greet(ctx context.Context) error {
	if a.slack == nil {
		<-ctx.Done()
		return nil
	}
	tick := time.NewTicker(greetEvery)
	defer tick.Stop()
	for {
		err := a.slack.Check(ctx)
		if err == nil {
			<-ctx.Done()
			return nil
		}
		a.log.WarnContext(ctx, "slack does not know us yet", "err", err)
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
