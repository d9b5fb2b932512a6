package slack

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	sdk "github.com/slack-go/slack"

	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A Desk is where the handlers have commands carried out.
type Desk interface {
	// Run carries out what somebody said.
	Run(context.Context, commands.Request) commands.Reply
	// Roster returns the present roster.
	Roster() oncall.Roster
	// Once reports whether an id is seen for the first time, and remembers it.
	Once(ctx context.Context, scope, id string, ttl time.Duration) (first bool, err error)
	// Forget undoes Once for what could not be done after all.
	Forget(ctx context.Context, scope, id string) error
}

const (
	// maxBody bounds a request; Slack's largest are far smaller.
	maxBody = 1 << 20

	// answerTimeout leaves an answer half a second to reach Slack, which gives up
	// after three.
	answerTimeout = 2500 * time.Millisecond

	// seenFor is how long a click or command is remembered against redelivery.
	seenFor = time.Hour
)

// Handler hears what Slack sends: commands, clicks and events. Whatever is not
// signed with our secret changes nothing.
func (c *Client) Handler(desk Desk) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST /slack/commands", c.verified(func(w http.ResponseWriter, r *http.Request, body []byte) {
		c.serveCommand(w, r, body, desk)
	}))
	mux.Handle("POST /slack/interactions", c.verified(func(w http.ResponseWriter, r *http.Request, body []byte) {
		c.serveInteraction(w, r, body, desk)
	}))
	mux.Handle("POST /slack/events", c.verified(func(w http.ResponseWriter, r *http.Request, body []byte) {
		c.serveEvent(w, r, body, desk)
	}))
	return mux
}

// verified lets only requests through that Slack signed within five minutes. The
// signature is checked over the raw body before anything in it is read.
func (c *Client) verified(next func(http.ResponseWriter, *http.Request, []byte)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		verifier, err := sdk.NewSecretsVerifier(r.Header, c.secret)
		if err != nil {
			http.Error(w, "no valid Slack signature", http.StatusUnauthorized)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
			http.Error(w, "body too large", http.StatusRequestEntityTooLarge)
			return
		}
		if err != nil {
			http.Error(w, "body cut short", http.StatusBadRequest)
			return
		}
		if _, err := verifier.Write(body); err != nil || verifier.Ensure() != nil {
			http.Error(w, "no valid Slack signature", http.StatusUnauthorized)
			return
		}
		next(w, r, body)
	})
}

// ours reports whether a workspace is the one the token is for; before Check has
// learned which that is, the signature has to do.
func (c *Client) ours(team string) bool {
	known := c.team.Load()
	return known == nil || *known == "" || team == "" || team == *known
}

// fields decodes a form.
func fields(body []byte) (url.Values, error) { return url.ParseQuery(string(body)) }
