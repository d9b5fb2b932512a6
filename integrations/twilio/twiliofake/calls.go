package twiliofake

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Calls returns every call of the account, oldest first.
func (s *Server) Calls() []*Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

func (s *Server) createCall(_ string, form url.Values) (any, error) {
	if err := s.checkCall(form); err != nil {
		return nil, err
	}
	s.mu.Lock()
	phone := s.phone(form.Get("To"))
	if phone.call.refuse != 0 {
		s.mu.Unlock()
		return nil, bad(phone.call.refuse, "The call to %s was refused", phone.number)
	}
	c := &Call{
		server: s, to: phone.number, sid: s.newSID("CA"), url: form.Get("Url"), behaviour: phone.call,
		timeout: seconds(cmp.Or(form.Get("Timeout"), "60")), amd: form.Get("MachineDetection") != "",
		events: events(form), ended: make(chan struct{}),
	}
	c.state = CallState{SID: c.sid, From: form.Get("From"), To: c.to, Status: "queued", TwiML: form.Get("Twiml"), CreatedAt: s.options.Now()}
	c.callback = queue{url: form.Get("StatusCallback"), method: cmp.Or(form.Get("StatusCallbackMethod"), http.MethodPost), sid: c.sid, number: c.to}
	s.calls = append(s.calls, c)
	answer := s.wireCall(c)
	s.spawn(c.place)
	s.mu.Unlock()
	s.watch.tell(Event{Kind: "call", Number: c.to, SID: c.sid})
	return answer, nil
}

// place lets the phone ring and behave.
func (c *Call) place() {
	s := c.server
	s.mu.Lock()
	if c.state.Status != "queued" {
		s.mu.Unlock()
		return
	}
	c.report("initiated", false)
	kind := c.behaviour.kind
	if kind != busy && kind != unreachable {
		c.state.Status = "ringing"
		c.report("ringing", false)
	}
	manual := kind == rings && s.options.Pace == 0
	s.mu.Unlock()
	s.watch.tell(Event{Kind: "call", Number: c.to, SID: c.sid})
	switch kind {
	case busy:
		c.finish("busy")
	case unreachable:
		c.finish("failed")
	case noAnswer, rings:
		if !manual && s.sleep(c.timeout, c.ended) {
			c.finish("no-answer", "ringing")
		}
	default:
		_ = c.Answer() // a problem of the app's stands in the call's state
	}
}

func (s *Server) checkCall(form url.Values) error {
	from, to := form.Get("From"), form.Get("To")
	switch {
	case to == "":
		return bad(21201, "No 'To' number is specified")
	case !e164.MatchString(to):
		return bad(21211, "Invalid 'To' Phone Number: %s", to)
	case from == "":
		return bad(21213, "'From' number is required")
	case !s.owns(from, func(n Number) bool { return !n.NoVoice }):
		return bad(21210, "The source phone number provided, %s, is not yet verified for your account.", from)
	case form.Get("Url") == "" && form.Get("Twiml") == "":
		return bad(21205, "Url parameter is required.")
	case form.Get("Url") != "" && !checkURL(form.Get("Url")):
		return bad(21205, "Url is not a valid URL: %s", form.Get("Url"))
	case len(form.Get("Twiml")) > 4000:
		return bad(21234, "Twiml is longer than 4000 characters")
	case form.Get("StatusCallback") != "" && !checkURL(form.Get("StatusCallback")):
		return bad(21609, "The 'StatusCallback' URL %s is not a valid URL.", form.Get("StatusCallback"))
	}
	return nil
}

// events returns what the app wants to hear of; the end alone if it names nothing.
func events(form url.Values) []string {
	var wanted []string
	for _, value := range form["StatusCallbackEvent"] {
		wanted = append(wanted, strings.Fields(value)...)
	}
	if len(wanted) == 0 {
		return []string{"completed"}
	}
	return wanted
}

// updateCall cancels or hangs up: canceled only what has not been answered yet.
func (s *Server) updateCall(sid string, form url.Values) (any, error) {
	c := s.callBySID(sid)
	if c == nil {
		return nil, errGone
	}
	if c.State().Over() {
		return nil, bad(21220, "Call is not in-progress. Cannot redirect.")
	}
	switch form.Get("Status") {
	case "completed":
		if !c.finish("canceled", "queued", "ringing") {
			c.finish("completed")
		}
	case "canceled":
		c.finish("canceled", "queued", "ringing")
	default:
		return nil, bad(21219, "'Status' must be completed or canceled, not %q", form.Get("Status"))
	}
	return s.fetchCall(sid, nil)
}

func (s *Server) fetchCall(sid string, _ url.Values) (any, error) {
	c := s.callBySID(sid)
	if c == nil {
		return nil, errGone
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.wireCall(c), nil
}

func (s *Server) callBySID(sid string) *Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.calls {
		if c.sid == sid {
			return c
		}
	}
	return nil
}

func (s *Server) listCalls(_ string, form url.Values) (any, error) {
	within, err := span(form, "StartTime")
	if err != nil {
		return nil, bad(20001, "%v", err)
	}
	s.mu.Lock()
	found := []map[string]any{}
	for _, c := range slices.Backward(s.calls) {
		if either(form.Get("To"), c.to) && either(form.Get("From"), c.state.From) &&
			either(form.Get("Status"), c.state.Status) && within(c.state.CreatedAt) {
			found = append(found, s.wireCall(c))
		}
	}
	s.mu.Unlock()
	return s.listing("Calls", "calls", form, found), nil
}

func (s *Server) wireCall(c *Call) map[string]any {
	w := map[string]any{
		"sid": c.sid, "account_sid": s.options.AccountSID, "api_version": version, "status": c.state.Status,
		"from": c.state.From, "from_formatted": c.state.From, "to": c.to, "to_formatted": c.to,
		"direction": "outbound-api", "answered_by": nullable(c.state.AnsweredBy), "duration": nil,
		"date_created": stamp(c.state.CreatedAt), "date_updated": stamp(c.state.CreatedAt),
		"start_time": stamp(c.state.AnsweredAt), "end_time": stamp(c.state.EndedAt),
		"price": nil, "price_unit": "USD", "queue_time": "0", "uri": s.uri("Calls", c.sid),
	}
	if c.state.Over() {
		w["duration"] = strconv.Itoa(c.duration())
	}
	return w
}
