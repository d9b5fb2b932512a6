package commands

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// says is a request of somebody's by one medium.
func says(person oncall.PersonID, source, text string) Request {
	return Request{Text: text, By: incident.By(person), Source: source}
}

// tested is a desk whose people have chat and a phone, a phone, chat, and nothing.
func tested(t *testing.T) *desk {
	d := newDesk(t)
	d.roster.People["ana"] = oncall.Person{ID: "ana", Name: "Ana Ortiz", Slack: "U0ANA", Phone: "+16175550101"}
	d.roster.People["hal"] = oncall.Person{ID: "hal", Name: "Hal Byrne", Phone: "+16175550108"}
	d.roster.People["chat"] = oncall.Person{ID: "chat", Slack: "U0CHAT", Paging: []oncall.Step{{Via: oncall.Chat}, {Via: oncall.SMS}}}
	d.roster.People["mute"] = oncall.Person{ID: "mute"}
	return d
}

func TestATestPagesByEveryWayAtOnce(t *testing.T) {
	tests := []struct {
		name   string
		say    Request
		ways   []oncall.Method
		spent  int
		ok     bool
		answer []string
	}{
		{"chat and a phone", says("ana", "slack", "test me"), []oncall.Method{oncall.Chat, oncall.SMS, oncall.Voice}, 1, true,
			[]string{"chat: press the button; SMS: reply HERE; call: press 4", "A message of its own"}},
		{"by SMS, in capitals", says("hal", "sms", "TEST ME"), []oncall.Method{oncall.SMS, oncall.Voice}, 1, true,
			[]string{"SMS: reply HERE; call: press 4", "An SMS says what came back"}},
		{"chat costs nothing, and a step that can't be sent is told", says("chat", "slack", "test me"), []oncall.Method{oncall.Chat}, 0, true,
			[]string{"a step pages by SMS, which nothing can send"}},
		{"no way at all", says("mute", "slack", "test me"), nil, 0, false, []string{"nothing to test", "phone +1"}},
		{"somebody else", says("ana", "slack", "test hal"), nil, 0, false, []string{"yourself, and nobody else"}},
		{"a stranger", says("", "slack", "test me"), nil, 0, false, []string{"not in Earshot's configuration"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := tested(t)
			reply := d.run(t, tt.say)
			if reply.OK != tt.ok {
				t.Errorf("ok = %t: %s", reply.OK, reply)
			}
			for _, want := range tt.answer {
				if !strings.Contains(reply.String(), want) {
					t.Errorf("%q, want %q in it", reply, want)
				}
			}
			var ways []oncall.Method
			for _, l := range d.letters {
				ways = append(ways, l.Via)
				if l.To != tt.say.By.Person || l.Drill != d.book.Drills[l.To].ID || !l.Expires.Equal(d.now.Add(3*time.Minute)) {
					t.Errorf("letter %+v", l)
				}
				if button := len(l.Offers) == 1 && l.Offers[0].Words == "here "+l.Drill; button != (l.Via == oncall.Chat) {
					t.Errorf("offers of %s: %+v", l.Via, l.Offers)
				}
			}
			if !slices.Equal(ways, tt.ways) || d.spent != tt.spent {
				t.Errorf("paged by %v and spent %d, want %v and %d", ways, d.spent, tt.ways, tt.spent)
			}
		})
	}
}

func TestWithoutAPublicURLNoAnswerIsAskedFor(t *testing.T) {
	d := tested(t)
	d.hidden = true
	reply := d.run(t, says("hal", "sms", "test me"))
	if !strings.Contains(reply.Text, "SMS, which can't be answered: no public URL is set") {
		t.Errorf("answer %q", reply)
	}
	for _, l := range d.letters {
		if strings.Contains(l.Text, "HERE") {
			t.Errorf("the %s says %q", l.Via, l.Text)
		}
	}
}

func TestS26TestsOfAPhoneAreBounded(t *testing.T) {
	d := tested(t)
	d.wait = 11*time.Minute + 5*time.Second
	reply := d.run(t, says("ana", "slack", "test me"))
	if reply.OK || !strings.Contains(reply.Text, "again in 12m") || len(d.letters) > 0 {
		t.Errorf("%q and %d letters", reply, len(d.letters))
	}
	if reply := d.run(t, says("chat", "slack", "test me")); !reply.OK {
		t.Errorf("chat alone is held back: %s", reply)
	}
}

