package discord

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/bot/discord/discordfake"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestAPageReachesWhoItIsFor(t *testing.T) {
	s := newStage(t, false)
	ref, receipt, err := s.client.Page(t.Context(), s.notice(state("triggered")))
	if err != nil || receipt {
		t.Fatalf("page %q, receipt %v: %v", ref, receipt, err)
	}
	got := s.DMs("2001")
	if len(got) != 1 || got[0].Channel+":"+got[0].ID != ref || !strings.HasPrefix(got[0].Content, "You are paged: PLATFORM-42 CRITICAL") {
		t.Fatalf("page %q, got %+v", ref, got)
	}
	again := s.notice(state("triggered"))
	again.Doubtful = true
	if second, _, err := s.client.Page(t.Context(), again); err != nil || second != ref || len(s.DMs("2001")) != 1 {
		t.Errorf("one that may have arrived is %q, %v: %d messages", second, err, len(s.DMs("2001")))
	}
	several := s.notice(state("triggered"), state("snoozed"))
	several.Page, several.Incidents[1].ID = "PLATFORM-42/p2", "PLATFORM-43"
	if ref, _, err = s.client.Page(t.Context(), several); err != nil || !strings.HasSuffix(ref, bundled) {
		t.Errorf("a bundle is %q, %v", ref, err)
	}
}

func TestAPageToTheChannelMentionsTheTeamByName(t *testing.T) {
	s := newStage(t, false)
	n := s.notice(state("triggered"))
	n.Via, n.To, n.Fallback = oncall.Channel, oncall.Person{}, true
	if _, _, err := s.client.Page(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	got := s.Messages(platform)[0]
	var pinged []string
	for _, u := range got.Mentions {
		pinged = append(pinged, u.ID)
	}
	if slices.Sort(pinged); !slices.Equal(pinged, []string{"2001", "2002"}) || got.Everyone {
		t.Errorf("pinged %q, everybody %v, want the team's members", pinged, got.Everyone)
	}
}

func TestS32NobodyIsMentionedByForeignText(t *testing.T) {
	s := newStage(t, false)
	in := state("triggered")
	in.Title, in.Annotations["summary"] = "@everyone <@2002> <@&1000> [x](http://evil)", "@here <@2002>"
	scene := s.scene(in, "")
	scene.News = []incident.Entry{{Kind: incident.KindNote, Actor: "mallory", Text: "@everyone <@2002>"}}
	if _, err := s.client.Show(t.Context(), scene); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.client.Page(t.Context(), s.notice(in)); err != nil {
		t.Fatal(err)
	}
	if err := s.client.Tell(t.Context(), "2001", "@everyone <@2002>"); err != nil {
		t.Fatal(err)
	}
	card := s.Messages(platform)[0]
	for _, m := range slices.Concat(s.Messages(platform), s.Messages(card.ID), s.DMs("2001")) {
		if len(m.Mentions)+len(m.Roles) > 0 || m.Everyone {
			t.Errorf("%q pings %v, %v", m.Text(), m.Mentions, m.Roles)
		}
	}
}

func TestAPageThatCannotArrive(t *testing.T) {
	dead := &discordfake.Response{Status: http.StatusServiceUnavailable, Body: "<html>"}
	limited := discordfake.RateLimited()
	tests := []struct {
		name   string
		change func(*stage, *incident.Notice)
		want   string
	}{
		{"direct messages are closed", func(s *stage, _ *incident.Notice) { s.CloseDMs("2001", true) }, "Cannot send messages to this user"},
		{"no account", func(_ *stage, n *incident.Notice) { n.To.Discord = "" }, "no Discord account linked"},
		{"no channel", func(_ *stage, n *incident.Notice) {
			n.Via, n.Roster = oncall.Channel, oncall.Roster{Teams: map[oncall.TeamID]oncall.Team{"platform": {}}}
		}, "no Discord channel"},
		{"about nothing", func(_ *stage, n *incident.Notice) { n.Incidents = nil }, "no incident"},
		{"Discord is down", func(s *stage, _ *incident.Notice) { s.Fault(func(string) *discordfake.Response { return dead }) }, "Discord answered 503"},
		{"a limit of more than seconds", func(s *stage, _ *incident.Notice) { s.Fault(func(string) *discordfake.Response { return limited }) }, "slow down"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStage(t, false)
			n := s.notice(state("triggered"))
			tt.change(s, &n)
			_, _, err := s.client.Page(t.Context(), n)
			if f := fault(t, err); f.Retry != 0 || !strings.Contains(f.Reason, tt.want) {
				t.Errorf("fault = %+v, want a final one that says %q", f, tt.want)
			}
		})
	}
	t.Run("after five failures nothing is asked of Discord for a while", func(t *testing.T) {
		s := newStage(t, false)
		s.Fault(func(string) *discordfake.Response { return dead })
		for range 5 {
			_, _, err := s.client.Page(t.Context(), s.notice(state("triggered")))
			_ = fault(t, err)
		}
		before := len(s.Calls())
		_, _, err := s.client.Page(t.Context(), s.notice(state("triggered")))
		if f := fault(t, err); !f.Down || len(s.Calls()) != before {
			t.Errorf("fault = %+v after %d more requests", f, len(s.Calls())-before)
		}
	})
	t.Run("one that is not wanted any more is not sent", func(t *testing.T) {
		s := newStage(t, false)
		n := s.notice(state("triggered"))
		n.Ask = func() error { return incident.ErrWithdrawn }
		if _, _, err := s.client.Page(t.Context(), n); !errors.Is(err, incident.ErrWithdrawn) || len(s.DMs("2001")) != 0 {
			t.Errorf("error %v, %d messages", err, len(s.DMs("2001")))
		}
	})
}
