package commands

import (
	"context"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// codes are those that were sent, by person, and what is proven.
type codes struct {
	sent   map[oncall.PersonID]sentCode
	proven []oncall.Phone
	refuse string // why none can be sent
}

type sentCode struct {
	phone oncall.Phone
	via   oncall.Method
	left  int
}

const theCode = "123456"

func (d *desk) ReadPhone(text string) (oncall.Phone, string) {
	text = strings.ReplaceAll(text, " ", "")
	if !strings.HasPrefix(text, "+") {
		return "", "That is no phone number."
	}
	return oncall.Phone(text), ""
}

func (d *desk) SendCode(_ context.Context, person oncall.PersonID, phone oncall.Phone, via oncall.Method) (string, error) {
	if d.codes.refuse != "" {
		return d.codes.refuse, d.broken
	}
	if d.codes.sent == nil {
		d.codes.sent = map[oncall.PersonID]sentCode{}
	}
	d.codes.sent[person] = sentCode{phone, via, 5}
	return "", d.broken
}

func (d *desk) TryCode(_ context.Context, person oncall.PersonID, code string) (Proof, error) {
	c, open := d.codes.sent[person]
	if !open || d.broken != nil {
		return Proof{}, d.broken
	}
	if code == theCode {
		delete(d.codes.sent, person)
		return Proof{Open: true, Phone: c.phone, Via: c.via}, nil
	}
	c.left--
	if d.codes.sent[person] = c; c.left == 0 {
		delete(d.codes.sent, person)
	}
	return Proof{Open: true, Left: c.left}, nil
}

func (d *desk) Proven(_ context.Context, _ oncall.PersonID, p Proof) {
	d.codes.proven = append(d.codes.proven, p.Phone)
}

func TestLinkingAPhone(t *testing.T) {
	k := newTalk(t)
	k.says("ana", "phone")
	k.says("ana", "phone 617 555 0199")
	k.says("ana", "phone +1 617 555 0199")
	k.says("ana", "phone")
	k.says("ana", "verify")
	k.says("ana", "verify 12345")
	k.says("ana", "verify 654321")
	k.says("ben", "verify 123456")
	k.says("ana", "verify 123-456")
	k.says("ana", "verify 123456")
	k.says("ana", "phone")
	k.says("ana", "phone <tel:+16175550177|+1 617 555 0177> call")
	k.says("ana", "verify 123456")
	k.says("ana", "phone remove")
	k.says("ana", "phone remove")
	k.says("hal", "phone remove")
	k.desk.codes.refuse = "Too many codes have been sent. The next can be asked for in 43m."
	k.says("ana", "phone +16175550199")
	k.asks(stranger("phone +16175550199"))
	k.asks(stranger("verify 123456"))
	k.says("gus", "phone +16175550199")
	k.says("ana", "audit")
	k.is("phone")
}

func TestS23FiveWrongCodesAreTheEndOfIt(t *testing.T) {
	d := newDesk(t)
	d.run(t, from("ana", "phone +16175550199"))
	for range 5 {
		if r := d.run(t, from("ana", "verify 000000")); r.OK {
			t.Fatalf("a wrong code: %s", r)
		}
	}
	if r := d.run(t, from("ana", "verify "+theCode)); r.OK || len(d.book.Wishes) > 0 {
		t.Errorf("the right code after them: %s", r)
	}
}

// TestS24 is of nobody who signs up somebody else.
func TestS24ANumberIsItsOwnersToLink(t *testing.T) {
	bySMS, byVoice := from("hal", "phone +16175550199"), from("ana", "verify "+theCode)
	bySMS.Source, byVoice.Source = "sms", "voice"
	tests := []struct {
		name string
		said []Request
	}{
		{"without the code", []Request{from("ana", "phone +16175550199")}},
		{"with the code that somebody else was sent", []Request{from("ana", "phone +16175550199"), from("ben", "verify "+theCode)}},
		{"by SMS", []Request{bySMS}},
		{"by a call", []Request{from("ana", "phone +16175550199"), byVoice}},
		{"by a stranger", []Request{stranger("phone +16175550199"), stranger("verify " + theCode)}},
	}
	for _, tt := range tests {
		t.Run("S24 "+tt.name, func(t *testing.T) {
			d := newDesk(t)
			var last Reply
			for _, r := range tt.said {
				last = d.run(t, r)
			}
			if len(d.book.Wishes) > 0 || len(d.rows) > 0 || len(tt.said) > 1 && last.OK {
				t.Errorf("wishes = %+v, the answer %s", d.book.Wishes, last)
			}
		})
	}
}

func TestS25ANumberIsOnePersons(t *testing.T) {
	filed := string(newDesk(t).roster.People["ben"].Phone)
	link := func(t *testing.T, d *desk, who oncall.PersonID, number string) Reply {
		t.Helper()
		if r := d.run(t, from(who, "phone "+number)); !r.OK {
			return r
		}
		return d.run(t, from(who, "verify "+theCode))
	}
	tests := []struct {
		name string
		do   func(t *testing.T, d *desk) Reply
		ok   bool
	}{
		{"of the file", func(t *testing.T, d *desk) Reply { return link(t, d, "ana", filed) }, false},
		{"linked by somebody else", func(t *testing.T, d *desk) Reply {
			link(t, d, "ben", "+16175550199")
			return link(t, d, "ana", "+16175550199")
		}, false},
		{"of the file, whose owner has linked another", func(t *testing.T, d *desk) Reply {
			link(t, d, "ben", "+16175550199")
			return link(t, d, "ana", filed)
		}, false},
		{"linked by somebody else between code and proof", func(t *testing.T, d *desk) Reply {
			d.run(t, from("ana", "phone +16175550199"))
			link(t, d, "ben", "+16175550199")
			return d.run(t, from("ana", "verify "+theCode))
		}, false},
		{"linked by somebody else at the same moment", func(t *testing.T, d *desk) Reply {
			d.run(t, from("ana", "phone +16175550199"))
			d.run(t, from("ben", "phone +16175550199"))
			d.rival = func() { d.run(t, from("ben", "verify "+theCode)) }
			return d.run(t, from("ana", "verify "+theCode))
		}, false},
		{"given back by somebody else", func(t *testing.T, d *desk) Reply {
			link(t, d, "ben", "+16175550199")
			d.run(t, from("ben", "phone remove"))
			return link(t, d, "ana", "+16175550199")
		}, true},
		{"one's own of the file", func(t *testing.T, d *desk) Reply { return link(t, d, "ben", filed) }, true},
	}
	for _, tt := range tests {
		t.Run("S25 "+tt.name, func(t *testing.T) {
			r := tt.do(t, newDesk(t))
			if r.OK != tt.ok {
				t.Errorf("ok = %t: %s", r.OK, r)
			}
			if !tt.ok && strings.Contains(r.String(), "Ben") {
				t.Errorf("it says whose it is: %s", r)
			}
		})
	}
}

func TestS27AChangeIsToldToTheOldNumberAndInChat(t *testing.T) {
	d := newDesk(t)
	filed := d.roster.People["ana"].Phone
	steps := []struct {
		words   string
		old     oncall.Phone // is told
		letters int
	}{
		{"verify " + theCode, filed, 2},
		{"me reset", "+16175550199", 2},
		{"me reset", "", 0},
	}
	d.run(t, from("ana", "phone +16175550199"))
	if me := d.run(t, from("ana", "me")).String(); strings.Contains(me, "linked in chat") {
		t.Errorf("linked before it is proven: %s", me)
	}
	if len(d.letters) > 0 {
		t.Fatalf("before anything is proven: %+v", d.letters)
	}
	for _, s := range steps {
		d.letters = nil
		d.run(t, from("ana", s.words))
		if len(d.letters) != s.letters {
			t.Fatalf("%s: %d letters, want %d: %+v", s.words, len(d.letters), s.letters, d.letters)
		}
		if s.letters == 0 {
			continue
		}
		if l := d.letters[0]; l.To != "ana" || l.Phone != "" || !strings.Contains(l.Text, "If that wasn't you") {
			t.Errorf("%s: in chat: %+v", s.words, l)
		}
		if l := d.letters[1]; l.Phone != s.old || l.Via != oncall.SMS || !strings.Contains(l.Text, "Ana Ortiz") {
			t.Errorf("%s: to the old number: %+v", s.words, l)
		}
	}
	for _, l := range append(d.letters, oncall.Letter{Text: d.run(t, from("ana", "audit")).String()}) {
		if strings.Contains(l.Text, string(filed)) || strings.Contains(l.Text, "+16175550199") {
			t.Errorf("a number stands there whole: %s", l.Text)
		}
	}
}

func TestANumberOfTheFileIsProvenWithoutAChange(t *testing.T) {
	d := newDesk(t)
	own := d.roster.People["ana"].Phone
	d.run(t, from("ana", "phone "+string(own)))
	r := d.run(t, from("ana", "verify "+theCode))
	if !r.OK || len(d.rows)+len(d.letters) > 0 || len(d.codes.proven) != 1 || d.codes.proven[0] != own {
		t.Errorf("proven %v, %d rows: %s", d.codes.proven, len(d.rows), r)
	}
}

func TestTheFormsOfAPhoneSayWhatIsWrongAtTheField(t *testing.T) {
	d := newDesk(t)
	for text, field := range map[string]string{"phone link": "number", "verify": "code"} {
		got := d.run(t, Request{Text: text, By: incident.By("ana"), Source: "slack"})
		if got.Form == nil || got.Form.Fields[0].Name != field {
			t.Errorf("%q opens %+v", text, got.Form)
		}
	}
	for text, field := range map[string]string{"phone 12 sms": "number", "verify 12": "code", "verify 123456": "code"} {
		got := d.run(t, Request{Text: text, By: incident.By("ana"), Source: "slack", Form: true})
		if got.OK || got.Field != field || got.Form != nil {
			t.Errorf("%q from a form: field %q, want %q: %s", text, got.Field, field, got)
		}
	}
}
