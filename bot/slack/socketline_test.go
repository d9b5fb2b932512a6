package slack_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
	"github.com/earshot-oncall/earshot/commands"
)

func TestOneConnectionHearsWhileTheOtherIsRenewed(t *testing.T) {
	tests := []struct {
		name string
		lose func(*slackfake.Server, string) error
	}{
		{"Slack asks for a refresh", func(s *slackfake.Server, id string) error { return s.Disconnect(id, "refresh_requested") }},
		{"Slack warns", func(s *slackfake.Server, id string) error { return s.Disconnect(id, "warning") }},
		{"the link is disabled", func(s *slackfake.Server, id string) error { return s.Disconnect(id, "link_disabled") }},
		{"the connection is cut", (*slackfake.Server).Cut},
		{"the connection falls silent", (*slackfake.Server).Mute},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorldWith(t, slackfake.Options{OpenEvery: -1, PingEvery: 50 * time.Millisecond, Patience: 3 * time.Second})
			card := posted(t, w, disk())
			w.listens(t, w.desk)
			w.linked(t, 2)
			lost := w.Links()[0] // the click would go there
			if err := tt.lose(w.Server, lost); err != nil {
				t.Fatal(err)
			}
			if status, _, err := w.Click("U0ANA", "C0PLATFORM", card.TS, "ack"); err != nil || status != http.StatusOK {
				t.Errorf("answered %d, %v", status, err)
			}
			if n := len(w.desk.requests()); n != 1 {
				t.Errorf("carried out %d times, want once", n)
			}
			w.await(t, "another connection stands in its place", func(s *slackfake.Server) bool {
				links := s.Links()
				return len(links) == 2 && !slices.Contains(links, lost)
			})
		})
	}
}

func TestARenewalInMidFlightLosesNoAnswer(t *testing.T) {
	w := newSocketWorld(t)
	w.listens(t, w.desk)
	w.linked(t, 2)
	begun, release := make(chan struct{}), make(chan struct{})
	w.desk.answer = func(context.Context, commands.Request) commands.Reply {
		close(begun)
		<-release
		return commands.Reply{Text: "Ana is on call.", OK: true}
	}
	asked := w.Links()[0]
	done := make(chan error, 1)
	go func() {
		_, err := w.Command("U0ANA", "C0PLATFORM", "/oncall", "who")
		done <- err
	}()
	<-begun
	if err := w.Cut(asked); err != nil {
		t.Fatal(err)
	}
	w.await(t, "the connection is gone, and Slack asks again", func(s *slackfake.Server) bool { return len(s.Envelopes()) == 2 })
	w.linked(t, 2)
	close(release)
	if err := <-done; err != nil {
		t.Error(err)
	}
	w.await(t, "answered all the same", func(*slackfake.Server) bool { return slices.Contains(w.whispers("U0ANA"), "Ana is on call.") })
	if n := len(w.desk.requests()); n != 1 {
		t.Errorf("carried out %d times, want once", n)
	}
}

func TestRefusedConnectionsAlarmTheAdmins(t *testing.T) {
	tests := []struct{ code, says string }{
		{"invalid_auth", "set a fresh SLACK_APP_TOKEN"},
		{"token_revoked", "set a fresh SLACK_APP_TOKEN"},
		{"not_allowed_token_type", "begins with xapp-"},
		{"missing_scope", "connections:write"},
		{"account_inactive", "install it again"},
		{"team_access_not_granted", "Slack opens no connection for Socket Mode: team_access_not_granted"},
	}
	for _, tt := range tests {
		t.Run(tt.code, func(t *testing.T) {
			w := newSocketWorld(t)
			w.Fault(func(method string, _ url.Values) *slackfake.Response {
				if method == "apps.connections.open" {
					return slackfake.Refusal(tt.code)
				}
				return nil
			})
			l := w.listens(t, w.desk)
			select {
			case got := <-l.alarms:
				if !strings.Contains(got, tt.says) {
					t.Errorf("told %q, want %q", got, tt.says)
				}
			case <-time.After(5 * time.Second):
				t.Error("the admins are told nothing")
			}
		})
	}
}

func TestConnectionsComeBackByThemselves(t *testing.T) {
	tests := []struct {
		name  string
		fault *slackfake.Response
	}{
		{"after a server's trouble", slackfake.Failure(http.StatusBadGateway)},
		{"after a page in HTML", &slackfake.Response{Body: "<html>"}},
		{"after a limit", &slackfake.Response{Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"1"}}}},
		{"after nothing at all", &slackfake.Response{Drop: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newSocketWorld(t)
			w.Fault(func(string, url.Values) *slackfake.Response { return tt.fault })
			w.listens(t, w.desk)
			w.await(t, "both have tried", func(s *slackfake.Server) bool { return len(s.CallsTo("apps.connections.open")) == 2 })
			w.Heal()
			w.linked(t, 2)
		})
	}
}
