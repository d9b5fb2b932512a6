package slack

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/slack-go/slack/socketmode"

	"github.com/earshot-oncall/earshot/bot/wire"
)

const (
	// links is how many connections are kept: while one is renewed, the other hears.
	links = 2

	// leaving is what the last acknowledgements get to reach Slack: the library sends
	// them when it comes to it.
	leaving = 200 * time.Millisecond
)

// deafness is what the admins are told when Slack can't reach us.
const deafness = "Slack has had no connection to Earshot for a minute: clicks and commands there are not heard, phones and cards go on. " +
	"Look at the log, at whether Socket Mode is on in the Slack app, and at the way out to wss://*.slack.com"

// Listen hears what Slack sends over Socket Mode until ctx ends, with no address of
// ours that Slack has to reach. What arrives is understood, and answered, as over
// HTTP; it is acknowledged once it is done, so that what dies with us is delivered to
// another. alarm is told what an admin has to mend.
func (c *Client) Listen(ctx context.Context, desk Desk, alarm func(context.Context, string)) error {
	standing := make(chan int)
	var group sync.WaitGroup
	for range links {
		l := &line{Client: c, desk: desk, alarm: alarm, standing: standing}
		group.Go(func() { l.run(ctx) })
	}
	group.Go(func() {
		wire.Guard{
			Standing: standing, After: wire.DeafFor,
			Deaf:  func(ctx context.Context) { alarm(ctx, deafness) },
			Heard: func(ctx context.Context) { c.log.InfoContext(ctx, "slack heard again") },
		}.Run(ctx)
	})
	group.Wait()
	return nil
}

// hear does what an envelope says and acknowledges it over the connection on which it
// came, while that stands. What has to be delivered again is not acknowledged.
func (l *line) hear(conn context.Context, socket *socketmode.Client, e socketmode.Request) {
	ctx := context.WithoutCancel(conn)
	a := l.understand(ctx, e)
	switch {
	case a.status >= http.StatusInternalServerError:
		l.log.WarnContext(ctx, "slack has to deliver again", "type", e.Type, "attempt", e.RetryAttempt, "why", a.text)
		return
	case a.status != 0:
		l.log.WarnContext(ctx, "slack not understood", "type", e.Type, "why", a.text)
	}
	if a.body != nil && e.AcceptsResponsePayload && conn.Err() == nil && socket.AckCtx(conn, e.EnvelopeID, a.body) == nil {
		return
	}
	if err := socket.AckCtx(conn, e.EnvelopeID, nil); err != nil {
		l.log.WarnContext(ctx, "slack delivery not acknowledged", "type", e.Type, "err", err)
	}
	if a.body == nil || a.instead == nil {
		return
	}
	l.answers.Go(func() {
		ctx, cancel := wire.Errand(ctx)
		defer cancel()
		if err := a.instead(ctx); err != nil {
			l.log.WarnContext(ctx, "answer not delivered", "err", err)
		}
	})
}

// understand has an envelope heard by the same ears as what comes over HTTP.
func (l *line) understand(ctx context.Context, e socketmode.Request) answer {
	switch e.Type {
	case socketmode.RequestTypeSlashCommands:
		var t typed
		if json.Unmarshal(e.Payload, &t) != nil {
			return refused(http.StatusBadRequest, "not a slash command")
		}
		return l.hearCommand(ctx, l.desk, t, e.EnvelopeID)
	case socketmode.RequestTypeInteractive:
		return l.hearInteraction(ctx, l.desk, e.Payload)
	case socketmode.RequestTypeEventsAPI:
		return l.hearEvent(ctx, l.desk, e.Payload)
	}
	return refused(http.StatusBadRequest, "an envelope of an unknown type")
}