func TestANewTestTakesThePlaceOfTheOld(t *testing.T) {
	d := tested(t)
	d.run(t, says("ana", "slack", "test me"))
	old := d.book.Drills["ana"].ID
	d.rival = func() { d.run(t, says("hal", "sms", "test me")) }
	d.run(t, says("ana", "slack", "test me"))
	if d.book.Drills["ana"].ID == old || len(d.book.Drills) != 2 {
		t.Errorf("drills: %+v", d.book.Drills)
	}
	if reply := d.run(t, says("ana", "slack", "here "+old)); strings.Contains(reply.Text, "Thank you") {
		t.Errorf("the old button answers the new test: %s", reply)
	}
}

func TestHereAnswersTheTestByTheWayItIsSaid(t *testing.T) {
	tests := []struct {
		name string
		say  Request
		via  oncall.Method // the way that is answered; empty: none
		text string
	}{
		{"a button", says("ana", "slack", "here"), oncall.Chat, "Thank you. The test reached you by chat."},
		{"an SMS", says("ana", "sms", "HERE"), oncall.SMS, "Thank you. The test reached you by SMS."},
		{"a key", says("ana", "voice", "here"), oncall.Voice, "Thank you. The test reached you by call."},
		{"somebody who tests nothing", says("hal", "sms", "here"), "", "Nothing asks whether you are here just now."},
		{"a stranger", says("", "slack", "here"), "", "You are not in Earshot's configuration: nothing asks for you."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := tested(t)
			d.run(t, says("ana", "slack", "test me"))
			d.now = d.now.Add(9 * time.Second)
			if reply := d.run(t, tt.say); reply.Text != tt.text {
				t.Errorf("%q, want %q", reply.Text, tt.text)
			}
			for _, w := range d.book.Drills["ana"].Ways {
				if answered := w.State == oncall.DrillAnswered; answered != (w.Via == tt.via) {
					t.Errorf("%s is %s", w.Via, w.State)
				}
			}
			if tt.via != "" {
				if reply := d.run(t, tt.say); reply.Text != "That is noted already." {
					t.Errorf("the second time: %s", reply)
				}
				d.now = d.now.Add(2 * time.Hour)
				if reply := d.run(t, tt.say); reply.Text != "Nothing asks whether you are here just now." {
					t.Errorf("hours later: %s", reply)
				}
			}
		})
	}
}

func TestHereAnswersARollCallOnce(t *testing.T) {
	d := tested(t)
	asks := oncall.Letter{Key: "call 7", To: "ana", Offers: []oncall.Offer{{Label: "I'm here", Words: "here 7"}}}
	d.book.Calls = []oncall.Rollcall{{ID: "7", Team: "platform", Schedule: "techops", Person: "ana", Asked: d.now, Letter: asks}}
	d.now = d.now.Add(time.Minute)
	if reply := d.run(t, says("hal", "sms", "here")); strings.Contains(reply.Text, "Noted") {
		t.Errorf("hal answers for ana: %s", reply)
	}
	reply := d.run(t, says("ana", "slack", "here 7"))
	if !reply.OK || reply.Text != "Noted: you are here for platform/techops." {
		t.Errorf("answer %q", reply)
	}
	if c := d.book.Calls[0]; !c.Over || !c.Answered.Equal(d.now) || len(d.rows) != 1 {
		t.Errorf("call %+v, rows %+v", c, d.rows)
	}
	if len(d.letters) != 1 || d.letters[0].Key != "call 7" || len(d.letters[0].Offers) > 0 {
		t.Errorf("letters %+v", d.letters)
	}
	if d.run(t, says("ana", "slack", "here 7")); len(d.letters) != 1 || len(d.rows) != 1 {
		t.Error("it counts twice")
	}
}

func TestHereSaysWhenItCouldNotBeNoted(t *testing.T) {
	d := tested(t)
	d.run(t, says("ana", "slack", "test me"))
	d.broken = errStore
	if reply := d.run(t, says("ana", "sms", "here")); !errors.Is(reply.Err, errStore) || reply.OK {
		t.Errorf("answer %+v", reply)
	}
}
