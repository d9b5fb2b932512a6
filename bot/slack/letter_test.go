package slack_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func sending(l oncall.Letter) oncall.Sending { return oncall.Sending{ID: "7.0", Version: 7, Letter: l} }

func delivered(t *testing.T, w *world, s oncall.Sending) string {
	t.Helper()
	ref, err := w.client.Deliver(t.Context(), s, roster)
	if err != nil {
		t.Fatalf("deliver %+v: %v", s.Letter, err)
	}
	return ref
}

func TestLettersReachWhomTheyAreFor(t *testing.T) {
	w := newWorld(t)
	const live = "<!channel> @here <@U0BEN>"
	l := oncall.Letter{Text: "You come on call " + live, Lines: []string{"until " + live}, Offers: []oncall.Offer{{Label: live, Words: "accept 7", Style: "primary"}}}
	for _, to := range []oncall.Letter{{To: "ana"}, {Team: "platform"}} {
		l.To, l.Team = to.To, to.Team
		delivered(t, w, sending(l))
	}
	for _, m := range []slackfake.Message{w.Messages("U0ANA")[0], w.cards()[0]} {
		if got := m.Words(); strings.Contains(got, "<!channel>\n") || !strings.HasPrefix(got, "You come on call &lt;!channel&gt; @here &lt;@U0BEN&gt;\n• until &lt;!channel&gt;") {
			t.Errorf("words = %q", got)
		}
		if !strings.Contains(string(m.Blocks), `"verbatim":true`) {
			t.Errorf("Slack may read mentions in %s", m.Blocks)
		}
		if c := m.Controls()[0]; c.Value != "say:accept 7" || c.Style != "primary" {
			t.Errorf("button = %+v", c)
		}
	}
}

func TestLettersThatReachNobody(t *testing.T) {
	w := newWorld(t)
	tests := []struct {
		name          string
		letter        oncall.Letter
		reason, admin string
	}{
		{"no Slack account", oncall.Letter{To: "hal"}, "hal has no Slack account", ""},
		{"no such person", oncall.Letter{To: "eve"}, "eve has no Slack account", ""},
		{"no channel", oncall.Letter{Team: "quiet"}, "the team has no Slack channel", "team quiet has no slack_channel to be told in"},
		{"no team", oncall.Letter{Team: "gone"}, "there is no team gone any more", ""},
		{"no place", oncall.Letter{Team: "platform", Show: "moon"}, `Slack has no "moon" to show it in`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := w.client.Deliver(t.Context(), sending(tt.letter), roster)
			if f := fault(t, err); f.Reason != tt.reason || f.Admin != tt.admin || f.Retry != 0 || f.Unknown {
				t.Errorf("fault = %+v", f)
			}
		})
	}
	if n := len(w.CallsTo("chat.postMessage")); n != 0 {
		t.Errorf("%d messages posted", n)
	}
}

func TestALetterOfTheSameKeyEdits(t *testing.T) {
	w := newWorld(t)
	s := sending(oncall.Letter{Key: "ask 7", Team: "platform", Text: "Ana asks for cover.", Offers: []oncall.Offer{{Label: "Take it", Words: "volunteer 7"}}})
	s.Ref = delivered(t, w, s)
	s.Letter.Text, s.Letter.Offers = "Ben takes it.", nil
	if ref := delivered(t, w, s); ref != s.Ref {
		t.Errorf("ref = %q, want %q again", ref, s.Ref)
	}
	all := w.cards()
	if len(all) != 1 || all[0].Words() != "Ben takes it." || len(all[0].Controls()) != 0 {
		t.Errorf("messages = %+v", all)
	}
	_, ts, _ := strings.Cut(s.Ref, ":")
	for name, change := range map[string]func(){
		"one that is gone is posted anew": func() {
			if _, ok := w.Message("C0PLATFORM", ts); ok {
				w.Fault(func(method string, _ url.Values) *slackfake.Response {
					if method == "chat.update" {
						return slackfake.Refusal("message_not_found")
					}
					return nil
				})
			}
		},
		"one in a former channel is left there":   func() { s.Ref = "C0FORMER:" + ts },
		"one of another platform is none of ours": func() { s.Ref = "1234567890" },
	} {
		t.Run(name, func(t *testing.T) {
			defer w.Heal()
			before := len(w.cards())
			change()
			if ref := delivered(t, w, s); ref == s.Ref || len(w.cards()) != before+1 {
				t.Errorf("ref = %q of %d messages", ref, len(w.cards()))
			}
		})
	}
}

