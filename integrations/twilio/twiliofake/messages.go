package twiliofake

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// A Message is an SMS as the phone's owner and the account see it.
type Message struct {
	SID       string
	From, To  string
	Body      string
	Inbound   bool   // from a phone to the app
	Status    string // queued, sent, delivered, undelivered, failed; received
	ErrorCode int
	Segments  int
	Validity  time.Duration // the app's ValidityPeriod; zero if it named none
	CreatedAt time.Time
	SentAt    time.Time
	Arrived   bool // the phone has it
}

type message struct {
	Message
	service  string
	callback queue
}

func (s *Server) createMessage(_ string, form url.Values) (any, error) {
	if err := s.checkMessage(form); err != nil {
		return nil, err
	}
	s.mu.Lock()
	phone := s.phone(form.Get("To"))
	behaviour := phone.sms
	if phone.stopped {
		behaviour = RefusesSMS(21610)
	}
	if behaviour.refuse != 0 {
		s.mu.Unlock()
		return nil, bad(behaviour.refuse, "The message to %s was refused", phone.number)
	}
	m := &message{Message: Message{
		SID: s.newSID("SM"), From: form.Get("From"), To: phone.number, Body: form.Get("Body"), Status: "queued",
		Segments: Segments(form.Get("Body")), CreatedAt: s.options.Now(),
	}, service: form.Get("MessagingServiceSid")}
	if m.From == "" { // a service picks one of its numbers
		m.From = s.options.From
		if pool := s.pooled(); len(pool) > 0 {
			m.From = pool[0].phone
		}
	}
	if seconds, err := strconv.Atoi(form.Get("ValidityPeriod")); err == nil {
		m.Validity = time.Duration(seconds) * time.Second
	}
	m.callback = queue{url: form.Get("StatusCallback"), method: http.MethodPost, sid: m.SID, number: m.To}
	s.messages = append(s.messages, m)
	answer := s.wireMessage(m)
	s.spawn(func() { s.carry(m, behaviour) })
	s.mu.Unlock()
	s.watch.tell(Event{Kind: "message", Number: m.To, SID: m.SID})
	return answer, nil
}

func (s *Server) checkMessage(form url.Values) error {
	from, to, body := form.Get("From"), form.Get("To"), form.Get("Body")
	switch validity := form.Get("ValidityPeriod"); {
	case to == "":
		return bad(21604, "A 'To' phone number is required.")
	case !e164.MatchString(to):
		return bad(21211, "The 'To' number %s is not a valid phone number.", to)
	case from == "" && form.Get("MessagingServiceSid") == "":
		return bad(21603, "A 'From' phone number is required.")
	case from != "" && !s.owns(from, func(n Number) bool { return !n.NoSMS }):
		return bad(21606, "The 'From' phone number provided (%s) is not a valid message-capable Twilio phone number for this destination/account.", from)
	case from == to:
		return bad(21266, "'To' and 'From' number cannot be the same: %s", to)
	case body == "":
		return bad(21602, "Message body is required.")
	case utf8.RuneCountInString(body) > 1600:
		return bad(21617, "The concatenated message body exceeds the 1600 character limit.")
	case form.Get("StatusCallback") != "" && !checkURL(form.Get("StatusCallback")):
		return bad(21609, "The 'StatusCallback' URL %s is not a valid URL.", form.Get("StatusCallback"))
	case validity != "":
		if seconds, err := strconv.Atoi(validity); err != nil || seconds < 1 || seconds > 36000 {
			return bad(21621, "The 'ValidityPeriod' %s is not between 1 and 36000.", validity)
		}
	}
	return nil
}

// carry takes an SMS to its phone, or not.
func (s *Server) carry(m *message, behaviour SMSBehaviour) {
	if behaviour.final != "failed" {
		s.move(m, "sent", 0, behaviour)
	}
	if behaviour.final != "sent" {
		s.move(m, behaviour.final, behaviour.code, behaviour)
	}
}

func (s *Server) move(m *message, status string, code int, behaviour SMSBehaviour) {
	s.mu.Lock()
	m.Status, m.ErrorCode = status, code
	if status == "sent" {
		m.SentAt = s.options.Now()
	}
	m.Arrived = m.Arrived || status == "delivered" || status == "sent" && behaviour.final == "sent"
	if !behaviour.silent {
		form := url.Values{
			"MessageSid": {m.SID}, "SmsSid": {m.SID}, "MessageStatus": {status}, "SmsStatus": {status},
			"AccountSid": {s.options.AccountSID}, "From": {m.From}, "To": {m.To}, "ApiVersion": {version},
		}
		if code != 0 {
			form.Set("ErrorCode", strconv.Itoa(code))
		}
		if m.service != "" {
			form.Set("MessagingServiceSid", m.service)
		}
		s.enqueue(&m.callback, form, status == behaviour.final)
	}
	s.mu.Unlock()
	s.watch.tell(Event{Kind: "message", Number: m.To, SID: m.SID})
}

func (s *Server) fetchMessage(sid string, _ url.Values) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.messages {
		if m.SID == sid {
			return s.wireMessage(m), nil
		}
	}
	return nil, errGone
}

func (s *Server) listMessages(_ string, form url.Values) (any, error) {
	within, err := span(form, "DateSent")
	if err != nil {
		return nil, bad(20001, "%v", err)
	}
	s.mu.Lock()
	found := []map[string]any{}
	for _, m := range slices.Backward(s.messages) {
		at := m.SentAt
		if at.IsZero() {
			at = m.CreatedAt
		}
		if either(form.Get("To"), m.To) && either(form.Get("From"), m.From) && within(at) {
			found = append(found, s.wireMessage(m))
		}
	}
	s.mu.Unlock()
	return s.listing("Messages", "messages", form, found), nil
}

func (s *Server) wireMessage(m *message) map[string]any {
	direction := "outbound-api"
	if m.Inbound {
		direction = "inbound"
	}
	w := map[string]any{
		"sid": m.SID, "account_sid": s.options.AccountSID, "api_version": version, "body": m.Body,
		"from": m.From, "to": m.To, "direction": direction, "status": m.Status,
		"num_segments": strconv.Itoa(m.Segments), "num_media": "0", "price": nil, "price_unit": "USD",
		"date_created": stamp(m.CreatedAt), "date_updated": stamp(m.CreatedAt), "date_sent": stamp(m.SentAt),
		"error_code": nil, "error_message": nil, "messaging_service_sid": nullable(m.service),
		"uri":              s.uri("Messages", m.SID),
		"subresource_uris": map[string]any{"media": strings.TrimSuffix(s.uri("Messages", m.SID), ".json") + "/Media.json"},
	}
	if m.ErrorCode != 0 {
		w["error_code"], w["error_message"] = m.ErrorCode, "error "+strconv.Itoa(m.ErrorCode)
	}
	return w
}
