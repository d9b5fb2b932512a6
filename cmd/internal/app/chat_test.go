package app

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/bot/discord"
	"github.com/earshot-oncall/earshot/bot/discord/discordfake"
	"github.com/earshot-oncall/earshot/bot/slack"
	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A pair is a workspace and a server with the chat of both.
type pair struct {
	slack   *slackfake.Server
	discord *discordfake.Server
	chat    chat
	roster  oncall.Roster
}

func newPair(t *testing.T) pair {
	t.Helper()
	p := pair{slack: slackfake.New(slackfake.Options{}), discord: discordfake.New(discordfake.Options{})}
	one, two := httptest.NewServer(p.slack), httptest.NewServer(p.discord)
	t.Cleanup(func() { one.Close(); two.Close(); p.slack.Close(); p.discord.Close() })
	p.slack.SetURL(one.URL)
	p.slack.AddUser("U0ANA", "Ana Ortiz", "Europe/Madrid")
	p.slack.AddChannel("C0PLATFORM", "platform", "U0ANA")
	p.discord.AddUser("2001", "ana", false)
	p.discord.AddUser("2002", "ben", false)
	p.discord.AddChannel("3001", "platform", discordfake.Text, false)
	p.chat = chat{
		slack:   slack.New(slack.Options{Token: p.slack.Options().BotToken, APIURL: one.URL + "/api/"}),
		discord: discord.New(discord.Options{Token: p.discord.Options().Token, APIURL: two.URL + "/api/v9/"}),
		log:     slog.New(slog.DiscardHandler),
	}
	p.roster = oncall.Roster{
		People: map[oncall.PersonID]oncall.Person{
			"ana": {ID: "ana", Slack: "U0ANA", Discord: "2001"}, "ben": {ID: "ben", Discord: "2002"}, "hal": {ID: "hal"},
		},
		Teams: map[oncall.TeamID]oncall.Team{
			"platform": {ID: "platform", SlackChannel: "C0PLATFORM", DiscordChannel: "3001", Members: []oncall.PersonID{"ana", "ben"}},
			"quiet":    {ID: "quiet"},
		},
	}
	return p
}

func (p pair) notice(to oncall.PersonID, via oncall.Method) incident.Notice {
	in := incident.Incident{ID: "PLATFORM-42", Team: "platform", Title: "Disk full", State: incident.Triggered, OpenedAt: time.Now()}
	return incident.Notice{Page: "PLATFORM-42/p1", Via: via, To: p.roster.People[to], Incidents: []incident.Incident{in}, Roster: p.roster}
}

// told is how many messages stand with ana and in the channels.
func (p pair) told() [4]int {
	return [4]int{
		len(p.slack.Messages(p.slack.DM("U0ANA"))), len(p.discord.DMs("2001")) + len(p.discord.DMs("2002")),
		len(p.slack.Messages("C0PLATFORM")), len(p.discord.Messages("3001")),
	}
}

func TestAPageGoesWhereItArrives(t *testing.T) {
	tests := []struct {
		name   string
		to     oncall.PersonID
		via    oncall.Method
		change func(pair)
		told   [4]int // by direct message in Slack and Discord, in the channels of both
		reason string // of the fault; empty: none
	}{
		{"to somebody of both: in Slack alone", "ana", oncall.Chat, nil, [4]int{1, 0, 0, 0}, ""},
		{"to somebody of Discord", "ben", oncall.Chat, nil, [4]int{0, 1, 0, 0}, ""},
		{"Slack is down: in Discord", "ana", oncall.Chat, func(p pair) { p.slack.FailAll(http.StatusServiceUnavailable) }, [4]int{0, 1, 0, 0}, ""},
		{"both are down", "ana", oncall.Chat, func(p pair) {
			p.slack.FailAll(http.StatusServiceUnavailable)
			p.discord.FailAll(http.StatusServiceUnavailable)
		}, [4]int{}, "Slack answered 503; Discord answered 503"},
		{"to somebody of neither", "hal", oncall.Chat, nil, [4]int{}, "no Slack account linked"},
		{"to the channel: in both", "", oncall.Channel, nil, [4]int{0, 0, 1, 1}, ""},
		{"to the channel while Discord is down", "", oncall.Channel, func(p pair) { p.discord.FailAll(http.StatusServiceUnavailable) }, [4]int{0, 0, 1, 0}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newPair(t)
			if tt.change != nil {
				tt.change(p)
			}
			ref, _, err := p.chat.Page(t.Context(), p.notice(tt.to, tt.via))
			p.slack.Heal()
			p.discord.Heal()
			var f *incident.Fault
			switch {
			case tt.reason == "" && (err != nil || ref == ""):
				t.Errorf("ref %q, %v", ref, err)
			case tt.reason != "" && (!errors.As(err, &f) || f.Reason != tt.reason || f.Retry != 0):
				t.Errorf("error %v, want a final fault: %s", err, tt.reason)
			}
			if got := p.told(); got != tt.told {
				t.Errorf("told %v, want %v", got, tt.told)
			}
		})
	}
	p := newPair(t)
	n := p.notice("ana", oncall.Chat)
	n.Ask = func() error { return incident.ErrWithdrawn }
	if _, _, err := p.chat.Page(t.Context(), n); !errors.Is(err, incident.ErrWithdrawn) || p.told() != [4]int{} {
		t.Errorf("a page that is not wanted any more: %v, told %v", err, p.told())
	}
	if _, _, err := (chat{}).Page(t.Context(), n); !errors.Is(err, errNoChat) {
		t.Errorf("without any chat: %v", err)
	}
}

