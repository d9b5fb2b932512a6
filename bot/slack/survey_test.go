package slack_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/bot/slack"
	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// full are the scopes that every feature together needs.
var full = []string{
	"app_mentions:read", "channels:history", "channels:manage", "channels:read", "chat:write", "chat:write.public", "commands", "files:write", "groups:history", "groups:read", "groups:write",
	"im:history", "im:write", "pins:write", "reactions:read", "usergroups:read", "usergroups:write", "users:read",
}

// surveyed returns what a survey finds in a workspace whose token has these scopes.
func surveyed(t *testing.T, scopes []string, change func(*slackfake.Server), roster oncall.Roster) ([]string, *slackfake.Server) {
	t.Helper()
	fake := slackfake.New(slackfake.Options{Scopes: scopes})
	t.Cleanup(fake.Close)
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	fake.AddUser("U0ANA", "Ana Ortiz", "")
	fake.AddUser("U0BEN", "Ben Wu", "")
	fake.AddChannel("C0PLATFORM", "platform", "U0ANA")
	fake.AddUsergroup("S0PLATFORM", "platform-oncall", "U0ANA")
	if change != nil {
		change(fake)
	}
	client := slack.New(slack.Options{Token: fake.Options().BotToken, APIURL: server.URL + "/api/"})
	t.Cleanup(client.Close)
	return client.Survey(t.Context(), roster), fake
}

func announcing(change func(*oncall.Team)) oncall.Roster {
	team := roster.Teams["platform"]
	team.Announce = oncall.Announcement{Usergroup: "S0PLATFORM", Topic: true, Pin: true}
	if change != nil {
		change(&team)
	}
	r := roster
	r.Teams = map[oncall.TeamID]oncall.Team{"platform": team, "quiet": {ID: "quiet"}}
	return r
}

func TestASurveyOfAllThatIsWell(t *testing.T) {
	if got, _ := surveyed(t, full, nil, announcing(nil)); len(got) != 0 {
		t.Errorf("problems = %q", got)
	}
	private := func(f *slackfake.Server) {
		f.ChangeChannel("C0PLATFORM", func(c *slackfake.Channel) { c.Private = true })
	}
	if got, _ := surveyed(t, full, private, announcing(nil)); len(got) != 0 {
		t.Errorf("problems of a private channel = %q", got)
	}
	// Nothing is asked for that nobody wants.
	least := []string{"app_mentions:read", "channels:history", "channels:read", "chat:write", "chat:write.public", "commands", "files:write", "im:history", "im:write", "reactions:read", "users:read"}
	got, fake := surveyed(t, least, nil, roster)
	if len(got) != 0 || len(fake.CallsTo("usergroups.list")) != 0 {
		t.Errorf("problems without announcements = %q", got)
	}
}

func TestTheManifestsAskForEnough(t *testing.T) {
	for name, addresses := range map[string]int{"slack-manifest.yaml": 3, "slack-manifest-socket.yaml": 0} {
		manifest, err := os.ReadFile(filepath.Join("..", "..", "deployments", name))
		if err != nil {
			t.Fatal(err)
		}
		var asked []string
		for _, m := range regexp.MustCompile(`(?m)^      - ([a-z_.:]+) #`).FindAllSubmatch(manifest, -1) {
			asked = append(asked, string(m[1]))
		}
		slices.Sort(asked)
		if !slices.Equal(asked, full) {
			t.Errorf("%s asks for %q, want %q", name, asked, full)
		}
		if n := strings.Count(string(manifest), "https://oncall.example.com/"); n != addresses {
			t.Errorf("%s names an address of ours %d times, want %d", name, n, addresses)
		}
		if socket := strings.Contains(string(manifest), "socket_mode_enabled: true"); socket != (addresses == 0) {
			t.Errorf("%s: Socket Mode is %v", name, socket)
		}
	}
}

func TestEveryScopeThatLacksIsNamed(t *testing.T) {
	private := func(f *slackfake.Server) {
		f.ChangeChannel("C0PLATFORM", func(c *slackfake.Channel) { c.Private = true })
	}
	for scope, says := range map[string]string{
		"app_mentions:read": "mentions", "channels:history": "teams.platform.slack_channel", "channels:manage": "teams.platform.announce.topic",
		"channels:read": "teams.platform.slack_channel", "chat:write": "no card", "commands": "/oncall", "files:write": "write-up", "reactions:read": "timeline", "im:history": "direct message", "im:write": "direct message",
		"pins:write": "teams.platform.announce.pin", "usergroups:read": "teams.platform.announce.usergroup", "usergroups:write": "teams.platform.announce.usergroup", "users:read": "deactivated",
		"groups:history": "teams.platform.slack_channel", "groups:read": "teams.platform.slack_channel", "groups:write": "teams.platform.announce.topic",
	} {
		t.Run(scope, func(t *testing.T) {
			var change func(*slackfake.Server)
			if strings.HasPrefix(scope, "groups:") {
				change = private
			}
			granted := slices.DeleteFunc(slices.Clone(full), func(s string) bool { return s == scope })
			got, _ := surveyed(t, granted, change, announcing(nil))
			if len(got) != 1 || !strings.Contains(got[0], "the scope "+scope+":") || !strings.Contains(got[0], says) {
				t.Errorf("problems = %q, want one of %s", got, scope)
			}
		})
	}
}

