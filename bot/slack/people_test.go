package slack_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/bot/slack"
	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
	"github.com/earshot-oncall/earshot/escalation/incident"
)

func TestS21WhoeverIsNoMemberIsAGuest(t *testing.T) {
	mal := func(change func(*slackfake.User)) func(*world) {
		return func(w *world) { w.ChangeUser("U0MAL", change) }
	}
	slow := func(w *world) {
		w.Fault(func(method string, _ url.Values) *slackfake.Response {
			if method == "users.info" {
				return &slackfake.Response{Delay: 5 * time.Second}
			}
			return nil
		})
	}
	stranger := incident.Actor{Name: "Mallory Quinn", Account: "slack U0MAL"}
	tests := []struct {
		name  string
		user  string
		world func(*world)
		guest bool
		by    incident.Actor
	}{
		{"a member of the workspace", "U0MAL", nil, false, stranger},
		{"is_restricted", "U0MAL", mal(func(u *slackfake.User) { u.Guest = true }), true, stranger},
		{"is_bot", "U0MAL", mal(func(u *slackfake.User) { u.Bot = true }), true, stranger},
		{"deleted", "U0MAL", mal(func(u *slackfake.User) { u.Deleted = true }), true, stranger},
		{"of another workspace", "U0MAL", mal(func(u *slackfake.User) { u.TeamID = "T0OTHER" }), true, stranger},
		{"a member, while Slack is slow", "U0MAL", slow, false, incident.Actor{Name: "mallory.quinn", Account: "slack U0MAL"}},
		{"of another workspace, while Slack is slow", "U0MAL", func(w *world) {
			mal(func(u *slackfake.User) { u.TeamID = "T0OTHER" })(w)
			slow(w)
		}, true, incident.Actor{Name: "mallory.quinn", Account: "slack U0MAL"}},
		{"of the roster: nobody is asked", "U0ANA", slow, false, incident.By("ana")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.AddUser("U0MAL", "Mallory Quinn", "")
			if err := w.client.Check(t.Context()); err != nil {
				t.Fatal(err)
			}
			card := posted(t, w, disk())
			if tt.world != nil {
				tt.world(w)
			}
			if status, _, err := w.Click(tt.user, "C0PLATFORM", card.TS, "ack"); err != nil || status != http.StatusOK {
				t.Fatalf("the click is answered with %d, %v", status, err)
			}
			got := w.desk.requests()
			if len(got) != 1 || got[0].Guest != tt.guest || got[0].By != tt.by {
				t.Errorf("asked %+v, want one request by %+v, a guest: %v", got, tt.by, tt.guest)
			}
		})
	}
}

func TestStrangersAreLookedUpOnceInAWhile(t *testing.T) {
	w := newWorld(t)
	w.AddUser("U0MAL", "Mallory Quinn", "")
	speak := func() {
		t.Helper()
		if _, err := w.Command("U0MAL", "C0PLATFORM", "/oncall", "who"); err != nil {
			t.Fatal(err)
		}
	}
	speak()
	speak()
	if n := len(w.CallsTo("users.info")); n != 1 {
		t.Errorf("looked up %d times, want once", n)
	}
	w.wind(5 * time.Minute)
	speak()
	if n := len(w.CallsTo("users.info")); n != 2 {
		t.Errorf("looked up %d times, want once more after a while", n)
	}
	w.ChangeUser("U0MAL", func(u *slackfake.User) { u.Guest = true })
	body, err := w.UserBody("U0MAL")
	if err != nil {
		t.Fatal(err)
	}
	if status, _ := w.deliver(t, "/slack/events", body, nil); status != http.StatusOK {
		t.Errorf("user_change answered %d, want 200", status)
	}
	speak()
	if got := w.desk.requests(); !got[3].Guest || len(w.CallsTo("users.info")) != 2 {
		t.Errorf("a change of the account is not taken in: %+v", got[3])
	}
}

func TestF50AndF51ChangesOfAccountsAreNoticed(t *testing.T) {
	tests := []struct {
		name   string
		user   string
		change func(*slackfake.User)
		told   string
	}{
		{"F50 deactivated", "U0ANA", func(u *slackfake.User) { u.Deleted = true }, "map[U0ANA:true]"},
		{"F51 renamed, with another address: nothing but the id counts", "U0ANA", func(u *slackfake.User) {
			u.Name, u.RealName, u.Email = "ben.wu", "Ben Wu", "ben.wu@example.com"
		}, "map[U0ANA:false]"},
		{"a stranger's is nobody's business", "U0MAL", func(u *slackfake.User) { u.Deleted = true }, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.AddUser("U0MAL", "Mallory Quinn", "")
			told := ""
			o := w.Options()
			client := slack.New(slack.Options{
				Token: o.BotToken, SigningSecret: o.SigningSecret, APIURL: w.api + "/api/", Now: w.now,
				Noticed: func(_ context.Context, gone map[string]bool) { told = fmt.Sprint(gone) },
			})
			t.Cleanup(client.Close)
			app := httptest.NewServer(client.Handler(w.desk))
			t.Cleanup(app.Close)
			w.SetApp(app.URL+"/slack/commands", app.URL+"/slack/interactions")
			w.ChangeUser(tt.user, tt.change)
			body, err := w.UserBody(tt.user)
			if err != nil {
				t.Fatal(err)
			}
			if status, _ := deliver(t, app.URL+"/slack/events", body, w.Sign(body, time.Now())); status != http.StatusOK {
				t.Fatalf("answered %d, want 200", status)
			}
			if told != tt.told {
				t.Errorf("told %q, want %q", told, tt.told)
			}
			if tt.user != "U0ANA" {
				return
			}
			if _, err := w.Command("U0ANA", "C0PLATFORM", "/oncall", "ack"); err != nil {
				t.Fatal(err)
			}
			if got := w.desk.requests(); got[0].By != incident.By("ana") {
				t.Errorf("whoever has ana's id speaks as %+v", got[0].By)
			}
		})
	}
}

func TestS22ABotsMentionWithoutItsIDIsAGuests(t *testing.T) {
	w := newWorld(t)
	w.AddUser("U0BOTTY", "Botty", "")
	w.ChangeUser("U0BOTTY", func(u *slackfake.User) { u.Bot = true })
	w.mention(t, "U0BOTTY", posted(t, w, disk()).TS, "ack")
	w.client.Close()
	if got := w.desk.requests(); len(got) != 1 || !got[0].Guest {
		t.Errorf("asked %+v, want one request of a guest", got)
	}
}

func TestS21AMentionFromAnotherWorkspaceIsAGuests(t *testing.T) {
	w := newWorld(t)
	if err := w.client.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	body, _ := json.Marshal(map[string]any{"type": "event_callback", "event_id": "Ev1", "event": map[string]any{
		"type": "app_mention", "user": "U0FAR", "user_team": "T0OTHER", "text": "<@U0BOT> ack", "channel": "C0PLATFORM", "ts": "1.1",
	}})
	if status, _ := w.deliver(t, "/slack/events", body, nil); status != http.StatusOK {
		t.Errorf("answered %d, want 200", status)
	}
	w.client.Close()
	if got := w.desk.requests(); len(got) != 1 || !got[0].Guest {
		t.Errorf("asked %+v, want one request of a guest: Slack does not know the user, the event names the workspace", got)
	}
}
