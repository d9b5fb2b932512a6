package discord

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/earshot-oncall/earshot/bot/bottest"
	"github.com/earshot-oncall/earshot/bot/discord/discordfake"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestACardFollowsItsIncident(t *testing.T) {
	s := newStage(t, false)
	in := state("triggered")
	first, err := s.client.Show(t.Context(), s.scene(in, ""))
	if err != nil {
		t.Fatal(err)
	}
	cards := s.Messages(platform)
	if len(cards) != 1 || !strings.Contains(cards[0].Text(), "PLATFORM-42 CRITICAL: Disk full on db1") {
		t.Fatalf("cards = %+v", cards)
	}
	if _, ok := cards[0].Control("v1:ack:PLATFORM-42"); !ok {
		t.Errorf("no Acknowledge among %q", cards[0].Controls())
	}
	acked := state("acknowledged")
	acked.Revision = 2
	scene := s.scene(acked, first.Ref)
	scene.News = []incident.Entry{{At: bottest.Nine, Kind: incident.KindAcknowledged, Text: "acknowledged by ana"}}
	scene.Card.Shown = 1
	showing, err := s.client.Show(t.Context(), scene)
	if err != nil || showing.Told != 1 || showing.Ref != first.Ref {
		t.Fatalf("showing = %+v, %v", showing, err)
	}
	card := s.Messages(platform)[0]
	if !strings.Contains(card.Text(), "acknowledged by Ana Ortiz after 38 s") {
		t.Errorf("the card says %q", card.Text())
	}
	if _, ok := card.Control("v1:ack:PLATFORM-42"); ok {
		t.Error("the card still asks for an acknowledgement")
	}
	threads := s.Threads(platform)
	if len(threads) != 1 || threads[0].ID != card.ID || len(s.Messages(card.ID)) != 1 {
		t.Fatalf("threads = %+v", threads)
	}
	scene.Card.Told, scene.Card.Shown, scene.News[0].Text = 1, 2, "a later line by ana"
	if showing, err = s.client.Show(t.Context(), scene); err != nil || showing.Told != 1 {
		t.Fatalf("showing = %+v, %v", showing, err)
	}
	if told := s.Messages(card.ID); len(told) != 2 || !strings.Contains(told[1].Content, "a later line by Ana Ortiz") {
		t.Errorf("the thread holds %+v", told)
	}
}

func TestACardIsPostedOnce(t *testing.T) {
	s := newStage(t, false)
	scene := s.scene(state("triggered"), "")
	if _, err := s.client.Show(t.Context(), scene); err != nil {
		t.Fatal(err)
	}
	t.Run("an attempt that may have arrived finds its card", func(t *testing.T) {
		scene.Card.Doubtful = true
		scene.Incident = state("resolved")
		showing, err := s.client.Show(t.Context(), scene)
		if err != nil || len(s.Messages(platform)) != 1 {
			t.Fatalf("showing = %+v, %v, %d cards", showing, err, len(s.Messages(platform)))
		}
		if text := s.Messages(platform)[0].Text(); !strings.Contains(text, "resolved by Hal Byrne") {
			t.Errorf("the card shows %q", text)
		}
	})
	t.Run("where nothing can be read, the nonce keeps a second from being posted", func(t *testing.T) {
		s.Deny(discordfake.ReadHistory)
		defer s.Allow(discordfake.ReadHistory)
		if _, err := s.client.Show(t.Context(), scene); err != nil || len(s.Messages(platform)) != 1 {
			t.Fatalf("error %v, %d cards", err, len(s.Messages(platform)))
		}
	})
	t.Run("a card that somebody deleted is posted anew", func(t *testing.T) {
		old := s.Messages(platform)[0]
		s.Delete(old.ID)
		scene.Card.Ref, scene.Card.Doubtful = platform+":"+old.ID, false
		_, err := s.client.Show(t.Context(), scene)
		if f := fault(t, err); !f.Gone {
			t.Fatalf("fault = %+v, want it gone", f)
		}
		scene.Card.Ref = ""
		showing, err := s.client.Show(t.Context(), scene)
		if err != nil || len(s.Messages(platform)) != 1 || showing.Ref == platform+":"+old.ID {
			t.Errorf("showing = %+v, %v, %d cards", showing, err, len(s.Messages(platform)))
		}
	})
}

