package demo

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

// most bounds what the page is shown of one channel or phone: the newest.
const most = 300

// A part of the page has a name and is drawn anew, as a whole, when it changed.
type part struct {
	Name  string `json:"name"`
	Value any    `json:"value"`
}

// parts are everything the page shows, as it is now.
func (s *stage) parts() []part {
	speed, held := s.line.Speed()
	shifts, _ := s.duty.now()
	all := []part{
		{"clock", map[string]any{"speed": speed, "held": held}},
		{"oncall", shifts},
		{"slack", map[string]any{"rooms": s.openedInSlack()}},
		{"discord", s.server()},
	}
	for _, c := range s.slack.Channels() {
		if !c.Direct {
			all = append(all, part{"room:" + c.ID, s.posts(c.ID)})
		}
	}
	for _, c := range s.discord.Channels(guild) {
		all = append(all, part{"room:" + c.ID, s.inChannel(c.ID)})
	}
	for _, p := range people {
		all = append(all, s.partsOf(p)...)
	}
	return all
}

// partsOf are what concerns one person alone.
func (s *stage) partsOf(p person) []part {
	all := []part{{"phone:" + p.Phone, records(s.phones.Phone(p.Phone))}}
	if p.Slack != "" {
		_, home := s.slack.Home(p.Slack)
		all = append(all,
			part{"room:" + s.slack.DM(p.Slack), s.posts(p.Slack)},
			part{"form:" + p.Slack, s.openForm(p.Slack)}, part{"home:" + p.Slack, home.Blocks})
	}
	if p.Discord != "" {
		all = append(all, part{"room:" + dmOf(p.Discord), s.inDM(p.Discord)})
	}
	return all
}

// dmOf names the bot's conversation with a user of the Discord server, which is there
// before it has a channel.
func dmOf(user string) string { return "@" + user }

// A post is a message of the workspace.
type post struct {
	TS          string          `json:"ts"`
	Thread      string          `json:"thread,omitempty"`
	User        string          `json:"user"`
	Text        string          `json:"text"`
	Blocks      json.RawMessage `json:"blocks,omitempty"`
	Attachments json.RawMessage `json:"attachments,omitempty"`
	Only        string          `json:"only,omitempty"` // the one user who sees it
	Broadcast   bool            `json:"broadcast,omitempty"`
	Edits       int             `json:"edits,omitempty"`
	Files       []upload        `json:"files,omitempty"`
	At          int64           `json:"at"`
}

// An upload is a file that was shared with a post.
type upload struct {
	Name string `json:"name"`
	URL  string `json:"url"`
	Alt  string `json:"alt"`
}

func uploads(ids []string, files []slackfake.File) (shared []upload) {
	for _, f := range files {
		if slices.Contains(ids, f.ID) {
			shared = append(shared, upload{f.Name, filePath("slack", f.ID), f.Alt})
		}
	}
	return shared
}

// posts are what a channel of the workspace shows.
func (s *stage) posts(channel string) []post {
	messages, files := s.slack.Messages(channel), s.slack.Files()
	shown := []post{}
	for _, m := range messages[max(0, len(messages)-most):] {
		shown = append(shown, post{
			TS: m.TS, Thread: m.ThreadTS, User: m.User, Text: m.Text, Blocks: m.Blocks, Attachments: m.Attachments,
			Only: m.Ephemeral, Broadcast: m.Broadcast, Edits: m.Edits(), Files: uploads(m.Files, files), At: m.At.UnixMilli(),
		})
	}
	return shown
}

// A record is an SMS or a call on a phone.
type record struct {
	ID     string    `json:"id"`
	At     time.Time `json:"-"`
	Millis int64     `json:"at"`

	Text    string `json:"text,omitempty"` // an SMS
	Mine    bool   `json:"mine,omitempty"` // from the phone's owner
	Arrived bool   `json:"arrived,omitempty"`

	Call      string   `json:"call,omitempty"` // a call's status
	Spoken    []string `json:"spoken,omitempty"`
	Listening bool     `json:"listening,omitempty"`
	Keys      string   `json:"keys,omitempty"`
	Answered  bool     `json:"answered,omitempty"`
}

// records are what a phone's owner sees, oldest first.
func records(phone *twiliofake.Phone) []record {
	shown := []record{}
	for _, m := range phone.Messages() {
		if m.Inbound || m.Arrived {
			shown = append(shown, record{ID: m.SID, At: m.CreatedAt, Text: m.Body, Mine: m.Inbound, Arrived: m.Arrived})
		}
	}
	for _, call := range phone.Calls() {
		state := call.State()
		if state.Status == "queued" {
			continue
		}
		shown = append(shown, record{
			ID: state.SID, At: state.CreatedAt, Call: state.Status, Spoken: state.Spoken,
			Listening: state.Listening, Keys: state.Keys, Answered: !state.AnsweredAt.IsZero(),
		})
	}
	slices.SortStableFunc(shown, func(a, b record) int { return a.At.Compare(b.At) })
	for i := range shown {
		shown[i].Millis = shown[i].At.UnixMilli()
	}
	return shown[max(0, len(shown)-most):]
}
