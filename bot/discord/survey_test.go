package discord

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/bot/discord/discordfake"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func world(t *testing.T) (*discordfake.Server, Options) {
	t.Helper()
	d := discordfake.New(discordfake.Options{})
	d.AddUser("2001", "ana", false)
	d.AddUser("2002", "robot", true)
	d.AddChannel("3001", "platform", discordfake.Text, false)
	d.AddChannel("3002", "secret", discordfake.Text, true)
	d.AddChannel("3003", "talk", discordfake.Voice, false)
	server := httptest.NewServer(d)
	t.Cleanup(server.Close)
	return d, Options{Token: d.Options().Token, APIURL: server.URL + "/api/v9/"}
}

func roster(channel, user string) oncall.Roster {
	return oncall.Roster{
		Teams:  map[oncall.TeamID]oncall.Team{"platform": {ID: "platform", DiscordChannel: channel}, "web": {ID: "web"}},
		People: map[oncall.PersonID]oncall.Person{"ana": {ID: "ana", Discord: user}, "gil": {ID: "gil", Discord: "1", Inactive: true}, "hal": {ID: "hal"}},
	}
}

func TestSurveySaysWhatToMend(t *testing.T) {
	const channel, user = "teams.platform.discord_channel: ", "people.ana.discord: "
	tests := []struct {
		name          string
		channel, user string
		want          []string
	}{
		{"all is well", "3001", "2001", nil},
		{"nothing named", "", "", nil},
		{"no such channel", "3009", "2001", []string{channel + "there is no channel 3009; copy its id anew"}},
		{"a channel that the bot may not see", "3002", "2001", []string{channel + "the bot may not see channel 3002; invite it there"}},
		{"a voice channel", "3003", "2001", []string{channel + "channel 3003 is no text channel of a server; name one"}},
		{"no such user", "3001", "2009", []string{user + "there is no user 2009; copy the id anew"}},
		{"a bot", "3001", "2002", []string{user + "user 2002 is a bot, which can't be paged; name a person's account"}},
		{"names in place of ids", "#platform", "../@me", []string{
			channel + `channel #platform: Discord answered "Invalid Form Body" (400)`,
			user + `user ../@me: Discord answered "Invalid Form Body" (400)`,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, o := world(t)
			if got := New(o).Survey(t.Context(), roster(tt.channel, tt.user)); !slices.Equal(got, tt.want) {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

// everywhere is a roster that names a channel in each place.
func everywhere(stakeholders, digest string) oncall.Roster {
	r := roster("3001", "2001")
	team := r.Teams["platform"]
	team.Stakeholders.Discord, r.Digest.Discord = stakeholders, digest
	team.Announce = oncall.Announcement{Role: "500", Topic: true, Pin: true}
	r.Teams["platform"] = team
	return r
}

func TestSurveySaysWhatTheBotLacks(t *testing.T) {
	const team, lacks = "teams.platform.discord_channel: ", "the bot may not do all it has to in channel "
	tests := []struct {
		name                 string
		stakeholders, digest string
		change               func(*discordfake.Server)
		want                 []string
	}{
		{"all is well", "3004", "3004", nil, nil},
		{"no such channels", "3008", "3009", nil, []string{
			"teams.platform.stakeholders.discord_channel: there is no channel 3008; copy its id anew", "digest.discord_channel: there is no channel 3009; copy its id anew",
		}},
		{"a role that may do little", "", "", func(d *discordfake.Server) {
			d.Deny(discordfake.ManageMessages, discordfake.ManageChannels, discordfake.ManageRoles, discordfake.CreateThreads)
		}, []string{team + lacks + "3001; give its role there: Create Public Threads, Manage Messages, Manage Channels, Manage Roles"}},
		{"one channel takes something from everybody", "", "3004", func(d *discordfake.Server) {
			d.Overwrite("3004", discordfake.Overwrite{ID: d.Options().Guild, Deny: "49152", Allow: "0"})
		}, []string{"digest.discord_channel: " + lacks + "3004; give its role there: Embed Links, Attach Files"}},
		{"and gives the bot a part of it", "", "3004", func(d *discordfake.Server) {
			d.Overwrite("3004", discordfake.Overwrite{ID: d.Options().Guild, Deny: "49152", Allow: "0"})
			d.Overwrite("3004", discordfake.Overwrite{ID: d.Options().ID, Type: 1, Deny: "0", Allow: "16384"})
		}, []string{"digest.discord_channel: " + lacks + "3004; give its role there: Attach Files"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, o := world(t)
			d.AddChannel("3004", "boss", discordfake.Text, false)
			if tt.change != nil {
				tt.change(d)
			}
			if got := New(o).Survey(t.Context(), everywhere(tt.stakeholders, tt.digest)); !slices.Equal(got, tt.want) {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestRemarksSayWhetherMessagesAreRead(t *testing.T) {
	const content = 1 << 15
	for _, tt := range []struct {
		name       string
		disallowed int
		key        string
		remarks    int
	}{
		{"the intent is on", 0, "", 0}, {"it is off", content, "", 1}, {"no reactions are heard over HTTP", content, "key", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := discordfake.New(discordfake.Options{Disallowed: tt.disallowed})
			server := httptest.NewServer(d)
			defer server.Close()
			o := Options{Token: d.Options().Token, APIURL: server.URL + "/api/v9/", PublicKey: tt.key}
			got := New(o).Remarks(t.Context())
			if len(got) != tt.remarks || tt.remarks > 0 && !strings.Contains(got[0], "Message Content is off") {
				t.Errorf("remarks %q", got)
			}
			o.Token = "old"
			if got := New(o).Remarks(t.Context()); len(got) > 0 {
				t.Errorf("with an old token %q", got)
			}
		})
	}
}

func TestSurveyStopsWhereMoreQuestionsAreOfNoUse(t *testing.T) {
	limited := func(path string) *discordfake.Response {
		if strings.HasPrefix(path, "channels/") {
			return discordfake.RateLimited()
		}
		return nil
	}
	down := func(string) *discordfake.Response {
		return &discordfake.Response{Status: http.StatusBadGateway, Body: "<html>"}
	}
	tests := []struct {
		name  string
		token string
		fault func(string) *discordfake.Response
		asked int
		want  string
	}{
		{"an old token", "old-secret", nil, 1, "DISCORD_BOT_TOKEN is not accepted; take it from the app's Bot page"},
		{"too many requests", "", limited, 2, "teams.platform.discord_channel: Discord limits our requests; try again in 30s; what comes after it was not looked at"},
		{"Discord is down", "", down, 1, `Discord can't be reached: "Exceeded Max retries HTTP 502 Bad Gateway, <html>"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, o := world(t)
			d.Fault(tt.fault)
			if tt.token != "" {
				o.Token = tt.token
			}
			got := New(o).Survey(t.Context(), roster("3001", "2001"))
			if len(got) != 1 || got[0] != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if n := len(d.Requests()); n != tt.asked {
				t.Errorf("asked %d times, want %d", n, tt.asked)
			}
			if strings.Contains(strings.Join(got, ""), "old-secret") {
				t.Error("a secret is told")
			}
		})
	}
	got := New(Options{Token: "x", APIURL: "nowhere"}).Survey(t.Context(), roster("3001", "2001"))
	if len(got) != 1 || !strings.Contains(got[0], "not-a-valid-DISCORD_API_URL") {
		t.Errorf("an address that is none: %q", got)
	}
}