func TestADeletedThreadHoldsNothingUp(t *testing.T) {
	s := newStage(t, false)
	scene := s.scene(state("triggered"), "")
	scene.News = []incident.Entry{{At: bottest.Nine, Kind: incident.KindTier, Text: "tier 1"}}
	showing, err := s.client.Show(t.Context(), scene)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.client.ask(t.Context(), call{name: "channels.delete", verb: http.MethodDelete, url: discordgo.EndpointChannel(s.Threads(platform)[0].ID)}); err != nil {
		t.Fatal(err)
	}
	scene.Card.Ref, scene.Card.Shown, scene.Card.Told = showing.Ref, 1, 1
	scene.News[0].Text = "tier 2"
	if showing, err = s.client.Show(t.Context(), scene); err != nil || showing.Told != 1 {
		t.Fatalf("showing = %+v, %v", showing, err)
	}
}

// TestACardThatComesAgain has its story told in the thread of the one before, which
// says of which incident each part is.
func TestACardThatComesAgain(t *testing.T) {
	s := newStage(t, false)
	first, err := s.client.Show(t.Context(), s.scene(state("resolved"), ""))
	if err != nil {
		t.Fatal(err)
	}
	in := state("triggered")
	in.ID, in.Last = "PLATFORM-43", "PLATFORM-42"
	scene := s.scene(in, "")
	scene.Card.Thread = first.Ref
	scene.News = []incident.Entry{{At: bottest.Nine, Kind: incident.KindTier, Text: "tier 1"}}
	if _, err := s.client.Show(t.Context(), scene); err != nil {
		t.Fatal(err)
	}
	cards := s.Messages(platform)
	if len(cards) != 2 || cards[1].Reference == nil || cards[1].Reference.Message != cards[0].ID {
		t.Fatalf("cards = %+v", cards)
	}
	told := s.Messages(cards[0].ID)
	if len(told) != 1 || !strings.HasPrefix(told[0].Content, "**PLATFORM-43**") {
		t.Fatalf("the thread holds %+v", told)
	}
	if id := s.client.focus(t.Context(), platform, cards[0].ID); id != "PLATFORM-43" {
		t.Errorf("who speaks in the thread speaks of %q, want the last one", id)
	}
}

func TestCopiesAreDrawnAnew(t *testing.T) {
	s := newStage(t, false)
	ref, _, err := s.client.Page(t.Context(), s.notice(state("triggered")))
	if err != nil {
		t.Fatal(err)
	}
	acked := state("acknowledged")
	scene := s.scene(acked, "")
	scene.Copies = []incident.Page{
		{ID: "PLATFORM-42/p1", Ref: ref, Via: oncall.Chat},
		{ID: "PLATFORM-42/p2", Ref: "C0PLATFORM:1712.0001", Via: oncall.Chat},
		{ID: "PLATFORM-42/p3", Ref: "3001:77", Via: oncall.Chat},
	}
	showing, err := s.client.Show(t.Context(), scene)
	if err != nil || len(showing.Drawn) != 2 {
		t.Fatalf("showing = %+v, %v, want ours and the one that is gone", showing, err)
	}
	if text := s.DMs("2001")[0].Text(); !strings.Contains(text, "acknowledged by Ana Ortiz") {
		t.Errorf("the copy shows %q", text)
	}
}

func TestTheLargestAlertStaysWithinLimits(t *testing.T) {
	for _, filler := range bottest.Fillers {
		s := newStage(t, false)
		in := bottest.Largest(filler)
		if _, err := s.client.Show(t.Context(), s.scene(in, "")); err != nil {
			t.Errorf("%q: card: %v", filler, err)
		}
		var all []incident.Incident
		for i := range 9 {
			in.ID = incident.ID(fmt.Sprint("PLATFORM-", 42+i))
			all = append(all, in)
		}
		if _, _, err := s.client.Page(t.Context(), s.notice(all...)); err != nil {
			t.Errorf("%q: bundle: %v", filler, err)
		}
		n := s.notice(in)
		n.Via, n.Page = oncall.Channel, "PLATFORM-42/p2"
		if _, _, err := s.client.Page(t.Context(), n); err != nil {
			t.Errorf("%q: channel: %v", filler, err)
		}
		summary := incident.Summary{Roster: s.desk.roster, Storm: incident.Storm{Channel: platform, Team: "platform", No: 1, Since: bottest.Nine}}
		for range 40 {
			summary.Glimpses = append(summary.Glimpses, in.Glimpse())
		}
		if _, err := s.client.Summarize(t.Context(), summary); err != nil {
			t.Errorf("%q: summary: %v", filler, err)
		}
	}
}

