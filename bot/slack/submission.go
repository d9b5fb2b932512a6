package slack

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/bot"
	"github.com/earshot-oncall/earshot/bot/wire"
	"github.com/earshot-oncall/earshot/commands"
)

// A submission is the part of a form that was filled in that we read.
type submission struct {
	User      user   `json:"user"`
	TriggerID string `json:"trigger_id"`
	View      struct {
		ID      string `json:"id"`
		Private string `json:"private_metadata"`
		State   struct {
			Values map[string]map[string]filled `json:"values"` // by field, each with one
		} `json:"state"`
	} `json:"view"`
}

// A filled field is what somebody filled in.
type filled struct {
	Type     string `json:"type"`
	Value    string `json:"value"`
	Selected struct {
		Value string `json:"value"`
	} `json:"selected_option"`
	Moment int64 `json:"selected_date_time"`
}

// String writes it as it would be typed.
func (e filled) String() string {
	switch {
	case e.Type == "datetimepicker" && e.Moment != 0:
		return time.Unix(e.Moment, 0).UTC().Format(time.RFC3339)
	case e.Type == "static_select":
		return e.Selected.Value
	}
	return strings.TrimSpace(e.Value)
}

// A rejection keeps a form open and says what is wrong with a field.
type rejection struct {
	Action string            `json:"response_action"`
	Errors map[string]string `json:"errors"`
}

// hearSubmission says what a form was filled in with. What was done is told in
// private where the form was opened; what was refused, at the field it is about.
func (c *Client) hearSubmission(ctx context.Context, desk Desk, payload []byte) answer {
	var (
		s    submission
		from origin
	)
	if json.Unmarshal(payload, &s) != nil || json.Unmarshal([]byte(s.View.Private), &from) != nil || s.User.ID == "" {
		return refused(http.StatusBadRequest, "not one of our forms")
	}
	roster := desk.Roster()
	o := c.clerk().Run(ctx, c.porter(desk, s.User.ID, s.User.TeamID), strings.Join([]string{"form", s.User.ID, s.View.ID, s.TriggerID}, " "), commands.Request{
		Text: s.words(from), Form: true, Mark: from.Mark.unpack(),
		By: s.User.speaker(roster), Source: source, Team: from.Team,
	})
	if !o.First {
		return unsaid(o)
	}
	reply := o.Reply
	if reply.OK || len(from.Fields) == 0 {
		c.confide(ctx, s.User.ID, from, reply)
		return answer{}
	}
	field := reply.Field
	if !slices.Contains(from.Fields, field) {
		field = from.Fields[0]
	}
	return answer{body: rejection{"errors", map[string]string{field: bot.Clean(reply.String(), maxLine)}}}
}

// words are what was filled in, in the places of the fields' names.
func (s submission) words(from origin) string {
	var pairs []string
	for _, field := range from.Fields {
		value := ""
		for _, e := range s.View.State.Values[field] {
			value = e.String()
		}
		pairs = append(pairs, "{"+field+"}", value)
	}
	return strings.TrimSpace(strings.NewReplacer(pairs...).Replace(from.Words))
}

// confide tells whoever filled in a form what became of it: in the channel where it
// was opened, or by direct message where we may not write there.
func (c *Client) confide(parent context.Context, user string, from origin, reply commands.Reply) {
	c.answers.Go(func() {
		ctx, cancel := wire.Errand(context.WithoutCancel(parent))
		defer cancel()
		if from.Channel == "" && c.home != nil { // opened at home
			c.home(ctx, user, &reply)
			return
		}
		m := speak(words(reply), reply.Offers)
		m.thread = from.Thread
		err := c.aside(ctx, from.Channel, user, m)
		if f := (*wire.Failure)(nil); errors.As(err, &f) && f.Class == wire.Refusal {
			m.thread = ""
			_, err = c.post(ctx, user, m)
		}
		if err != nil {
			c.log.WarnContext(parent, "answer not delivered", "err", err)
		}
	})
}
