package demo

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
)

// click uses a control of a message in Slack.
func (s *stage) click(_ *http.Request, c click) (outcome, error) {
	defer s.line.lend()()
	do := func() (int, []byte, error) { return s.slack.Click(c.User, c.Channel, c.TS, c.Action) }
	if c.Value != "" {
		do = func() (int, []byte, error) { return s.slack.Choose(c.User, c.Channel, c.TS, c.Action, c.Value) }
	}
	status, body, err := do()
	if err != nil {
		return outcome{}, err
	}
	return answered(status, string(body)), nil
}

// command types a slash command in Slack.
func (s *stage) command(_ *http.Request, c words) (outcome, error) {
	defer s.line.lend()()
	reply, err := s.slack.Command(c.User, c.Channel, "/oncall", c.Text)
	if err != nil {
		return outcome{}, err
	}
	return answered(reply.Status, ""), nil
}

// mention speaks to the app in a thread in Slack.
func (s *stage) mention(_ *http.Request, c words) (outcome, error) {
	_, err := s.slack.Mention(c.User, c.Channel, c.Thread, c.Text)
	return outcome{OK: err == nil}, err
}

// A visit opens somebody's home in Slack or, with a value, presses its button there.
type visit struct{ User, Value string }

func (s *stage) home(_ *http.Request, v visit) (outcome, error) {
	defer s.line.lend()()
	if v.Value != "" {
		err := s.slack.PressHome(v.User, v.Value)
		return outcome{OK: err == nil}, err
	}
	err := s.slack.OpenHome(v.User)
	return outcome{OK: err == nil}, err
}

// submit sends off a form that the app has opened in Slack.
func (s *stage) submit(_ *http.Request, f filling) (outcome, error) {
	defer s.line.lend()()
	reply, err := s.slack.Submit(f.User, f.ID, f.Values)
	if err != nil {
		return outcome{}, err
	}
	done := answered(reply.Status, "")
	done.OK, done.Errors = done.OK && len(reply.Errors) == 0, reply.Errors
	return done, nil
}

// openForm is the form that is open before somebody in Slack; nil where there is none.
func (s *stage) openForm(user string) (open *form) {
	for _, v := range s.slack.Views() {
		if v.User == user && v.Type == "modal" {
			open = viewForm(v)
		}
	}
	return open
}

// A view is the part of Slack's modal that becomes a form.
type view struct {
	Title, Submit label
	Blocks        []struct {
		Type     string
		BlockID  string `json:"block_id"`
		Text     label
		Label    label
		Hint     label
		Optional bool
		Element  struct {
			Type     string
			Value    string                 `json:"initial_value"`
			Moment   int64                  `json:"initial_date_time"`
			Option   struct{ Value string } `json:"initial_option"`
			Max      int                    `json:"max_length"`
			Multiple bool                   `json:"multiline"`
			Options  []struct {
				Text  label
				Value string
			}
		}
	}
}

// A label is a text object of Slack's.
type label struct{ Text string }

// viewForm is a modal of Slack's as a form; nil where it is none that we know.
func viewForm(v slackfake.View) *form {
	var from view
	if json.Unmarshal(v.JSON, &from) != nil {
		return nil
	}
	f := &form{ID: v.ID, Title: from.Title.Text, Submit: cmp.Or(from.Submit.Text, "OK")}
	for _, b := range from.Blocks {
		if b.Type != "input" {
			f.Note += b.Text.Text
			continue
		}
		e := b.Element
		one := field{Name: b.BlockID, Label: b.Label.Text, Hint: b.Hint.Text, Optional: b.Optional, Value: cmp.Or(e.Value, e.Option.Value), Max: e.Max, Long: e.Multiple}
		switch e.Type {
		case "static_select":
			for _, o := range e.Options {
				one.Options = append(one.Options, choice{o.Text.Text, o.Value})
			}
		case "datetimepicker":
			one.Moment = true
			if e.Moment > 0 {
				one.Value = fmt.Sprint(e.Moment)
			}
		}
		f.Fields = append(f.Fields, one)
	}
	return f
}

// A room is a place to talk that came later than the page.
type room struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Over bool   `json:"over,omitempty"` // archived
}

// openedInSlack are the channels that the app has opened in Slack.
func (s *stage) openedInSlack() []room {
	rooms := []room{}
	for _, c := range s.slack.Channels() {
		if !c.Direct && !slices.ContainsFunc(channels, func(k channel) bool { return k.ID == c.ID }) {
			rooms = append(rooms, room{c.ID, c.Name, c.Archived})
		}
	}
	return rooms
}