func TestAStormHasOneSummary(t *testing.T) {
	s := newStage(t, false)
	storm := incident.Summary{Roster: s.desk.roster, Storm: incident.Storm{Channel: platform, Team: "platform", No: 1, Since: bottest.Nine, Grown: bottest.Nine}}
	storm.Glimpses = []incident.Glimpse{state("triggered").Glimpse()}
	ref, err := s.client.Summarize(t.Context(), storm)
	if err != nil {
		t.Fatal(err)
	}
	storm.Storm.Ref, storm.Glimpses[0].State = ref, incident.Resolved
	if again, err := s.client.Summarize(t.Context(), storm); err != nil || again != ref || len(s.Messages(platform)) != 1 {
		t.Fatalf("again %q, %v: %d messages", again, err, len(s.Messages(platform)))
	}
	storm.Storm.Ref, storm.Storm.Doubtful = "", true
	if again, err := s.client.Summarize(t.Context(), storm); err != nil || again != ref {
		t.Errorf("in doubt it is %q, %v, want %q", again, err, ref)
	}
	storm.Storm.Doubtful, storm.Storm.Grown = false, bottest.Nine.Add(time.Minute)
	if again, err := s.client.Summarize(t.Context(), storm); err != nil || again == ref {
		t.Errorf("what comes back is shown as %q, %v, want it where people look", again, err)
	}
}

func TestWhatDiscordRefuses(t *testing.T) {
	tests := []struct {
		name string
		with *discordfake.Response
		want incident.Fault
	}{
		{"too many requests", discordfake.RateLimited(), incident.Fault{Retry: 30 * time.Second}},
		{"an old token", &discordfake.Response{Status: http.StatusUnauthorized, Body: `{"message": "401: Unauthorized", "code": 0}`},
			incident.Fault{Retry: 10 * time.Minute, Admin: "token"}},
		{"a missing permission", &discordfake.Response{Status: http.StatusForbidden, Body: `{"message": "Missing Permissions", "code": 50013}`},
			incident.Fault{Retry: 10 * time.Minute, Admin: "permission"}},
		{"an outage", &discordfake.Response{Status: http.StatusServiceUnavailable, Body: "<html>"}, incident.Fault{Retry: 10 * time.Second, Unknown: true}},
		{"a bad gateway", &discordfake.Response{Status: http.StatusBadGateway, Body: "<html>"}, incident.Fault{Retry: 10 * time.Second, Unknown: true}},
		{"what nobody knows", &discordfake.Response{Status: http.StatusBadRequest, Body: `{"message": "New", "code": 99999}`}, incident.Fault{Retry: time.Minute, Admin: "99999"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStage(t, false)
			s.Fault(func(string) *discordfake.Response { return tt.with })
			_, err := s.client.Show(t.Context(), s.scene(state("triggered"), ""))
			f := fault(t, err)
			if f.Retry != tt.want.Retry || f.Unknown != tt.want.Unknown || !strings.Contains(f.Admin, tt.want.Admin) || (f.Admin == "") != (tt.want.Admin == "") {
				t.Errorf("fault = %+v, want %+v", f, tt.want)
			}
			before := len(s.Calls())
			_, err = s.client.Show(t.Context(), s.scene(state("triggered"), ""))
			if limited := tt.want.Retry == 30*time.Second || tt.want.Admin == "token"; limited && (err == nil || len(s.Calls()) != before) {
				t.Errorf("Discord is asked again before it wants to be: %v", err)
			}
		})
	}
}

// TestPagesAreNotHeldUpByCards spends the channel's whole budget on cards.
func TestPagesAreNotHeldUpByCards(t *testing.T) {
	s := newStage(t, false)
	var (
		group sync.WaitGroup
		waits atomic.Int32
	)
	for i := range 20 {
		group.Go(func() {
			in := state("triggered")
			in.ID = incident.ID(fmt.Sprint("PLATFORM-", i+1))
			if _, err := s.client.Show(t.Context(), s.scene(in, "")); err != nil && fault(t, err).Retry > 0 {
				waits.Add(1)
			}
		})
	}
	group.Wait()
	if waits.Load() == 0 {
		t.Fatal("twenty cards at once are within the budget")
	}
	n := s.notice(state("triggered"))
	if _, _, err := s.client.Page(t.Context(), n); err != nil {
		t.Errorf("a page waits for cards: %v", err)
	}
	n.Via, n.Page = oncall.Channel, "PLATFORM-42/p2"
	if _, _, err := s.client.Page(t.Context(), n); err != nil {
		t.Errorf("a page to the channel waits for cards: %v", err)
	}
}
