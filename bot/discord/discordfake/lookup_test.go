package discordfake_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/bwmarrin/discordgo"

	"github.com/earshot-oncall/earshot/bot/discord/discordfake"
)

func TestLookUps(t *testing.T) {
	tests := []struct {
		path string
		want []string // parts of the answer
		not  string
	}{
		{"users/@me", []string{`"id":"9000"`, `"bot":true`}, ""},
		{"users/@me/guilds", []string{`"id":"1000"`, `"id":"1001"`}, ""},
		{"guilds/1001", []string{`"name":"other"`, `"name":"@everyone"`}, ""},
		{"guilds/1000/channels", []string{`"id":"3001"`}, `"id":"3005"`},
		{"guilds/1001/channels", []string{`"id":"3005"`}, `"id":"3001"`},
		{"guilds/1000/roles", []string{`"name":"on call"`, `"position":10`}, ""},
		{"guilds/1000/members/2001", []string{`"username":"ana"`, `"roles":[]`}, ""},
		{"guilds/1000/members?limit=1&after=2001", []string{`"username":"ben"`}, "ana"},
		{"channels/3001/messages?limit=1", []string{"three"}, "two"},
		{"channels/3001/messages?limit=1&before=THREE", []string{"two"}, "three"},
		{"channels/3001/messages?limit=1&after=ONE", []string{"two"}, "three"},
		{"channels/3001/pins", []string{"one"}, "two"},
		{"channels/3001/messages/ONE/reactions/%F0%9F%91%80", []string{`"username":"ana"`}, "ben"},
		{"gateway", []string{`"url":"ws://discord.test/"`}, ""},
		{"gateway/bot", []string{`"shards":1`}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			fake := discordfake.New(discordfake.Options{})
			fake.AddGuild("1001", "other")
			fake.AddUser("2001", "ana", false)
			fake.AddUser("2002", "ben", false)
			fake.AddChannel(room, "platform", discordfake.Text, false)
			fake.AddGuildChannel("1001", "3005", "web", discordfake.Text, false)
			fake.AddRole("1000", "4001", "on call", 2)
			said := map[string]string{}
			for _, word := range []string{"one", "two", "three"} {
				m, err := fake.Say("2001", room, word)
				if err != nil {
					t.Fatal(err)
				}
				said[strings.ToUpper(word)] = m.ID
			}
			if err := fake.React("2001", said["ONE"], "👀"); err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(tt.path, "pins") {
				if status, _, answer := ask(t, fake, http.MethodPut, "channels/3001/pins/"+said["ONE"], ""); status != http.StatusNoContent {
					t.Fatalf("pin: %d %s", status, answer)
				}
			}
			path := tt.path
			for word, id := range said {
				path = strings.ReplaceAll(path, word, id)
			}
			status, _, answer := ask(t, fake, http.MethodGet, path, "")
			if status != http.StatusOK || tt.not != "" && strings.Contains(answer, tt.not) {
				t.Errorf("got %d %s", status, answer)
			}
			for _, part := range tt.want {
				if !strings.Contains(answer, part) {
					t.Errorf("got %s, want %s in it", answer, part)
				}
			}
		})
	}
}

func TestAnEditKeepsTheFilesItNames(t *testing.T) {
	tests := []struct {
		name, attachments string
		want              int
	}{
		{"one that names none keeps all", "", 1},
		{"one that names it keeps it", `,"attachments":[{"id":"ID"}]`, 1},
		{"one that takes them away", `,"attachments":[]`, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fake, bot := world(t, discordfake.Options{})
			m := text("report")
			m.Files = []*discordgo.File{{Name: "a.csv", ContentType: "text/csv", Reader: strings.NewReader("a,b")}}
			sent := post(t, bot, room, m)
			body := `{"content":"edited",` + mute + strings.Replace(tt.attachments, "ID", sent.Attachments[0].ID, 1) + `}`
			status, _, answer := ask(t, fake, http.MethodPatch, "channels/"+room+"/messages/"+sent.ID, body)
			var edited discordgo.Message
			if err := json.Unmarshal([]byte(answer), &edited); err != nil || status != http.StatusOK || len(edited.Attachments) != tt.want {
				t.Errorf("got %d %s", status, answer)
			}
			if got := fake.File(sent.ID, "a.csv"); (len(got) > 0) != (tt.want > 0) {
				t.Errorf("file = %q", got)
			}
		})
	}
}

func TestWhatAnAdministratorDeletesIsGone(t *testing.T) {
	fake, bot := world(t, discordfake.Options{})
	card := post(t, bot, room, text("Disk full"))
	thread, err := bot.ThreadStart(room, "a thread of its own", discordgo.ChannelTypeGuildPublicThread, 60)
	if err != nil || thread.ID == card.ID {
		t.Fatalf("thread = %+v, %v", thread, err)
	}
	role, err := bot.GuildRoleCreate("1000", &discordgo.RoleParams{Name: "on call"})
	if err != nil {
		t.Fatal(err)
	}
	if err := bot.GuildMemberRoleAdd("1000", "2001", role.ID); err != nil {
		t.Fatal(err)
	}
	if err := bot.GuildRoleDelete("1000", role.ID); err != nil || len(fake.RolesOf("2001")) != 0 {
		t.Errorf("the role is still had: %q, %v", fake.RolesOf("2001"), err)
	}
	if slices.ContainsFunc(fake.Roles("1000"), func(r discordfake.Role) bool { return r.ID == role.ID }) {
		t.Errorf("roles = %+v", fake.Roles("1000"))
	}
	fake.Delete(card.ID)
	if _, err := bot.ChannelMessage(room, card.ID); code(t, err) != discordgo.ErrCodeUnknownMessage {
		t.Errorf("the message: %v", err)
	}
	fake.Delete(room)
	for _, id := range []string{room, thread.ID} {
		if _, err := bot.Channel(id); code(t, err) != discordgo.ErrCodeUnknownChannel {
			t.Errorf("channel %s: %v", id, err)
		}
	}
}
