package slack_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestPageByDirectMessage(t *testing.T) {
	w := newWorld(t)
	ref, receipt, err := w.client.Page(t.Context(), notice(disk()))
	if err != nil || receipt || !strings.HasPrefix(ref, w.DM("U0ANA")+":") {
		t.Fatalf("ref = %q, receipt = %v, %v", ref, receipt, err)
	}
	m := w.Messages("U0ANA")[0]
	if !strings.Contains(m.Text, "PLATFORM-42 CRITICAL: Disk full on db1") {
		t.Errorf("text = %q", m.Text)
	}
	if status, _, err := w.Click("U0ANA", m.Channel, m.TS, "ack"); err != nil || status != http.StatusOK {
		t.Errorf("click answered %d, %v", status, err)
	}
	if asked := w.desk.requests(); len(asked) != 1 || asked[0].Verb != "ack" || asked[0].By != incident.By("ana") {
		t.Errorf("asked %+v", asked)
	}
}

func TestBundleIsOneMessageWithAButtonEach(t *testing.T) {
	w := newWorld(t)
	second := disk()
	second.ID, second.Title = "PLATFORM-43", "Queue <!channel> long"
	ref, _, err := w.client.Page(t.Context(), notice(disk(), second))
	if err != nil || !strings.HasSuffix(ref, "+") {
		t.Fatalf("ref = %q, %v", ref, err)
	}
	messages := w.Messages("U0ANA")
	if len(messages) != 1 || !strings.Contains(messages[0].Text, "2 incidents") {
		t.Fatalf("%d messages, %q", len(messages), messages[0].Text)
	}
	if _, _, err := w.Click("U0ANA", messages[0].Channel, messages[0].TS, "ack_2"); err != nil {
		t.Fatal(err)
	}
	if asked := w.desk.requests(); len(asked) != 1 || asked[0].Incident != "PLATFORM-43" {
		t.Errorf("asked %+v, want the second incident's ack", asked)
	}
}

func TestPageToTheChannelMentionsEverybody(t *testing.T) {
	w := newWorld(t)
	n := notice(disk())
	n.Via, n.To, n.Fallback = oncall.Channel, oncall.Person{}, true
	if _, _, err := w.client.Page(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	m := w.cards()[0]
	if !strings.HasPrefix(m.Text, "<!channel> Nobody answered") {
		t.Errorf("text = %q", m.Text)
	}
	n.Incidents[0].Team = "quiet"
	_, _, err := w.client.Page(t.Context(), n)
	if f := fault(t, err); f.Retry != 0 || f.Admin == "" {
		t.Errorf("a team without a channel = %+v", f)
	}
}

func TestPersonWithoutSlackFailsAtOnce(t *testing.T) {
	w := newWorld(t)
	n := notice(disk())
	n.To = roster.People["hal"]
	_, _, err := w.client.Page(t.Context(), n)
	if f := fault(t, err); f.Retry != 0 || f.Unknown {
		t.Errorf("fault = %+v, want a final no", f)
	}
}

func TestDoubtfulPageIsLookedUp(t *testing.T) {
	w := newWorld(t)
	w.Fault(func(method string, _ url.Values) *slackfake.Response {
		if method == "chat.postMessage" {
			return &slackfake.Response{Accept: true, Drop: true}
		}
		return nil
	})
	n := notice(disk())
	n.Incidents[0].OpenedAt = w.now()
	if _, _, err := w.client.Page(t.Context(), n); !fault(t, err).Unknown {
		t.Fatalf("error = %v, want unknown", err)
	}
	w.Heal()
	n.Doubtful = true
	if _, _, err := w.client.Page(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	if len(w.Messages("U0ANA")) != 1 {
		t.Error("paged twice though the first had arrived")
	}
	w.Fault(func(method string, _ url.Values) *slackfake.Response {
		if strings.HasPrefix(method, "conversations.") {
			return slackfake.Refusal("missing_scope")
		}
		return nil
	})
	if _, _, err := w.client.Page(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	if len(w.Messages("U0ANA")) != 2 {
		t.Error("a page that cannot be looked up was not sent again")
	}
}

func TestBreakerSparesPeopleTheWait(t *testing.T) {
	w := newWorld(t)
	w.FailAll(http.StatusServiceUnavailable)
	for range 5 {
		if _, _, err := w.client.Page(t.Context(), notice(disk())); fault(t, err).Retry != 0 {
			t.Fatalf("error = %v, want a final no", err)
		}
	}
	calls := len(w.Calls())
	_, _, err := w.client.Page(t.Context(), notice(disk()))
	if f := fault(t, err); f.Retry != 0 || f.Unknown {
		t.Errorf("fault = %+v, want a final no", f)
	}
	if len(w.Calls()) != calls {
		t.Error("Slack was asked once more")
	}
}

func TestRefusalsOpenNoBreaker(t *testing.T) {
	w := newWorld(t)
	w.ChangeUser("U0BEN", func(u *slackfake.User) { u.Deleted = true })
	n := notice(disk())
	n.To = roster.People["ben"]
	for range 10 {
		if _, _, err := w.client.Page(t.Context(), n); fault(t, err).Admin == "" {
			t.Fatalf("error = %v, want one for the admin", err)
		}
	}
	if _, _, err := w.client.Page(t.Context(), notice(disk())); err != nil {
		t.Errorf("others are no longer paged: %v", err)
	}
}

func TestTellEscapes(t *testing.T) {
	w := newWorld(t)
	if err := w.client.Tell(t.Context(), "U0ANA", "look at <!channel>"); err != nil {
		t.Fatal(err)
	}
	if text := w.Messages("U0ANA")[0].Text; text != "look at &lt;!channel&gt;" {
		t.Errorf("text = %q", text)
	}
}

func TestS31LiveMarkupOfAnAlertIsHarmless(t *testing.T) {
	w := newWorld(t)
	const live = "<!channel> <!here> <!everyone> <@U0BEN> <#C0PLATFORM> <!subteam^S1> <http://evil|https://bank> <!date^1^{date}|x>"
	in := disk()
	in.Title, in.Source, in.Warning = live, live, live
	in.Annotations = map[string]string{"summary": live + "."}
	in.Links = []incident.Link{{Href: "https://x.example/|<!channel>", Text: live}}
	in.Members = []incident.Member{{Name: live}, {Fingerprint: live}}
	in.Policy.Tiers[0].Page = []oncall.Target{{Kind: oncall.ToSchedule, Name: live}}
	s := scene(in, "")
	s.News = []incident.Entry{{At: nine, Kind: incident.KindNote, Actor: live, Text: live}}
	if _, err := w.client.Show(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.client.Page(t.Context(), notice(in)); err != nil {
		t.Fatal(err)
	}
	for _, m := range append(w.Messages("C0PLATFORM"), w.Messages("U0ANA")...) {
		shown := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">").Replace(m.Text + string(m.Attachments))
		for _, bad := range []string{"<!channel", "<!here", "<!everyone", "<@U0BEN", "<#", "<!subteam", "<http://evil", "<!date^1^"} {
			if strings.Contains(shown, bad) {
				t.Errorf("%s is live in %s", bad, shown)
			}
		}
	}
}
