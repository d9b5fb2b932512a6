package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	sdk "github.com/slack-go/slack"

	"github.com/earshot-oncall/earshot/bot/wire"
	"github.com/earshot-oncall/earshot/commands"
)

// ephemeral is an answer that one person sees.
type ephemeral struct {
	Type     string      `json:"response_type"`
	Text     string      `json:"text"`
	Blocks   []sdk.Block `json:"blocks,omitempty"`
	Replace  bool        `json:"replace_original"` // false must be said, or a button's message goes
	ThreadTS string      `json:"thread_ts,omitempty"`
}

// privately is a message that one person sees.
func privately(m message) ephemeral {
	return ephemeral{Type: "ephemeral", Text: m.text, Blocks: m.blocks, ThreadTS: m.thread}
}

// words is a reply in mrkdwn.
func words(reply commands.Reply) string {
	if reply.Text == "" && len(reply.Lines) == 0 {
		return "Done."
	}
	return listed(reply.Text, reply.Lines)
}

// listed is a text with a list below it, in as many of its lines as fit.
func listed(head string, list []string) string {
	return wire.Listed(fit(head), list, maxText, func(l string) string { return escape(l, maxBlock) })
}

// whisper tells the clicker alone what became of the click, after Slack has its
// answer, or opens the form that asks for what is missing. The answer to a button
// that only the clicker saw takes its place, unless it may be worth another press.
func (c *Client) whisper(parent context.Context, p click, request commands.Request, reply commands.Reply) {
	c.answers.Go(func() {
		ctx, cancel := wire.Errand(context.WithoutCancel(parent))
		defer cancel()
		if c.opened(ctx, p.TriggerID, reply, origin{Channel: p.Container.ChannelID, Thread: p.Container.ThreadTS, Team: request.Team, Mark: carry(request.Mark)}) {
			return
		}
		reply.Offers = wire.Offers(reply, request.Text)
		if p.Container.ChannelID == "" && c.home != nil { // pressed at home
			c.home(ctx, p.User.ID, &reply)
			return
		}
		m := speak(words(reply), reply.Offers)
		m.thread = p.Container.ThreadTS
		var err error
		if c.trusted(p.ResponseURL) {
			answer := privately(m)
			answer.Replace = p.Container.Ephemeral && reply.Err == nil
			err = c.follow(ctx, p.ResponseURL, answer)
		} else {
			err = c.aside(ctx, p.Container.ChannelID, p.User.ID, m)
		}
		if err != nil {
			c.log.WarnContext(parent, "answer not delivered", "err", err)
		}
	})
}

// trusted reports whether a response URL leads to Slack itself, or to where our
// API is: a payload must not make us call anybody else.
func (c *Client) trusted(raw string) bool {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.User != nil {
		return false
	}
	if u.Scheme == c.apiURL.Scheme && strings.EqualFold(u.Host, c.apiURL.Host) {
		return true
	}
	host := strings.ToLower(u.Hostname())
	return u.Scheme == "https" && u.Port() == "" && (strings.HasSuffix(host, ".slack.com") || strings.HasSuffix(host, ".slack-gov.com"))
}

// follow posts to a response URL. No token goes with it, and the URL is a secret
// that appears in no error.
func (c *Client) follow(ctx context.Context, to string, answer ephemeral) error {
	body, err := json.Marshal(answer)
	if err != nil {
		return fmt.Errorf("encode answer: %w", err)
	}
	return c.call(ctx, "response_url", "response_url", func(ctx context.Context) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
		if err != nil {
			return fmt.Errorf("build answer")
		}
		req.Header.Set("Content-Type", "application/json; charset=utf-8")
		res, err := c.http.Do(req)
		if err != nil {
			return err
		}
		defer res.Body.Close()
		_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, maxBody)) // so that the connection serves again
		if res.StatusCode != http.StatusOK {
			return sdk.StatusCodeError{Code: res.StatusCode, Status: res.Status}
		}
		return nil
	})
}

// aside posts what one person sees in a channel.
func (c *Client) aside(ctx context.Context, channel, user string, m message) error {
	return c.call(ctx, "chat.postEphemeral", "chat.postEphemeral", func(ctx context.Context) error {
		_, err := c.api.PostEphemeralContext(ctx, channel, user, m.options()...)
		return err
	})
}