func TestALetterToATeamStandsInBothChannels(t *testing.T) {
	p := newPair(t)
	deliver := func(ref, text string) string {
		t.Helper()
		ref, err := p.chat.Deliver(t.Context(), oncall.Sending{ID: "1" + text, Ref: ref, Letter: oncall.Letter{Key: "k", Team: "platform", Text: text}}, p.roster)
		if err != nil {
			t.Fatal(err)
		}
		return ref
	}
	ref := deliver("", "first")
	if len(strings.Fields(ref)) != 2 || p.told() != [4]int{0, 0, 1, 1} {
		t.Fatalf("ref %q, told %v", ref, p.told())
	}
	if again := deliver(ref, "second"); again != ref || p.told() != [4]int{0, 0, 1, 1} {
		t.Errorf("ref %q, told %v, want each edited where it stands", again, p.told())
	}
	if text := p.discord.Messages("3001")[0].Content; text != "second" {
		t.Errorf("Discord shows %q", text)
	}
	p.slack.FailAll(http.StatusServiceUnavailable)
	if _, err := p.chat.Deliver(t.Context(), oncall.Sending{ID: "9", Letter: oncall.Letter{Team: "platform", Text: "third"}}, p.roster); err != nil {
		t.Errorf("what one channel has is told: %v", err)
	}
	var f *incident.Fault
	if _, err := p.chat.Deliver(t.Context(), oncall.Sending{ID: "10", Letter: oncall.Letter{Team: "platform", Show: oncall.ShowTopic}}, p.roster); !errors.As(err, &f) || f.Retry == 0 {
		t.Errorf("a topic that one channel lacks is tried again: %v", err)
	}
	p.slack.Heal()
	if _, err := p.chat.Deliver(t.Context(), oncall.Sending{ID: "11", Letter: oncall.Letter{Team: "quiet", Text: "x"}}, p.roster); !errors.As(err, &f) || f.Admin == "" {
		t.Errorf("a team without a channel: %v", err)
	}
}

// TestDirectMessagesFollowACardElsewhere pages ben in Discord about an incident whose
// team has a channel in Slack alone.
func TestDirectMessagesFollowACardElsewhere(t *testing.T) {
	p := newPair(t)
	n := p.notice("ben", oncall.Chat)
	ref, _, err := p.chat.Page(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	in := n.Incidents[0]
	in.State, in.AckedBy, in.AckedAt = incident.Acknowledged, incident.By("ana"), time.Now()
	in.Cards = []incident.Card{{Board: "slack", Channel: "C0PLATFORM"}}
	scene := incident.Scene{Card: in.Cards[0], Incident: in, Roster: p.roster, Copies: []incident.Page{{ID: n.Page, Ref: ref, Via: oncall.Chat}}}
	showing, err := p.chat.boards()["slack"].Show(t.Context(), scene)
	if err != nil || len(showing.Drawn) != 1 {
		t.Fatalf("showing = %+v, %v", showing, err)
	}
	if text := p.discord.DMs("2002")[0].Text(); !strings.Contains(text, "acknowledged by ana") {
		t.Errorf("ben reads %q", text)
	}
}
