package acceptance

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

// phones is a configuration in which both teams page hal, who has no smartphone, and
// then, much later, ana by chat.
func phones(hal string) string {
	return configuration(map[string]string{"hal": hal, "ana": "{after: 0s, via: chat, every: 1s, times: 60}"}, `
teams:
  platform:
    name: Platform
    slack_channel: C0PLATFORM
    members: [ana, hal]
    policies: {default: {tiers: [{page: [person:hal], wait: 1h}, {page: [person:ana], wait: 1h}]}}
  web:
    name: Web
    slack_channel: C0WEB
    members: [ana, hal]
    policies: {default: {tiers: [{page: [person:hal], wait: 1h}, {page: [person:ana], wait: 1h}]}}
`)
}

// answers sends an SMS and wants its answer to begin like this; silence where that is
// nothing.
func (w *world) answers(p *twiliofake.Phone, text, want string) {
	w.t.Helper()
	status, body, err := p.Reply(text)
	if err != nil {
		w.t.Fatalf("reply %q: %v", text, err)
	}
	if want == "" {
		if status != http.StatusNoContent {
			w.t.Errorf("%q is answered %d %s, want silence", text, status, body)
		}
		return
	}
	all := p.Messages()
	if got := all[len(all)-1]; got.Inbound || !strings.HasPrefix(got.Body, want) || got.Segments > 2 {
		w.t.Errorf("%q is answered %q in %d segments, want %q", text, got.Body, got.Segments, want)
	}
}

// offered waits for the SMS about an incident that offers this reply.
func (w *world) offered(p *twiliofake.Phone, id, reply string) {
	w.t.Helper()
	until(w.t, id+" offers "+reply, func() bool {
		return slices.ContainsFunc(p.Messages(), func(m twiliofake.Message) bool {
			return !m.Inbound && strings.HasPrefix(m.Body, id+" CRITICAL: ") && strings.Contains(m.Body, "Reply "+reply+" ack")
		})
	})
}

// TestALifeBySMS is hal's: what he replies is understood half asleep, and what comes
// late does no harm.
func TestALifeBySMS(t *testing.T) {
	t.Parallel()
	w := newWorld(t, phones("{after: 0s, via: sms}"))
	first := w.start()
	hal := w.phones.Phone(numbers["hal"])
	disk := w.send(triggered("Disk is full", ""))
	w.offered(hal, disk, "14")
	shop := w.send(triggered("Shop is down", "web"))
	w.offered(hal, shop, "24")
	list := "Open: " + disk + " Disk is full. Reply 14 ack, 16 resolve, 15 escalate; " + shop + " Shop is down. Reply 24 ack, 26 resolve, 25 escalate"

	w.answers(hal, "4", "Which one? "+list)
	w.answers(hal, "👍", list)
	w.answers(hal, "94", "You have no incident 9. "+list)
	w.answers(w.phones.Phone(numbers["ana"]), "14", "You have no incident 1.")
	w.answers(w.phones.Phone("+16175550199"), "14", "")
	w.state(disk, "triggered")
	w.state(shop, "triggered")
	if got := w.metric(`earshot_phone_requests_total{method="reply",provider="twilio",result="stranger"}`); got != "1" {
		t.Errorf("strangers counted: %q", got)
	}

	w.answers(hal, " '14' \n", disk+" acknowledged.")
	w.card(platform, disk, "acknowledged by Hal Byrne after ")
	w.act(disk, "resolve", "ana")
	w.answers(hal, "14", disk+" is already resolved by Ana Ortiz (")
	w.state(shop, "triggered")
	queue := w.send(triggered("Queue is stuck", ""))
	w.offered(hal, queue, "34") // the first number is not given away yet
	first.kill()
	w.start()
	w.answers(hal, "14", disk+" is already resolved by Ana Ortiz (")
	w.answers(hal, "04", "Acknowledged: "+shop+", "+queue+".")
	w.state(shop, "acknowledged")
	w.state(queue, "acknowledged")
}

