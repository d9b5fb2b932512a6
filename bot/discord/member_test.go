package discord

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/bot/discord/discordfake"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestF50WhoLeftEveryServerIsFound(t *testing.T) {
	tests := []struct {
		name   string
		change func(*stage)
		want   map[string]bool
		fails  bool
	}{
		{"everybody is there", func(*stage) {}, map[string]bool{"2001": false, "2002": false}, false},
		{"one left", func(s *stage) { s.Leave("1000", "2002") }, map[string]bool{"2001": false, "2002": true}, false},
		{"one is in another team's server", func(s *stage) {
			s.Leave("1000", "2002")
			s.AddGuild("1001", "web")
			s.AddGuildChannel("1001", "3011", "web", discordfake.Text, false)
			s.Join("1001", "2002")
			s.desk.roster.Teams["web"] = oncall.Team{ID: "web", DiscordChannel: "3011"}
		}, map[string]bool{"2001": false, "2002": false}, false},
		{"a server that is not known hides nobody", func(s *stage) {
			s.Leave("1000", "2002")
			s.desk.roster.Teams["web"] = oncall.Team{ID: "web", DiscordChannel: "3999"}
		}, map[string]bool{}, true},
		{"the bot itself was removed", func(s *stage) { s.Leave("1000", s.Options().ID) }, map[string]bool{}, true},
		{"Discord is down", func(s *stage) { s.FailAll(http.StatusBadGateway) }, map[string]bool{}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStage(t, false)
			tt.change(s)
			got, err := s.client.Left(t.Context(), []string{"2001", "2002", "2999", "none"}, s.desk.roster)
			if !maps.Equal(got, tt.want) || (err != nil) != tt.fails {
				t.Errorf("got %v, %v, want %v", got, err, tt.want)
			}
		})
	}
}

func TestALookAtMembersIsBounded(t *testing.T) {
	s := newStage(t, false)
	var ids []string
	for i := range mostAsked {
		id := fmt.Sprint(4000 + i)
		s.AddUser(id, "user"+id, false)
		ids = append(ids, id)
	}
	// Of four servers each is asked about a quarter as many.
	for i := range 3 {
		guild, channel := fmt.Sprint(1100+i), fmt.Sprint(3100+i)
		s.AddGuild(guild, "more")
		s.AddGuildChannel(guild, channel, "more", discordfake.Text, false)
		s.desk.roster.Teams[oncall.TeamID("z"+channel)] = oncall.Team{ID: oncall.TeamID("z" + channel), DiscordChannel: channel}
	}
	got, err := s.client.Left(t.Context(), ids, s.desk.roster)
	if err != nil || len(got) != mostAsked/4 {
		t.Errorf("looked at %d, %v, want %d", len(got), err, mostAsked/4)
	}
	asked := 0
	for _, path := range s.Requests() {
		if strings.Contains(path, "/members/") {
			asked++
		}
	}
	if asked > mostAsked {
		t.Errorf("asked %d times, want %d at most", asked, mostAsked)
	}
}
