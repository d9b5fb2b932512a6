package discord

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/incident"
)

func TestF52TheGatewayDrops(t *testing.T) {
	drops := map[string]func(*stage){
		"connection lost":     func(s *stage) { s.Drop() },
		"asked to reconnect":  func(s *stage) { s.AskReconnect() },
		"invalid session":     func(s *stage) { s.Invalidate(false) },
		"session forgotten":   func(s *stage) { s.Forget(); s.Drop() },
		"4007 invalid seq":    func(s *stage) { s.Hangup(4007) },
		"4009 session is old": func(s *stage) { s.Hangup(4009) },
	}
	for _, code := range []int{4000, 4001, 4002, 4003, 4005, 4008} {
		drops[fmt.Sprint(code)] = func(s *stage) { s.Hangup(code) }
	}
	for name, drop := range drops {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, true)
			s.desk.answers(commands.Reply{Text: "Done.", OK: true}, nil)
			before := s.asked("GET", "gateway")
			drop(s)
			s.await(t, "the gateway is heard again", func() bool {
				if s.Connected() != 1 {
					return false
				}
				_, err := s.Command("2001", platform, "oncall who", nil)
				return err == nil
			})
			if got := s.desk.requests(); len(got) != 1 {
				t.Errorf("carried out %d times in %d connections", len(got), s.asked("GET", "gateway")-before)
			}
		})
	}
}

// TestF52MissedClicksAreNotAcknowledged presses while nobody listens: Discord says
// so, and nothing is done for it later.
func TestF52MissedClicksAreNotAcknowledged(t *testing.T) {
	s := newStage(t, true)
	s.desk.answers(commands.Reply{Text: "Done.", OK: true}, nil)
	s.Drop()
	_, missed := s.Command("2001", platform, "oncall ack", map[string]string{"id": "PLATFORM-42"})
	s.await(t, "the gateway is heard again", func() bool {
		_, err := s.Command("2001", platform, "oncall who", nil)
		return err == nil
	})
	acked := 0
	for _, r := range s.desk.requests() {
		if strings.HasPrefix(r.Text, "ack") {
			acked++
		}
	}
	if (missed == nil) != (acked == 1) {
		t.Errorf("the click was answered with %v and carried out %d times", missed, acked)
	}
}

// TestF52TheAdminsHearOfAGatewayThatIsAway has nothing answered.
func TestF52TheAdminsHearOfAGatewayThatIsAway(t *testing.T) {
	s := newStage(t, true, func(c *Client) { c.deafFor = 10 * time.Millisecond })
	select {
	case <-s.alarms: // before the first connection
	default:
	}
	s.FailAll(http.StatusBadGateway)
	s.Drop()
	select {
	case told := <-s.alarms:
		if told != deafness {
			t.Errorf("the admins are told %q", told)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("nobody is told")
	}
	s.Heal()
	s.await(t, "the gateway is heard again", func() bool { return s.Connected() == 1 })
}

func TestAMentionInAThreadIsAboutItsIncident(t *testing.T) {
	s := newStage(t, true)
	s.desk.answers(commands.Reply{Text: "PLATFORM-42 acknowledged.", OK: true}, nil)
	scene := s.scene(state("triggered"), "")
	scene.News = []incident.Entry{{Kind: incident.KindTier, Text: "tier 1"}}
	if _, err := s.client.Show(t.Context(), scene); err != nil {
		t.Fatal(err)
	}
	thread := s.Threads(platform)[0].ID
	say := func(user, words string) {
		t.Helper()
		if _, err := s.Say(user, thread, words); err != nil {
			t.Fatal(err)
		}
	}
	say("2002", "no word to the bot")
	say("2001", "<@9000> ack")
	s.await(t, "ana is told", func() bool { return len(s.DMs("2001")) == 1 })
	want := commands.Request{Text: "ack", By: incident.By("ana"), Source: "discord", Team: "platform", Focus: "PLATFORM-42"}
	if got := s.desk.requests(); len(got) != 1 || fmt.Sprint(got[0]) != fmt.Sprint(want) {
		t.Errorf("asked %+v, want %+v", got, want)
	}
	if told := s.DMs("2001")[0].Content; told != "PLATFORM-42 acknowledged." {
		t.Errorf("ana is told %q", told)
	}
	s.CloseDMs("2002", true)
	say("2002", "<@!9000>, note disk replaced")
	s.await(t, "ben is told in the thread", func() bool {
		all := s.Messages(thread)
		last := all[len(all)-1]
		return last.Reference != nil && last.Content == "PLATFORM-42 acknowledged."
	})
	if got := s.desk.requests(); len(got) != 2 || got[1].Text != "note disk replaced" {
		t.Errorf("asked %+v", got)
	}
	if answer, err := s.Command("2001", thread, "oncall ack", nil); err != nil || answer.Message.Content == "" {
		t.Fatalf("answer %+v, %v", answer, err)
	}
	if got := s.desk.requests()[2]; got.Focus != "PLATFORM-42" || got.Team != "platform" {
		t.Errorf("a command in the thread is %+v", got)
	}
}
