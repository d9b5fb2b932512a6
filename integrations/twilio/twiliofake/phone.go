package twiliofake

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// A Phone is one number of the world. It exists from the first time it is
// named; until told otherwise it gets every SMS and rings for its owner.
type Phone struct {
	server  *Server
	number  string
	sms     SMSBehaviour
	call    CallBehaviour
	stopped bool // its owner sent STOP
}

// SMSBehaviour says what becomes of SMS to a phone.
type SMSBehaviour struct {
	final  string
	code   int
	silent bool
	refuse int
}

// Delivers is a phone that gets its SMS, with a receipt.
func Delivers() SMSBehaviour { return SMSBehaviour{final: "delivered"} }

// Undelivers is a phone whose carrier reports an SMS as lost, say with 30003.
func Undelivers(code int) SMSBehaviour { return SMSBehaviour{final: "undelivered", code: code} }

// Fails is a phone which Twilio cannot send to, say with 30008.
func Fails(code int) SMSBehaviour { return SMSBehaviour{final: "failed", code: code} }

// Silent is a phone that gets its SMS while no receipt ever comes.
func Silent() SMSBehaviour { return SMSBehaviour{final: "sent", silent: true} }

// OnlySent is a phone that gets its SMS and whose carrier reports no more than "sent".
func OnlySent() SMSBehaviour { return SMSBehaviour{final: "sent"} }

// RefusesSMS is a phone for which Twilio refuses the request itself, say with 21610.
func RefusesSMS(code int) SMSBehaviour { return SMSBehaviour{refuse: code} }

// CallBehaviour says what becomes of calls to a phone.
type CallBehaviour struct {
	kind   callKind
	keys   string
	refuse int
}

type callKind int

const (
	rings callKind = iota
	picksUp
	presses
	voicemail
	noAnswer
	busy
	unreachable
)

// Rings is a phone that rings until somebody uses Answer or Decline.
func Rings() CallBehaviour { return CallBehaviour{kind: rings} }

// PicksUp is a phone that is answered at once and then driven by Press and Timeout.
func PicksUp() CallBehaviour { return CallBehaviour{kind: picksUp} }

// Presses is a phone that is answered and gives one key to each menu, then none.
func Presses(keys string) CallBehaviour { return CallBehaviour{kind: presses, keys: keys} }

// Ignores is a phone that is answered by somebody who never presses a key.
func Ignores() CallBehaviour { return CallBehaviour{kind: presses} }

// Voicemail is a phone whose mailbox answers and hears everything out.
func Voicemail() CallBehaviour { return CallBehaviour{kind: voicemail} }

// NoAnswer is a phone that rings in vain.
func NoAnswer() CallBehaviour { return CallBehaviour{kind: noAnswer} }

// Busy is a phone in use.
func Busy() CallBehaviour { return CallBehaviour{kind: busy} }

// Unreachable is a phone to which the call fails.
func Unreachable() CallBehaviour { return CallBehaviour{kind: unreachable} }

// RefusesCalls is a phone for which Twilio refuses the request itself, say with 21215.
func RefusesCalls(code int) CallBehaviour { return CallBehaviour{refuse: code} }

// Phone returns the phone with a number.
func (s *Server) Phone(number string) *Phone {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.phone(number)
}

func (s *Server) phone(number string) *Phone {
	p := s.phones[number]
	if p == nil {
		p = &Phone{server: s, number: number, sms: Delivers(), call: Rings()}
		s.phones[number] = p
	}
	return p
}

// Phones returns every phone named so far, by number.
func (s *Server) Phones() []*Phone {
	s.mu.Lock()
	defer s.mu.Unlock()
	var phones []*Phone
	for _, p := range s.phones {
		phones = append(phones, p)
	}
	slices.SortFunc(phones, func(a, b *Phone) int { return cmp.Compare(a.number, b.number) })
	return phones
}

// Number returns the phone's number.
func (p *Phone) Number() string { return p.number }

// OnSMS sets what becomes of SMS sent from now on.
func (p *Phone) OnSMS(b SMSBehaviour) {
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	p.sms = b
}

// OnCall sets what becomes of calls placed from now on.
func (p *Phone) OnCall(b CallBehaviour) {
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	p.call = b
}

