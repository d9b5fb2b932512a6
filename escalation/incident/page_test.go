package incident

import (
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestHowAPageCameToNothing(t *testing.T) {
	tests := []struct {
		name, want string
		page       Page
	}{
		{"a reason that begins with the way goes on from it", "refused: unregistered sender (30034)", Page{Via: oncall.SMS, Reason: "SMS refused: unregistered sender (30034)"}},
		{"so does that of a call", "failed: not a valid number (21211)", Page{Via: oncall.Voice, Reason: "call failed: not a valid number (21211)"}},
		{"any other stands behind a word", "failed: account_inactive", Page{Via: oncall.Chat, Reason: "account_inactive"}},
		{"another way's beginning is no beginning", "failed: SMS refused", Page{Via: oncall.Voice, Reason: "SMS refused"}},
		{"no reason is none", "failed", Page{Via: oncall.SMS}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.page.Failure(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestThatAPageCantBeAnsweredStandsInTheTimeline(t *testing.T) {
	r := sample(nil)
	in := must(t)(Decide(opened(t, r), r, PageSending{Page: "PLATFORM-1/p1"}, nine.Add(time.Second)))
	in = must(t)(Decide(in, r, PageSent{Page: "PLATFORM-1/p1", Ref: "SM1", Receipt: true, Mute: "no public URL is set"}, nine.Add(2*time.Second)))
	if p := in.page("PLATFORM-1/p1"); p.Mute != "no public URL is set" {
		t.Errorf("the page says %q", p.Mute)
	}
	if last := in.Timeline[len(in.Timeline)-1]; !strings.HasSuffix(last.Text, "; it can't be answered: no public URL is set") {
		t.Errorf("the timeline ends in %q", last.Text)
	}
}

// TestF58NoReceiptRunsThePersonsNextStep leaves an SMS without a receipt: its person's
// next step comes early, the next tier does not.
func TestF58NoReceiptRunsThePersonsNextStep(t *testing.T) {
	r := sample(nil)
	ana := r.People["ana"]
	ana.Paging = []oncall.Step{{Via: oncall.SMS}, {After: time.Hour, Via: oncall.Voice}}
	r.People["ana"] = ana
	in := opened(t, r)
	in = must(t)(Decide(in, r, PageSending{Page: "PLATFORM-1/p1"}, nine))
	in = must(t)(Decide(in, r, PageSent{Page: "PLATFORM-1/p1", Ref: "SM1", Receipt: true}, nine))
	in = must(t)(Decide(in, r, Tick{ID: in.ID}, nine.Add(Unconfirmed-time.Second)))
	if len(in.Pages) != 1 {
		t.Fatalf("pages before the time is up: %+v", in.Pages)
	}
	tier := in.TierDue
	in = must(t)(Decide(in, r, Tick{ID: in.ID}, nine.Add(Unconfirmed)))
	if len(in.Pages) != 2 || in.Pages[1].Via != oncall.Voice || in.Pages[1].To != "ana" {
		t.Fatalf("pages once it is: %+v", in.Pages)
	}
	if p := in.Pages[0]; p.Status != PageOut {
		t.Errorf("the SMS counts as %s", p.Status)
	}
	if in.Tier != 0 || !in.TierDue.Equal(tier) {
		t.Errorf("tier %d, the next at %s, was %s", in.Tier, in.TierDue, tier)
	}
}
