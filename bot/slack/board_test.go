package slack_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
	"github.com/earshot-oncall/earshot/escalation/incident"
)

func TestCardIsPostedOnceAndEditedInPlace(t *testing.T) {
	w := newWorld(t)
	s := scene(disk(), "")
	s.News = []incident.Entry{
		{At: nine, Kind: incident.KindTier, Text: "tier 1 paged: ana (schedule <!channel>)"},
		{At: nine, Kind: incident.KindDelivered, Text: "arrived"},
	}
	showing, err := w.client.Show(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if showing.Told != 2 || !strings.HasPrefix(showing.Ref, "C0PLATFORM:") {
		t.Errorf("showing = %+v, want two lines told in C0PLATFORM", showing)
	}
	if _, err := w.client.Show(t.Context(), scene(acknowledged(), showing.Ref)); err != nil {
		t.Fatal(err)
	}
	cards := w.cards()
	if len(cards) != 1 || cards[0].Edits() != 1 {
		t.Fatalf("%d cards, want one, edited once", len(cards))
	}
	words := cards[0].Words()
	for _, want := range []string{"PLATFORM-42 CRITICAL: Disk full on db1", "acknowledged by Ana Ortiz after 38 s"} {
		if !strings.Contains(words, want) {
			t.Errorf("card says %q, want %q in it", words, want)
		}
	}
	if _, ok := cards[0].Control("ack"); ok {
		t.Error("an acknowledged card still has its Acknowledge button")
	}
	thread := w.Messages("C0PLATFORM")[1]
	if thread.ThreadTS != cards[0].TS || !strings.Contains(thread.Text, "schedule &lt;!channel&gt;") {
		t.Errorf("thread = %q under %q", thread.Text, thread.ThreadTS)
	}
	for _, call := range w.CallsTo("chat.postMessage") {
		if call.Form.Get("unfurl_links") != "false" || call.Form.Has("link_names") {
			t.Errorf("posted with %v", call.Form)
		}
	}
	if call := w.CallsTo("chat.update")[0]; call.Form.Get("text") == "" || call.Form.Get("attachments") == "" {
		t.Error("an edit sends text and attachment, or Slack drops one")
	}
}

func TestThreadThatWaitsLeavesTheCardUpToDate(t *testing.T) {
	w := newWorld(t)
	w.Fault(func(_ string, form url.Values) *slackfake.Response {
		if form.Has("thread_ts") {
			return &slackfake.Response{Status: 429, Header: http.Header{"Retry-After": {"7"}}}
		}
		return nil
	})
	s := scene(disk(), "")
	s.News = []incident.Entry{{At: nine, Kind: incident.KindTier, Text: "tier 1"}}
	showing, err := w.client.Show(t.Context(), s)
	if err != nil || showing.Ref == "" || showing.Told != 0 {
		t.Fatalf("showing = %+v, %v, want a card with nothing told", showing, err)
	}
	s.Card.Ref, s.Card.Shown = showing.Ref, s.Incident.Revision
	if _, err = w.client.Show(t.Context(), s); fault(t, err).Retry != 7*time.Second {
		t.Errorf("retry after %v, want 7s", fault(t, err).Retry)
	}
	w.Heal()
	w.wind(7 * time.Second)
	if showing, err = w.client.Show(t.Context(), s); err != nil || showing.Told != 1 {
		t.Errorf("showing = %+v, %v, want the line told", showing, err)
	}
	if n := len(w.CallsTo("chat.update")); n != 0 {
		t.Errorf("the card was edited %d times though it was up to date", n)
	}
}

func TestF41DoubtfulCardIsLookedUp(t *testing.T) {
	w := newWorld(t)
	w.Fault(func(method string, _ url.Values) *slackfake.Response {
		if method == "chat.postMessage" {
			return &slackfake.Response{Accept: true, Drop: true}
		}
		return nil
	})
	s := scene(disk(), "")
	s.Incident.OpenedAt = w.now()
	_, err := w.client.Show(t.Context(), s)
	if !fault(t, err).Unknown {
		t.Fatalf("error = %v, want an unknown outcome", err)
	}
	w.FailAll(http.StatusServiceUnavailable)
	s.Card.Doubtful = true
	_, err = w.client.Show(t.Context(), s)
	if f := fault(t, err); !f.Unknown || f.Retry <= 0 || f.Retry > 15*time.Second {
		t.Errorf("a lookup in an outage = %+v, want still unknown, and soon again", f)
	}
	w.Heal()
	if _, err := w.client.Show(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if n := len(w.cards()); n != 1 {
		t.Errorf("%d cards, want the one that had arrived", n)
	}
}

func TestDoubtfulCardIsPostedWhereReadingIsNotAllowed(t *testing.T) {
	w := newWorld(t)
	w.Fault(func(method string, _ url.Values) *slackfake.Response {
		if method == "conversations.history" {
			return slackfake.Refusal("missing_scope")
		}
		return nil
	})
	s := scene(disk(), "")
	s.Card.Doubtful = true
	if _, err := w.client.Show(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if n := len(w.cards()); n != 1 {
		t.Errorf("%d cards, want one", n)
	}
}

func TestDoubtfulThreadIsLookedUp(t *testing.T) {
	w := newWorld(t)
	w.Fault(func(_ string, form url.Values) *slackfake.Response {
		if form.Has("thread_ts") {
			return &slackfake.Response{Accept: true, Status: 502}
		}
		return nil
	})
	s := scene(disk(), "")
	s.News = []incident.Entry{{At: nine, Kind: incident.KindTier, Text: "tier 1"}}
	showing, err := w.client.Show(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	w.Heal()
	s.Card.Ref, s.Card.Shown = showing.Ref, s.Incident.Revision
	if showing, err = w.client.Show(t.Context(), s); err != nil || showing.Told != 1 {
		t.Errorf("showing = %+v, %v, want the line told", showing, err)
	}
	if n := len(w.Messages("C0PLATFORM")); n != 2 {
		t.Errorf("%d messages, want the card and one line", n)
	}
}

func TestDeletedCardIsGone(t *testing.T) {
	w := newWorld(t)
	_, err := w.client.Show(t.Context(), scene(disk(), "C0PLATFORM:1.2"))
	if f := fault(t, err); !f.Gone || f.Retry <= 0 {
		t.Errorf("fault = %+v, want gone", f)
	}
}

func TestCopiesFollowTheCard(t *testing.T) {
	w := newWorld(t)
	ref, _, err := w.client.Page(t.Context(), notice(disk()))
	if err != nil {
		t.Fatal(err)
	}
	showing, err := w.client.Show(t.Context(), scene(disk(), ""))
	if err != nil {
		t.Fatal(err)
	}
	s := scene(acknowledged(), showing.Ref)
	s.Copies = []incident.Page{
		{ID: "PLATFORM-42/p1", Ref: ref},
		{ID: "PLATFORM-42/p2", Ref: "D0GONE:1.2"},
		{ID: "PLATFORM-42/p3", Ref: "D0BUNDLE:1.2+"},
		{ID: "PLATFORM-42/p4", Ref: "3001:1234567890"}, // Discord's
	}
	showing, err = w.client.Show(t.Context(), s)
	if err != nil || len(showing.Drawn) != 3 {
		t.Fatalf("showing = %+v, %v, want all three of Slack done with", showing, err)
	}
	direct := w.Messages("U0ANA")[0]
	if _, ok := direct.Control("ack"); ok || !strings.Contains(direct.Words(), "acknowledged by Ana Ortiz") {
		t.Errorf("the direct message still says %q", direct.Words())
	}
}

func TestCopiesInterruptedAreNotDrawnTwice(t *testing.T) {
	w := newWorld(t)
	showing, err := w.client.Show(t.Context(), scene(disk(), ""))
	if err != nil {
		t.Fatal(err)
	}
	s := scene(acknowledged(), showing.Ref)
	for i := range 30 {
		n := notice(disk())
		ref, _, err := w.client.Page(t.Context(), n)
		if err != nil {
			t.Fatal(err)
		}
		s.Copies = append(s.Copies, incident.Page{ID: incident.PageID("PLATFORM-42/p" + string(rune('a'+i))), Ref: ref})
	}
	s.News = []incident.Entry{{At: nine, Kind: incident.KindAcknowledged, Actor: "ana", Text: "acknowledged by ana"}}
	for tries := 0; ; tries++ {
		showing, err = w.client.Show(t.Context(), s)
		if err == nil {
			break
		}
		if tries == 0 && showing.Told != 1 {
			t.Errorf("%d lines told while copies wait, want the thread not to wait for them", showing.Told)
		}
		s.News, s.Card.Told = nil, 1
		if tries > 20 {
			t.Fatalf("still %v", err)
		}
		w.wind(fault(t, err).Retry + time.Minute/4)
	}
	if len(showing.Drawn) != 30 {
		t.Errorf("%d drawn, want 30", len(showing.Drawn))
	}
	for _, m := range w.Messages("U0ANA") {
		if m.Edits() != 1 {
			t.Errorf("a copy was drawn %d times", m.Edits())
		}
	}
}
