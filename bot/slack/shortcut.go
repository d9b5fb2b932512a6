package slack

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/earshot-oncall/earshot/bot/wire"
	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// markShortcut is the line "Add to incident timeline" in the menu of a message, as the
// manifests name it.
const markShortcut = "timeline_add"

// A shortcut is a line that somebody chose in the menu of a message.
type shortcut struct {
	Callback string `json:"callback_id"`
	ActionTS string `json:"action_ts"`
	User     user   `json:"user"`
	Channel  struct {
		ID string `json:"id"`
	} `json:"channel"`
	TS      string `json:"message_ts"`
	Message struct {
		User     string `json:"user"`
		BotID    string `json:"bot_id"`
		Username string `json:"username"`
		Text     string `json:"text"`
		ThreadTS string `json:"thread_ts"`
	} `json:"message"`
	TriggerID   string `json:"trigger_id"`
	ResponseURL string `json:"response_url"`
}

// hearShortcut puts a message on the timeline of the incident in whose thread, or room,
// it stands; elsewhere a form asks which. What became of it is told in private.
func (c *Client) hearShortcut(ctx context.Context, desk Desk, payload []byte) answer {
	var s shortcut
	if json.Unmarshal(payload, &s) != nil || s.User.ID == "" {
		return refused(http.StatusBadRequest, "not a shortcut")
	}
	if s.Callback != markShortcut {
		return refused(http.StatusBadRequest, "not one of our shortcuts")
	}
	soon, cancel := context.WithTimeoutCause(ctx, identifying, wire.ErrSlow) // the form opens within three seconds
	defer cancel()
	roster := desk.Roster()
	at := sent{s.Channel.ID, s.TS}
	request := commands.Request{
		Text: "mark", Mark: c.mark(soon, roster, at, cmp.Or(s.Message.User, s.Message.BotID), s.Message.Username, s.Message.Text),
		By: s.User.speaker(roster), Source: source, Team: teamOf(roster, s.Channel.ID),
	}
	if room, ok := roster.RoomIn(source, s.Channel.ID); ok {
		request.Team, request.Focus = room.Team, incident.ID(room.Incident)
	} else if thread := s.Message.ThreadTS; thread != "" {
		focus, err := c.cardOf(soon, s.Channel.ID, thread)
		if err != nil {
			c.log.WarnContext(ctx, "thread not looked up", "err", err)
		}
		request.Focus = focus
	}
	id := strings.Join([]string{"shortcut", s.User.ID, at.ref(), s.ActionTS, s.TriggerID}, " ")
	o := c.clerk().Run(ctx, c.porter(desk, s.User.ID, s.User.TeamID), id, request)
	if o.First {
		p := click{User: s.User, TriggerID: s.TriggerID, ResponseURL: s.ResponseURL}
		p.Container.ChannelID, p.Container.ThreadTS = s.Channel.ID, s.Message.ThreadTS
		c.whisper(ctx, p, request, o.Reply)
	}
	return unsaid(o)
}

// A carried mark goes with a form that asks for its incident.
type carried struct {
	Ref    string          `json:"ref"`
	Person oncall.PersonID `json:"person,omitempty"`
	Name   string          `json:"name,omitempty"`
	Text   string          `json:"text"`
	Link   string          `json:"link,omitempty"`
}

// carry packs a mark for a form; nil for none.
func carry(m *commands.Mark) *carried {
	if m == nil {
		return nil
	}
	return &carried{m.Ref, m.Author.Person, m.Author.Name, m.Text, m.Link}
}

// unpack is the mark as it was before carry.
func (m *carried) unpack() *commands.Mark {
	if m == nil {
		return nil
	}
	return &commands.Mark{Ref: m.Ref, Author: incident.Actor{Person: m.Person, Name: m.Name}, Text: m.Text, Link: m.Link}
}

// compact is JSON in as few characters as it takes.
func compact(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSpace(b.Bytes()), err
}
