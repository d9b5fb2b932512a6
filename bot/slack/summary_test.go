package slack_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/incident"
)

// storm is the summary of a storm that began just now, with that many incidents.
func (w *world) storm(n int) incident.Summary {
	s := incident.Summary{Roster: roster, Storm: incident.Storm{
		Board: "slack", Channel: "C0PLATFORM", Team: "platform", No: 3, Since: w.now(), Grown: w.now(),
	}}
	for i := range n {
		s.Glimpses = append(s.Glimpses, incident.Glimpse{
			ID: incident.NewID("platform", int64(i+1)), State: incident.Triggered, Severity: incident.Critical,
			Name: "DiskFull", Title: fmt.Sprintf("Disk full on db%d", i+1), OpenedAt: w.now(),
		})
	}
	return s
}

// sums shows a summary, which has to go well.
func (w *world) sums(t *testing.T, s incident.Summary) (ref string) {
	t.Helper()
	ref, err := w.client.Summarize(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func TestASummaryIsPostedOnceAndEditedInPlace(t *testing.T) {
	w := newWorld(t)
	s := w.storm(297)
	s.Storm.Ref = w.sums(t, s)
	s.Glimpses[0].State, s.Storm.Ended = incident.Resolved, w.now()
	if again := w.sums(t, s); again != s.Storm.Ref || !strings.HasPrefix(again, "C0PLATFORM:") {
		t.Errorf("ref %q after %q", again, s.Storm.Ref)
	}
	cards := w.cards()
	if len(cards) != 1 || cards[0].Edits() != 1 {
		t.Fatalf("%d messages, want one, edited once", len(cards))
	}
	if !strings.Contains(cards[0].Text, "The storm in Platform is over: 297 incidents") ||
		!strings.Contains(cards[0].Words(), "296 not acknowledged, 1 resolved") {
		t.Errorf("it says %q, %q", cards[0].Text, cards[0].Words())
	}
	if n := len(w.CallsTo("conversations.history")); n != 0 {
		t.Errorf("looked up %d times without a doubt", n)
	}
}

func TestTheButtonsOfASummary(t *testing.T) {
	w := newWorld(t)
	w.sums(t, w.storm(8))
	m := w.cards()[0]
	for action, words := range map[string]string{"ack": "ack storm C0PLATFORM", "resolve": "resolve storm C0PLATFORM", "list": "list storm C0PLATFORM"} {
		before := len(w.desk.requests())
		if status, _, err := w.Click("U0BEN", m.Channel, m.TS, action); err != nil || status != http.StatusOK {
			t.Errorf("%s is answered %d, %v", action, status, err)
		}
		asked := w.desk.requests()[before:]
		if len(asked) != 1 || asked[0].Text != words || asked[0].By != incident.By("ben") || asked[0].Team != "platform" {
			t.Errorf("%s asked %+v, want %q", action, asked, words)
		}
	}
	// What is done to all can't be undone with a slip of the finger.
	shown := string(m.Attachments)
	if n := strings.Count(shown, `"confirm":{"confirm"`); n != 2 {
		t.Errorf("%d buttons ask whether one is sure, want two of three: %s", n, shown)
	}
}

func TestAListOfAStormIsSeenByTheClickerAlone(t *testing.T) {
	w := newWorld(t)
	w.answers(commands.Reply{OK: true, Text: "8 open incidents of the storm:", Lines: []string{"PLATFORM-1 critical"}})
	w.sums(t, w.storm(8))
	m := w.cards()[0]
	if _, _, err := w.Click("U0BEN", m.Channel, m.TS, "list"); err != nil {
		t.Fatal(err)
	}
	w.await(t, "the list", func(*slackfake.Server) bool { return len(w.whispers("U0BEN")) == 1 })
	if n := len(w.cards()); n != 1 {
		t.Errorf("%d messages in the channel, want the summary alone", n)
	}
}

func TestADoubtfulSummaryIsLookedUp(t *testing.T) {
	w := newWorld(t)
	w.Fault(func(method string, _ url.Values) *slackfake.Response {
		if method == "chat.postMessage" {
			return &slackfake.Response{Accept: true, Drop: true}
		}
		return nil
	})
	s := w.storm(8)
	if _, err := w.client.Summarize(t.Context(), s); !fault(t, err).Unknown {
		t.Fatalf("error = %v, want an unknown outcome", err)
	}
	w.Heal()
	s.Storm.Doubtful = true
	w.sums(t, s)
	if cards := w.cards(); len(cards) != 1 || cards[0].Edits() != 1 {
		t.Errorf("%d messages, want the one that had arrived", len(cards))
	}
	s.Storm.No++
	w.sums(t, s)
	if n := len(w.cards()); n != 2 {
		t.Errorf("%d messages, want one of the next storm: it is another", n)
	}
	w.Fault(func(method string, _ url.Values) *slackfake.Response {
		if method == "conversations.history" {
			return slackfake.Refusal("missing_scope")
		}
		return nil
	})
	s.Storm.No++
	w.sums(t, s)
	if n := len(w.cards()); n != 3 {
		t.Errorf("%d messages, want it posted where reading is not allowed", n)
	}
}

func TestADeletedSummaryIsGone(t *testing.T) {
	w := newWorld(t)
	s := w.storm(8)
	s.Storm.Ref = "C0PLATFORM:1.2"
	if _, err := w.client.Summarize(t.Context(), s); !fault(t, err).Gone {
		t.Fatalf("fault = %+v, want gone", fault(t, err))
	}
	s.Storm.Ref = ""
	if ref := w.sums(t, s); ref == "" || len(w.cards()) != 1 {
		t.Errorf("ref %q, %d messages, want it posted anew", ref, len(w.cards()))
	}
}

func TestASummaryWaitsForItsBudget(t *testing.T) {
	w := newWorld(t)
	s := w.storm(8)
	posted := 0
	for range 40 { // in a channel that is full already
		if _, err := w.client.Summarize(t.Context(), s); err == nil {
			posted++
			continue
		} else if f := fault(t, err); f.Retry <= 0 || f.Unknown {
			t.Fatalf("fault = %+v, want it to come back", f)
		}
		break
	}
	if n := len(w.CallsTo("chat.postMessage")); n != posted || n > 10 {
		t.Errorf("%d posts at once", n)
	}
	w.wind(15 * time.Second)
	w.sums(t, s)
}

func TestASummaryThatSlackDoesNotTake(t *testing.T) {
	tests := []struct {
		name  string
		fault func(string, url.Values) *slackfake.Response
		ok    func(incident.Fault) bool
	}{
		{"too fast", func(string, url.Values) *slackfake.Response {
			return &slackfake.Response{Status: 429, Header: http.Header{"Retry-After": {"7"}}}
		}, func(f incident.Fault) bool { return f.Retry == 7*time.Second && !f.Unknown }},
		{"in trouble", func(string, url.Values) *slackfake.Response { return slackfake.Failure(503) },
			func(f incident.Fault) bool { return f.Unknown && f.Retry > 0 }},
		{"refused", func(string, url.Values) *slackfake.Response { return slackfake.Refusal("not_in_channel") },
			func(f incident.Fault) bool { return f.Admin != "" && !f.Unknown }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.Fault(tt.fault)
			ref, err := w.client.Summarize(t.Context(), w.storm(8))
			if f := fault(t, err); ref != "" || !tt.ok(*f) {
				t.Errorf("ref %q, fault %+v", ref, f)
			}
		})
	}
	t.Run("an edit keeps its message", func(t *testing.T) {
		w := newWorld(t)
		s := w.storm(8)
		s.Storm.Ref = w.sums(t, s)
		w.FailAll(503)
		if ref, err := w.client.Summarize(t.Context(), s); ref != s.Storm.Ref || fault(t, err).Unknown {
			t.Errorf("ref %q, %v, want that of the message", ref, err)
		}
	})
	t.Run("the program ends", func(t *testing.T) {
		w := newWorld(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := w.client.Summarize(ctx, w.storm(8)); !errors.Is(err, context.Canceled) {
			t.Errorf("error = %v", err)
		}
	})
}

// Slack itself, in miniature, refuses what is over its limits.
func TestTheLargestSummaryIsTaken(t *testing.T) {
	for _, filler := range []string{"x", "&", "<!channel>", "ж", "😀", "*"} {
		w := newWorld(t)
		s := w.storm(10_000)
		for i := range s.Glimpses {
			g := &s.Glimpses[i]
			g.Name, g.Title = fmt.Sprint(i%500, strings.Repeat(filler, 120)), strings.Repeat(filler, 120)
			g.Severity = []incident.Severity{incident.Critical, incident.Error, incident.Warning, incident.Info}[i%4]
			g.State = []incident.State{incident.Triggered, incident.Acknowledged, incident.Snoozed, incident.Resolved}[i/4%4]
		}
		s.Storm.Ref = w.sums(t, s)
		w.sums(t, s)
		m := w.cards()[0]
		if shown := strings.NewReplacer(`\u003c`, "<").Replace(m.Text + string(m.Attachments)); strings.Contains(shown, "<!channel") {
			t.Errorf("everybody is mentioned in %s", shown)
		}
		if len(m.Text) >= 4000 || len(m.Controls()) != 3 {
			t.Errorf("%q: %d bytes of text, %d buttons", filler, len(m.Text), len(m.Controls()))
		}
	}
}
