package demo

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

// maxAct bounds what the page may send at once.
const maxAct = 64 << 10

// An outcome is what the page is told about what was done.
type outcome struct {
	OK     bool   `json:"ok"`
	Status int    `json:"status,omitempty"` // of the app's answer
	Text   string `json:"text,omitempty"`

	Form    *form             `json:"form,omitempty"`    // what opened before the user
	Errors  map[string]string `json:"errors,omitempty"`  // of a form, by the field
	Choices []choice          `json:"choices,omitempty"` // what may be typed
}

// acts are the things that can be done on the page, by the name in their path.
func (s *stage) acts() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"slack/click":      act(s.click),
		"slack/command":    act(s.command),
		"slack/submit":     act(s.submit),
		"slack/say":        act(s.mention),
		"slack/home":       act(s.home),
		"discord/click":    act(s.press),
		"discord/command":  act(s.slash),
		"discord/complete": act(s.complete),
		"discord/submit":   act(s.sendForm),
		"discord/say":      act(s.sayInDiscord),
		"sms":              act(s.sms),
		"call":             act(s.call),
		"speed":            act(s.speed),
		"alert":            act(s.alert),
	}
}

// act decodes what is asked, does it and says how it went.
func act[T any](do func(*http.Request, T) (outcome, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var asked T
		decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxAct))
		decoder.DisallowUnknownFields()
		err := decoder.Decode(&asked)
		var done outcome
		if err == nil {
			done, err = do(r, asked)
		}
		w.Header().Set("Content-Type", "application/json")
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			done = outcome{Text: err.Error()}
		}
		_ = json.NewEncoder(w).Encode(done) // a page that is gone needs no answer
	}
}

// A click presses a button of a message, or picks a value in one of its menus.
type click struct{ User, Channel, TS, Action, Value string }

// words are what is typed: after the command's name, or to the app in a thread.
type words struct{ User, Channel, Thread, Text string }

// A filling sends a form off, its fields by their names.
type filling struct {
	User, ID string
	Values   map[string]string
}

// A text is an SMS from one of the phones.
type text struct{ Number, Text string }

func (s *stage) sms(_ *http.Request, t text) (outcome, error) {
	if t.Text == "" {
		return outcome{}, errors.New("an SMS needs words")
	}
	if !known(t.Number) {
		return outcome{}, fmt.Errorf("no phone %s here", t.Number)
	}
	status, _, err := s.phones.Phone(t.Number).Reply(t.Text)
	if err != nil {
		return outcome{}, err
	}
	return answered(status, ""), nil
}

// A move is something done with the receiver of a phone.
type move struct{ Number, Call, Do, Key string }

func (s *stage) call(_ *http.Request, m move) (outcome, error) {
	if !known(m.Number) {
		return outcome{}, fmt.Errorf("no phone %s here", m.Number)
	}
	calls := s.phones.Phone(m.Number).Calls()
	at := slices.IndexFunc(calls, func(c *twiliofake.Call) bool { return c.SID() == m.Call })
	if at < 0 {
		return outcome{}, fmt.Errorf("no call %s on this phone", m.Call)
	}
	call, err := calls[at], error(nil)
	switch m.Do {
	case "answer":
		err = s.line.pickUp(call)
	case "decline":
		err = call.Decline()
	case "hangup":
		call.Hangup()
	case "press":
		err = call.Press(m.Key)
	default:
		err = fmt.Errorf("a phone cannot %q", m.Do)
	}
	return outcome{OK: err == nil}, err
}

// A pick is one of the clock's speeds.
type pick struct{ Speed int }

func (s *stage) speed(_ *http.Request, p pick) (outcome, error) {
	if !slices.Contains(speeds, p.Speed) {
		return outcome{}, fmt.Errorf("the clock runs at %v, not %d", speeds, p.Speed)
	}
	s.line.setSpeed(p.Speed)
	return outcome{OK: true}, nil
}

// answered is what the app said to one of the fakes.
func answered(status int, body string) outcome {
	return outcome{OK: status >= 200 && status < 300, Status: status, Text: body}
}

func known(number string) bool {
	return slices.ContainsFunc(people, func(p person) bool { return p.Phone == number })
}