// Messages returns the SMS from and to this phone, oldest first, those that did
// not arrive included.
func (p *Phone) Messages() []Message {
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	var messages []Message
	for _, m := range p.server.messages {
		if m.To == p.number || m.From == p.number {
			messages = append(messages, m.Message)
		}
	}
	return messages
}

// Calls returns the calls to this phone, oldest first.
func (p *Phone) Calls() []*Call {
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(p.server.calls), func(c *Call) bool { return c.to != p.number })
}

// Call returns the latest call to this phone, nil if there was none.
func (p *Phone) Call() *Call {
	calls := p.Calls()
	if len(calls) == 0 {
		return nil
	}
	return calls[len(calls)-1]
}

// Reply sends an SMS from the phone to the number of the account that wrote to it
// last, and returns what the app's webhook answered. A text in the answer's TwiML reaches the phone.
// STOP and START work as they do at Twilio, and the app hears of them too.
func (p *Phone) Reply(text string) (status int, body []byte, err error) {
	s := p.server
	form := p.ReplyForm(text)
	s.mu.Lock()
	switch strings.ToUpper(strings.TrimSpace(text)) {
	case "STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT":
		p.stopped = true
	case "START", "YES", "UNSTOP":
		p.stopped = false
	}
	now := s.options.Now()
	m := &message{Message: Message{
		SID: form.Get("MessageSid"), From: p.number, To: form.Get("To"), Body: text, Inbound: true,
		Status: "received", Segments: Segments(text), CreatedAt: now, SentAt: now,
	}}
	s.messages = append(s.messages, m)
	target := s.options.InboundURL
	s.mu.Unlock()
	s.watch.tell(Event{Kind: "message", Number: p.number, SID: m.SID})
	got, err := s.ask(s.life, http.MethodPost, target, form)
	if err != nil {
		return got.status, got.body, fmt.Errorf("reply from the phone: %w", err)
	}
	if got.status == http.StatusOK && len(got.body) > 0 {
		return got.status, got.body, p.hear(got, form.Get("To"))
	}
	return got.status, got.body, nil
}

// ReplyForm returns the form that Reply would send, under a new MessageSid.
func (p *Phone) ReplyForm(text string) url.Values {
	s := p.server
	s.mu.Lock()
	defer s.mu.Unlock()
	sid, to := s.newSID("SM"), p.correspondent()
	form := url.Values{
		"MessageSid": {sid}, "SmsSid": {sid}, "SmsMessageSid": {sid}, "AccountSid": {s.options.AccountSID},
		"From": {p.number}, "To": {to}, "Body": {text}, "NumMedia": {"0"},
		"NumSegments": {fmt.Sprint(Segments(text))}, "SmsStatus": {"received"}, "ApiVersion": {version},
	}
	if slices.ContainsFunc(s.pooled(), func(n ownNumber) bool { return n.phone == to }) {
		form.Set("MessagingServiceSid", Service)
	}
	return form
}

// correspondent is the number of the account that last wrote to the phone. It is
// called with the lock held.
func (p *Phone) correspondent() string {
	for _, m := range slices.Backward(p.server.messages) {
		if m.To == p.number && !m.Inbound {
			return m.From
		}
	}
	return p.server.options.From
}

// hear shows the messages of an answer's TwiML on the phone.
func (p *Phone) hear(a answer, from string) error {
	doc, err := parseTwiML(a)
	if err != nil {
		return fmt.Errorf("read the app's answer: %w", err)
	}
	s := p.server
	for _, verb := range doc {
		if verb.name != "Message" {
			return fmt.Errorf("read the app's answer: <%s> is no verb of messaging", verb.name)
		}
		s.mu.Lock()
		now := s.options.Now()
		m := &message{Message: Message{
			SID: s.newSID("SM"), From: from, To: p.number, Body: verb.words(), Status: "delivered",
			Segments: Segments(verb.words()), CreatedAt: now, SentAt: now, Arrived: true,
		}}
		s.messages = append(s.messages, m)
		s.mu.Unlock()
		s.watch.tell(Event{Kind: "message", Number: p.number, SID: m.SID})
	}
	return nil
}