func TestASurveyNamesWhatToMend(t *testing.T) {
	withChannel := func(change func(*slackfake.Channel)) func(*slackfake.Server) {
		return func(f *slackfake.Server) { f.ChangeChannel("C0PLATFORM", change) }
	}
	withUser := func(change func(*slackfake.User)) func(*slackfake.Server) {
		return func(f *slackfake.Server) { f.ChangeUser("U0BEN", change) }
	}
	refusing := func(method string, answer *slackfake.Response) func(*slackfake.Server) {
		return func(f *slackfake.Server) {
			f.Fault(func(called string, _ url.Values) *slackfake.Response {
				if called == method {
					return answer
				}
				return nil
			})
		}
	}
	private := slices.DeleteFunc(slices.Clone(full), func(s string) bool { return s == "chat:write.public" })
	tests := []struct {
		name   string
		scopes []string
		world  func(*slackfake.Server)
		team   func(*oncall.Team)
		want   string
	}{
		{"a channel that is not there", full, func(f *slackfake.Server) { f.RemoveChannel("C0PLATFORM") }, nil, "teams.platform.slack_channel: Slack knows no channel C0PLATFORM"},
		{"an archived channel", full, withChannel(func(c *slackfake.Channel) { c.Archived = true }), nil, "teams.platform.slack_channel: #platform is archived"},
		{"a channel that we are not in", private, withChannel(func(c *slackfake.Channel) { c.Left = true }), nil, "teams.platform.slack_channel: Earshot is not in #platform: /invite"},
		{"a topic from outside", full, withChannel(func(c *slackfake.Channel) { c.Left = true }), nil, "teams.platform.announce.topic: Earshot is not in #platform"},
		{"a pin from outside", full, withChannel(func(c *slackfake.Channel) { c.Left = true }), func(t *oncall.Team) { t.Announce.Topic = false }, "teams.platform.announce.pin: Earshot is not in #platform"},
		{"a topic of no channel", full, nil, func(t *oncall.Team) { t.SlackChannel = "" }, "teams.platform.slack_channel: missing"},
		{"a deactivated account", full, withUser(func(u *slackfake.User) { u.Deleted = true }), nil, "people.ben.slack: the account U0BEN is deactivated"},
		{"a bot's account", full, withUser(func(u *slackfake.User) { u.Bot = true }), nil, "people.ben.slack: U0BEN is a bot's"},
		{"an odd no", full, refusing("conversations.info", slackfake.Refusal("moon_phase")), nil, "teams.platform.slack_channel: Slack says moon_phase of C0PLATFORM"},
		{"a group that is not there", full, nil, func(t *oncall.Team) { t.Announce.Usergroup = "S0NONE" }, "teams.platform.announce.usergroup: Slack knows no user group S0NONE"},
		{"a workspace without groups", full, refusing("usergroups.list", slackfake.Refusal("paid_teams_only")), nil, "teams.platform.announce.usergroup: Slack says paid_teams_only"},
		{"a limit", full, refusing("users.info", &slackfake.Response{Status: 429, Header: http.Header{"Retry-After": {"30"}}}), nil, "Slack asks to slow down: what is left was not looked at"},
		{"a bad token", full, refusing("auth.test", slackfake.Refusal("invalid_auth")), nil, "Slack refuses the token: set a fresh SLACK_BOT_TOKEN: what is left"},
		{"an outage", full, refusing("auth.test", slackfake.Failure(503)), nil, "Slack answered 503: what is left"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, _ := surveyed(t, tt.scopes, tt.world, announcing(tt.team))
			if len(got) != 1 || !strings.HasPrefix(got[0], tt.want) {
				t.Errorf("problems = %q, want one: %q", got, tt.want)
			}
		})
	}
	r := announcing(nil)
	r.People = map[oncall.PersonID]oncall.Person{"eve": {ID: "eve", Slack: "U0EVE"}, "old": {ID: "old", Slack: "U0OLD", Inactive: true}}
	if got, _ := surveyed(t, full, nil, r); len(got) != 1 || !strings.HasPrefix(got[0], "people.eve.slack: Slack knows no user U0EVE") {
		t.Errorf("problems = %q", got)
	}
}
