package slackfake

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

// A SubmitReply is the app's answer to a form that was sent off.
type SubmitReply struct {
	Status int
	Body   []byte
	Action string            // what becomes of the form: errors, update, clear; empty: it closes
	Errors map[string]string // what is wrong, by the block's id: the form stays open
}

// Submit fills in an open form and sends it off as the user who opened it. Values
// are named by the block or by the element in it: an option's value, a text, a
// moment in seconds since 1970. What is not named keeps what the form came with.
func (s *Server) Submit(user, viewID string, values map[string]string) (SubmitReply, error) {
	body, err := s.SubmitBody(user, viewID, values)
	if err != nil {
		return SubmitReply{}, err
	}
	status, answer, err := s.deliver(interaction, s.Options().InteractionsURL, body)
	r := SubmitReply{Status: status, Body: answer}
	if err != nil || status != http.StatusOK {
		return r, err
	}
	return s.settle(r, viewID)
}

// SubmitBody returns the form that Submit would send.
func (s *Server) SubmitBody(user, viewID string, values map[string]string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := s.viewIndex(func(v View) bool { return v.ID == viewID && v.User == user && v.Type == "modal" })
	if at < 0 {
		return nil, fmt.Errorf("submit %s: no such form before %s", viewID, user)
	}
	view := s.wireView(s.views[at])
	state, err := filled(view, values)
	if err != nil {
		return nil, fmt.Errorf("submit %s: %w", viewID, err)
	}
	view["state"] = reply{"values": state}
	person := s.users[user]
	payload, err := json.Marshal(reply{
		"type":          "view_submission",
		"user":          reply{"id": user, "username": person.Name, "name": person.Name, "team_id": s.options.TeamID},
		"api_app_id":    s.options.AppID,
		"token":         "legacy",
		"trigger_id":    s.newTrigger(user),
		"team":          reply{"id": s.options.TeamID, "domain": "fake"},
		"enterprise":    nil,
		"view":          view,
		"response_urls": []reply{},

		"is_enterprise_install": false,
	})
	if err != nil {
		return nil, fmt.Errorf("submit %s: %w", viewID, err)
	}
	return []byte(url.Values{"payload": {string(payload)}}.Encode()), nil
}

// settle does with the form what the app answered.
func (s *Server) settle(r SubmitReply, viewID string) (SubmitReply, error) {
	var answer struct {
		Action string            `json:"response_action"`
		Errors map[string]string `json:"errors"`
		View   json.RawMessage   `json:"view"`
	}
	if len(bytes.TrimSpace(r.Body)) > 0 {
		if err := json.Unmarshal(r.Body, &answer); err != nil {
			return r, fmt.Errorf("answer to a form: %w", err)
		}
	}
	r.Action, r.Errors = answer.Action, answer.Errors
	var next View
	if r.Action == "update" {
		var err error
		if next, err = s.checkedView(form{Values: url.Values{"view": {string(answer.View)}}}, "modal"); err != nil {
			return r, fmt.Errorf("answer to a form: %w", err)
		}
	}
	s.mu.Lock()
	err := s.become(viewID, r, next)
	s.mu.Unlock()
	s.watch.tell(Event{Kind: "view"})
	return r, err
}

func (s *Server) become(viewID string, r SubmitReply, next View) error {
	at := s.viewIndex(func(v View) bool { return v.ID == viewID })
	if at < 0 {
		return fmt.Errorf("answer to a form: it is gone")
	}
	user := s.views[at].User
	switch r.Action {
	case "":
		s.views = slices.Delete(s.views, at, at+1)
	case "clear":
		s.views = slices.DeleteFunc(s.views, func(v View) bool { return v.Type == "modal" && v.User == user })
	case "update":
		next.User = user
		s.keepView(next, at)
	case "errors":
		blocks, _ := objects(s.wireView(s.views[at])["blocks"])
		for id := range r.Errors {
			if !slices.ContainsFunc(blocks, func(b map[string]any) bool { return b["type"] == "input" && b["block_id"] == id }) {
				return fmt.Errorf("answer to a form: it has no input %q", id)
			}
		}
		if len(r.Errors) == 0 {
			return fmt.Errorf("answer to a form: errors without any")
		}
	default:
		return fmt.Errorf("answer to a form: unknown action %q", r.Action)
	}
	return nil
}

// filled is the state of a form's inputs, as the payload carries it.
func filled(view reply, values map[string]string) (reply, error) {
	state, named := reply{}, 0
	blocks, _ := objects(view["blocks"])
	for _, block := range blocks {
		element, ok := block["element"].(map[string]any)
		if !ok || block["type"] != "input" {
			continue
		}
		blockID, _ := block["block_id"].(string)
		actionID, _ := element["action_id"].(string)
		value, given := values[actionID]
		if !given {
			value, given = values[blockID]
		}
		if given {
			named++
		} else {
			value = comesWith(element)
		}
		if optional, _ := block["optional"].(bool); value == "" && !optional {
			return nil, fmt.Errorf("%q has to be filled in", blockID)
		}
		answer, err := answered(element, value)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", blockID, err)
		}
		state[blockID] = reply{actionID: answer}
	}
	if named < len(values) {
		return nil, fmt.Errorf("not all of %v are in the form", values)
	}
	return state, nil
}

// comesWith is what an input holds before anybody touches it.
func comesWith(element map[string]any) string {
	if option, ok := element["initial_option"].(map[string]any); ok {
		value, _ := option["value"].(string)
		return value
	}
	if moment, ok := element["initial_date_time"].(json.Number); ok {
		return string(moment)
	}
	text, _ := element["initial_value"].(string)
	return text
}

func answered(element map[string]any, value string) (reply, error) {
	kind, _ := element["type"].(string)
	answer := reply{"type": kind}
	switch kind {
	case "static_select":
		answer["selected_option"] = nil
		for _, o := range newControl(element, "", "").Options {
			if o.Value == value {
				answer["selected_option"] = reply{"text": reply{"type": "plain_text", "text": o.Text, "emoji": true}, "value": o.Value}
			}
		}
		if value != "" && answer["selected_option"] == nil {
			return nil, fmt.Errorf("no option %q", value)
		}
	case "datetimepicker":
		answer["selected_date_time"] = nil
		if value != "" {
			moment, err := strconv.ParseInt(value, 10, 64)
			if err != nil {
				return nil, fmt.Errorf("moment %q is no number of seconds", value)
			}
			answer["selected_date_time"] = moment
		}
	case "plain_text_input":
		answer["value"] = nil
		if value != "" {
			answer["value"] = value
		}
	default:
		return nil, fmt.Errorf("%s can't be filled in here", kind)
	}
	return answer, nil
}
