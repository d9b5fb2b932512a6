package slack

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"

	sdk "github.com/slack-go/slack"

	"github.com/earshot-oncall/earshot/bot/wire"
)

// A Desk is where the handlers have commands carried out.
type Desk = wire.Desk

// maxBody bounds a request; Slack's largest are far smaller.
const maxBody = 1 << 20

// Handler hears what Slack sends over HTTP: commands, clicks and events. Whatever is
// not signed with our secret changes nothing.
func (c *Client) Handler(desk Desk) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST /slack/commands", c.verified(func(r *http.Request, body []byte) answer {
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return refused(http.StatusBadRequest, "not a slash command")
		}
		return c.hearCommand(r.Context(), desk, typedIn(form), r.Header.Get(signatureHeader))
	}))
	mux.Handle("POST /slack/interactions", c.verified(func(r *http.Request, body []byte) answer {
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return refused(http.StatusBadRequest, "not an interaction")
		}
		return c.hearInteraction(r.Context(), desk, []byte(form.Get("payload")))
	}))
	mux.Handle("POST /slack/events", c.verified(func(r *http.Request, body []byte) answer {
		return c.hearEvent(r.Context(), desk, body)
	}))
	return mux
}

// An answer is what Slack is told at once, whichever way it reached us.
type answer struct {
	status  int                         // as over HTTP; 0: it was heard
	text    string                      // why it was not, or a challenge sent back
	body    any                         // JSON for whoever spoke; nil: nothing
	instead func(context.Context) error // tells them the body in another way; nil: there is none
}

// refused is the answer to what changes nothing.
func refused(status int, why string) answer { return answer{status: status, text: why} }

// unsaid is the answer where the outcome itself is nothing that Slack shows.
func unsaid(o wire.Outcome) answer {
	if o.Open {
		return refused(http.StatusServiceUnavailable, "still under way: deliver it again")
	}
	return answer{}
}

// write answers over HTTP.
func (a answer) write(w http.ResponseWriter) error {
	switch {
	case a.status != 0:
		http.Error(w, a.text, a.status)
		return nil
	case a.body != nil:
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		return json.NewEncoder(w).Encode(a.body)
	case a.text != "":
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("X-Content-Type-Options", "nosniff")
	}
	_, err := io.WriteString(w, a.text)
	return err
}

// verified lets only requests through that Slack signed within five minutes. The
// signature is checked over the raw body before anything in it is read.
func (c *Client) verified(next func(*http.Request, []byte) answer) http.Handler {
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
		if err := next(r, body).write(w); err != nil {
			c.log.WarnContext(r.Context(), "answer not delivered", "err", err)
		}
	})
}

// ours reports whether a workspace is the one the token is for; before Check has
// learned which that is, the signature has to do.
func (c *Client) ours(team string) bool {
	known := c.team.Load()
	return known == nil || *known == "" || team == "" || team == *known
}
