package discordfake

import (
	"net/http"
	"slices"
)

// Types of first answers.
const (
	callbackPong        = 1
	callbackMessage     = 4
	callbackDefer       = 5
	callbackDeferUpdate = 6
	callbackUpdate      = 7
	callbackChoices     = 8
	callbackModal       = 9
)

// A callback is the first answer to an interaction.
type callback struct {
	Type int `json:"type"`
	Data struct {
		draft
		Choices  []Choice `json:"choices"`
		Title    string   `json:"title"`
		CustomID string   `json:"custom_id"`
	} `json:"data"`
}

func postCallback(s *Server, q request) (any, *problem) {
	a := s.acts[q.args["interaction"]]
	if a == nil || a.token != q.args["token"] {
		return nil, notFound(10062, "interaction")
	}
	return nil, s.respond(a, q)
}

// respond takes the first answer to an interaction, over REST or in the answer to
// the signed POST.
func (s *Server) respond(a *act, q request) *problem {
	switch {
	case a.answered != 0:
		return refuse(http.StatusBadRequest, 40060, "Interaction has already been acknowledged.")
	case s.options.Now().Sub(a.at) > firstAnswer:
		return notFound(10062, "interaction")
	}
	var c callback
	if failed := q.decode(&c); failed != nil {
		return failed
	}
	c.Data.files = q.files
	if failed := c.suits(a); failed != nil {
		return failed
	}
	if failed := s.carryOut(a, c); failed != nil {
		return failed
	}
	a.answered = c.Type
	s.tell()
	return nil
}

// suits reports whether that kind of interaction may be answered so.
func (c callback) suits(a *act) *problem {
	allowed := map[int][]int{
		actCommand:      {callbackMessage, callbackDefer, callbackModal},
		actComponent:    {callbackMessage, callbackDefer, callbackDeferUpdate, callbackUpdate, callbackModal},
		actAutocomplete: {callbackChoices},
		actModal:        {callbackMessage, callbackDefer},
	}[a.kind]
	if a.kind == actModal && a.pressed != nil {
		allowed = append(allowed, callbackDeferUpdate, callbackUpdate)
	}
	var f form
	if !slices.Contains(allowed, c.Type) {
		f.choice("type", c.Type, allowed...)
	}
	return f.problem()
}

func (s *Server) carryOut(a *act, c callback) *problem {
	const by = "POST interactions/callback"
	r := s.channels[a.channel]
	switch c.Type {
	case callbackMessage:
		m, failed := s.compose(a, r, &c.Data.draft, by)
		if failed != nil {
			return failed
		}
		a.original = m
		s.publish(r, m)
	case callbackDefer:
		a.original = s.answerMessage(a, r, c.Data.Flags)
		a.original.Loading = true
		a.original.Flags |= flagLoading
		r.messages = append(r.messages, a.original)
	case callbackDeferUpdate:
		a.original = a.pressed
	case callbackUpdate:
		if failed := s.check(&c.Data.draft, by); failed != nil {
			return failed
		}
		if failed := s.apply(&c.Data.draft, a.pressed, by); failed != nil {
			return failed
		}
		a.original = a.pressed
		s.edited(r, a.pressed)
	case callbackChoices:
		var f form
		checkChoices(&f, "data.choices", c.Data.Choices)
		a.choices = c.Data.Choices
		return f.problem()
	case callbackModal:
		modal := &Modal{Title: c.Data.Title, CustomID: c.Data.CustomID}
		if c.Data.Components != nil {
			modal.Components = *c.Data.Components
		}
		if failed := modal.check(); failed != nil {
			return failed
		}
		a.modal = modal
	}
	return nil
}

// compose makes a new message of an answer or follow-up.
func (s *Server) compose(a *act, r *room, d *draft, by string) (*Message, *problem) {
	if failed := s.check(d, by); failed != nil {
		return nil, failed
	}
	m := s.answerMessage(a, r, d.Flags)
	if failed := s.apply(d, m, by); failed != nil {
		return nil, failed
	}
	return m, nil
}

// answerMessage is an empty message in answer to an interaction.
func (s *Server) answerMessage(a *act, r *room, flags int) *Message {
	m := s.newMessage(r, s.options.ID)
	m.Application, m.Webhook, m.Flags = s.options.Application, s.options.Application, flags
	switch a.kind {
	case actCommand:
		m.Type = typeCommand
	case actComponent:
		m.Type = typeReply
	}
	if flags&flagEphemeral != 0 {
		m.For = a.user
	}
	return m
}