// metric returns the value of a series, or nothing.
func (w *world) metric(series string) string {
	w.t.Helper()
	got, err := ask(w.t, http.MethodGet, w.base()+"/metrics", "")
	if err != nil {
		w.t.Fatalf("metrics: %v", err)
	}
	for line := range strings.Lines(got.body) {
		if value, ok := strings.CutPrefix(line, series+" "); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// TestS29AMachineIsNotAnsweredForEver talks to two instances and restarts one.
func TestS29AMachineIsNotAnsweredForEver(t *testing.T) {
	t.Parallel()
	w := newWorld(t, phones("{after: 0s, via: sms}"))
	first := w.start()
	hal := w.phones.Phone(numbers["hal"])
	w.offered(hal, w.send(triggered("Disk is full", "")), "14")
	const words, answer = "I am driving and will call you back.", `There is no word "I".`
	for range 2 {
		w.answers(hal, words, answer)
	}
	other := freeAddress(t)
	w.start("EARSHOT_LISTEN=" + other)
	w.reach(other)
	w.answers(hal, words, answer)
	first.kill()
	w.start()
	w.reach(w.addr)
	for range 2 {
		w.answers(hal, words, answer)
	}
	w.answers(hal, words, "")
	w.reach(other)
	w.answers(hal, words, "")
	w.offered(hal, w.send(triggered("Queue is stuck", "")), "24")
	w.answers(hal, words, answer)
	w.answers(hal, "24", "PLATFORM-2 acknowledged.")
}

// TestACallWithoutAKeyCountsAsUnanswered rings phones that take calls without anybody
// acknowledging. hal's next step, far away, runs at once.
func TestACallWithoutAKeyCountsAsUnanswered(t *testing.T) {
	tests := []struct {
		name  string
		phone twiliofake.CallBehaviour
	}{
		{"F60 voicemail", twiliofake.Voicemail()},
		{"F61 wrong keys", twiliofake.Presses("781")},
		{"F61 no key", twiliofake.Ignores()},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, phones("{after: 0s, via: voice}, {after: 1h, via: sms}"))
			w.start()
			hal := w.phones.Phone(numbers["hal"])
			hal.OnCall(tt.phone)
			id := w.send(triggered("Disk is full", ""))
			w.offered(hal, id, "14")
			w.state(id, "triggered")
			until(t, "the call is over", func() bool { return hal.Call().State().Over() })
			spoken := strings.Join(hal.Call().State().Spoken, " ")
			if menus := strings.Count(spoken, "To acknowledge, press 4."); menus != 3 || !strings.HasSuffix(spoken, "Goodbye.") {
				t.Errorf("the choices are read %d times: %q", menus, spoken)
			}
			card := w.card(platform, id, "Hal Byrne")
			until(t, "the thread tells why", func() bool { return strings.Contains(w.thread(card), "ended without a key") })
		})
	}
}

// TestAKeyAfterAWrongOne acknowledges.
func TestAKeyAfterAWrongOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t, phones("{after: 0s, via: voice}"))
	w.start()
	hal := w.phones.Phone(numbers["hal"])
	hal.OnCall(twiliofake.Presses("7*4"))
	id := w.send(triggered("Disk is full", ""))
	w.card(platform, id, "acknowledged by Hal Byrne after ")
	until(t, "the call is over", func() bool { return hal.Call().State().Over() })
	if spoken := strings.Join(hal.Call().State().Spoken, " "); !strings.HasSuffix(spoken, "platform 1 acknowledged. Goodbye.") {
		t.Errorf("said %q", spoken)
	}
}

// TestF62AWrongNumberIsPagedNoMore lets a stranger say so, by a call and by SMS.
func TestF62AWrongNumberIsPagedNoMore(t *testing.T) {
	for name, steps := range map[string]string{
		"keys of a call": "{after: 0s, via: voice}, {after: 1h, via: sms}",
		"an SMS":         "{after: 0s, via: sms}, {after: 2s, via: voice}",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, phones(steps))
			first := w.start()
			hal := w.phones.Phone(numbers["hal"])
			hal.OnCall(twiliofake.Presses("93"))
			id := w.send(triggered("Disk is full", ""))
			if name == "an SMS" {
				w.offered(hal, id, "14")
				w.answers(hal, "Wrong number!", "Noted: ")
			}
			until(t, "the chain goes on to ana", func() bool { return w.paged(id, "chat", slackIDs["ana"]) > 0 })
			w.state(id, "triggered")
			w.answers(hal, "14", "") // a stranger's
			w.state(id, "triggered")
			first.kill()
			w.start()
			messages, calls := len(hal.Messages()), len(hal.Calls())
			again := w.send(triggered("Queue is stuck", ""))
			until(t, "ana is paged at once", func() bool { return w.paged(again, "chat", slackIDs["ana"]) > 0 })
			if m, c := len(hal.Messages()), len(hal.Calls()); m != messages || c != calls {
				t.Errorf("the stranger got %d more messages and %d more calls", m-messages, c-calls)
			}
		})
	}
}

// TestF48AnAcknowledgementWhileTheCallIsBeingPlaced holds the request on the wire.
func TestF48AnAcknowledgementWhileTheCallIsBeingPlaced(t *testing.T) {
	t.Parallel()
	w := newWorld(t, phones("{after: 0s, via: voice, every: 1s}"))
	w.start()
	hal := w.phones.Phone(numbers["hal"])
	held, let := make(chan struct{}, 1), make(chan struct{})
	w.phones.Fault(func(operation string, _ url.Values) *twiliofake.Response {
		if operation == "calls.create" {
			select {
			case held <- struct{}{}:
			default:
			}
			<-let
		}
		return nil
	})
	id := w.send(triggered("Disk is full", ""))
	<-held
	w.act(id, "acknowledge", "ana")
	close(let)
	until(t, "the call is cancelled", func() bool { c := hal.Call(); return c != nil && c.Status() == "canceled" })
	w.state(id, "acknowledged")
	w.noMoreCalls(hal, 1)
}

// noMoreCalls has another incident call hal, and wants that to be the only other call.
func (w *world) noMoreCalls(hal *twiliofake.Phone, calls int) {
	w.t.Helper()
	other := w.send(triggered("Shop is down", "web"))
	until(w.t, "hal's phone rings for the other", func() bool { return w.paged(other, "voice", numbers["hal"]) > 0 })
	w.act(other, "acknowledge", "ana")
	if got := len(hal.Calls()); got != calls+1 {
		w.t.Errorf("%d calls, want %d", got, calls+1)
	}
}