func TestADoubtfulLetterIsLookedUp(t *testing.T) {
	for _, l := range []oncall.Letter{{Team: "platform", Text: "handoff"}, {To: "ana", Text: "handoff"}, {Team: "platform", Show: oncall.ShowPin}} {
		w := newWorld(t)
		w.Fault(func(method string, _ url.Values) *slackfake.Response {
			if method == "chat.postMessage" {
				return &slackfake.Response{Accept: true, Drop: true}
			}
			return nil
		})
		s := sending(l)
		if _, err := w.client.Deliver(t.Context(), s, roster); !fault(t, err).Unknown {
			t.Fatalf("error = %v, want unknown", err)
		}
		channel := "C0PLATFORM"
		if l.To != "" {
			channel = "U0ANA"
		}
		s.Doubtful = true
		w.FailAll(http.StatusServiceUnavailable)
		if _, err := w.client.Deliver(t.Context(), s, roster); !fault(t, err).Unknown {
			t.Errorf("error = %v, want unknown still", err)
		}
		w.Heal()
		w.wind(time.Minute)
		ref := delivered(t, w, s)
		all := w.Messages(channel)
		if len(all) != 1 || !strings.HasSuffix(ref, all[0].TS) || all[0].Pinned != (l.Show != "") {
			t.Errorf("%+v: %d messages, ref %s", l, len(all), ref)
		}
		w.Fault(func(method string, _ url.Values) *slackfake.Response {
			if strings.HasPrefix(method, "conversations.") {
				return slackfake.Refusal("missing_scope")
			}
			return nil
		})
		delivered(t, w, s)
		if n := len(w.Messages(channel)); n != 2 {
			t.Errorf("%+v: one that can't be looked up was not sent again", l)
		}
	}
}

func TestLettersKeepToTheBudget(t *testing.T) {
	w := newWorld(t)
	away := 0
	for range 20 {
		if _, err := w.client.Deliver(t.Context(), sending(oncall.Letter{Team: "platform", Text: "handoff"}), roster); err != nil {
			if f := fault(t, err); f.Retry <= 0 || f.Unknown {
				t.Errorf("fault = %+v", f)
			}
			away++
		}
	}
	if n := len(w.cards()); n < 5 || n > 8 || n+away != 20 {
		t.Errorf("%d letters at once, want a burst of about five", n)
	}
}

func TestTheLargestLetterStaysWithinLimits(t *testing.T) {
	for _, filler := range []string{"x", "&", "<", "ж", "😀"} {
		w := newWorld(t)
		l := oncall.Letter{Team: "platform", Text: strings.Repeat(filler, 5000)}
		for range 30 {
			l.Lines = append(l.Lines, strings.Repeat(filler, 900))
			l.Offers = append(l.Offers, oncall.Offer{Label: strings.Repeat(filler, 90), Words: "volunteer 7"})
		}
		s := sending(l)
		s.Ref = delivered(t, w, s)
		delivered(t, w, s) // edits are bounded in bytes
	}
}

func TestEveryNoToALetterIsAFault(t *testing.T) {
	for name, tt := range map[string]struct {
		answer *slackfake.Response
		want   incident.Fault
	}{
		"a limit":   {&slackfake.Response{Status: 429, Header: http.Header{"Retry-After": {"30"}}}, incident.Fault{Retry: 30 * time.Second}},
		"an outage": {slackfake.Failure(503), incident.Fault{Retry: 10 * time.Second, Unknown: true}},
		"archived":  {slackfake.Refusal("is_archived"), incident.Fault{Retry: 10 * time.Minute, Admin: "mend"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.Fault(func(string, url.Values) *slackfake.Response { return tt.answer })
			ref, err := w.client.Deliver(t.Context(), sending(oncall.Letter{Team: "platform", Text: "handoff"}), roster)
			f := fault(t, err)
			if f.Retry != tt.want.Retry || f.Unknown != tt.want.Unknown || (f.Admin != "") != (tt.want.Admin != "") || ref != "" {
				t.Errorf("fault = %+v, want %+v", f, tt.want)
			}
		})
	}
}
