package discordfake_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/bot/discord/discordfake"
)

// ask sends a request as it is, and returns the status, Discord's code and the answer.
func ask(t *testing.T, fake *discordfake.Server, method, path, body string) (status, code int, answer string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, "http://discord.test/some/base/v9/"+path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bot "+fake.Options().Token)
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	fake.ServeHTTP(w, r)
	var p struct {
		Code int `json:"code"`
	}
	_ = json.Unmarshal(w.Body.Bytes(), &p)
	return w.Code, p.Code, w.Body.String()
}

// many is a list of n things, each with its number.
func many(n int, format string) string {
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf(format, i))
	}
	return "[" + strings.Join(list, ",") + "]"
}

const mute = `"allowed_mentions":{"parse":[]}`

func TestMessagesKeepDiscordsLimits(t *testing.T) {
	long := func(n int) string { return strings.Repeat("ä", n) }
	embed := func(body string) string { return `"embeds":[{` + body + `}]` }
	buttons := func(n int) string {
		return `{"type":1,"components":` + many(n, `{"type":2,"style":1,"label":"a","custom_id":"c%d"}`) + `}`
	}
	row := func(components string) string {
		return `"components":[{"type":1,"components":[` + components + `]}]`
	}
	menu := func(options, more string) string {
		return row(`{"type":3,"custom_id":"m","options":` + options + more + `}`)
	}
	const option = `{"label":"l%d","value":"v%[1]d"}`
	tests := []struct {
		name  string
		body  string
		field string // the one refused; empty: taken
	}{
		{"2000 characters", `"content":"` + long(2000) + `"`, ""},
		{"2001 characters", `"content":"` + long(2001) + `"`, "content"},
		{"10 embeds", `"embeds":` + many(10, `{"title":"%d"}`), ""},
		{"11 embeds", `"embeds":` + many(11, `{"title":"%d"}`), "embeds"},
		{"a title of 257", embed(`"title":"` + long(257) + `"`), "title"},
		{"a description of 4096", embed(`"description":"` + long(4096) + `"`), ""},
		{"a description of 4097", embed(`"description":"` + long(4097) + `"`), "description"},
		{"25 fields", embed(`"fields":` + many(25, `{"name":"n%d","value":"v"}`)), ""},
		{"26 fields", embed(`"fields":` + many(26, `{"name":"n%d","value":"v"}`)), "fields"},
		{"a field's name of 257", embed(`"fields":[{"name":"` + long(257) + `","value":"v"}]`), "name"},
		{"a field without a value", embed(`"fields":[{"name":"n","value":" "}]`), "value"},
		{"a field's value of 1025", embed(`"fields":[{"name":"n","value":"` + long(1025) + `"}]`), "value"},
		{"a footer of 2049", embed(`"title":"t","footer":{"text":"` + long(2049) + `"}`), "text"},
		{"6001 characters in all", `"embeds":[{"description":"` + long(4000) + `"},{"description":"` + long(2001) + `"}]`, "embeds"},
		{"an embed of nothing", embed(`"color":1`), "0"},
		{"an address that is none", embed(`"title":"t","url":"javascript:1"`), "url"},
		{"a colour too high", embed(`"title":"t","color":16777216`), "color"},
		{"a moment that is none", embed(`"title":"t","timestamp":"today"`), "timestamp"},
		{"five buttons in a row", `"components":[` + buttons(5) + `]`, ""},
		{"six buttons in a row", `"components":[` + buttons(6) + `]`, "components"},
		{"six rows", `"components":` + many(6, `{"type":1,"components":[{"type":2,"style":1,"label":"a","custom_id":"r%d"}]}`), "components"},
		{"a custom id twice", `"components":[` + buttons(1) + "," + buttons(1) + `]`, "custom_id"},
		{"a custom id of 101", row(`{"type":2,"style":1,"label":"a","custom_id":"` + long(101) + `"}`), "custom_id"},
		{"a button without a custom id", row(`{"type":2,"style":1,"label":"a"}`), "custom_id"},
		{"a label of 81", row(`{"type":2,"style":1,"label":"` + long(81) + `","custom_id":"c"}`), "label"},
		{"a button without label and emoji", row(`{"type":2,"style":1,"custom_id":"c"}`), "0"},
		{"a style that is none", row(`{"type":2,"style":9,"label":"a","custom_id":"c"}`), "style"},
		{"a link", row(`{"type":2,"style":5,"label":"a","url":"https://example.com"}`), ""},
		{"a link with a custom id", row(`{"type":2,"style":5,"label":"a","url":"https://example.com","custom_id":"c"}`), "0"},
		{"a link to nowhere", row(`{"type":2,"style":5,"label":"a"}`), "url"},
		{"a component outside a row", `"components":[{"type":2,"style":1,"label":"a","custom_id":"c"}]`, "type"},
		{"a text input in a message", row(`{"type":4,"style":1,"label":"a","custom_id":"c"}`), "type"},
		{"25 options", menu(many(25, option), ""), ""},
		{"26 options", menu(many(26, option), ""), "options"},
		{"no options", menu("[]", ""), "options"},
		{"an option's value twice", menu(`[{"label":"a","value":"v"},{"label":"b","value":"v"}]`, ""), "value"},
		{"an option's label of 101", menu(`[{"label":"`+long(101)+`","value":"v"}]`, ""), "label"},
		{"an option's description of 101", menu(`[{"label":"a","value":"v","description":"`+long(101)+`"}]`, ""), "description"},
		{"a placeholder of 151", menu(many(1, option), `,"placeholder":"`+long(151)+`"`), "placeholder"},
		{"more values than options", menu(many(1, option), `,"max_values":2`), "max_values"},
		{"a menu of people", row(`{"type":5,"custom_id":"who"}`), ""},
		{"a menu beside a button", row(`{"type":5,"custom_id":"who"},{"type":2,"style":1,"label":"a","custom_id":"c"}`), "0"},
		{"a nonce of 25", `"content":"a","nonce":"` + strings.Repeat("n", 25) + `"`, ""},
		{"a nonce of 26", `"content":"a","nonce":"` + strings.Repeat("n", 26) + `"`, "nonce"},
		{"a nonce that is a number", `"content":"a","nonce":42`, ""},
		{"an ephemeral message outside an answer", `"content":"a","flags":64`, "flags"},
		{"flags that can't be set", `"content":"a","flags":2`, "flags"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fake := discordfake.New(discordfake.Options{})
			fake.AddChannel(room, "platform", discordfake.Text, false)
			status, code, answer := ask(t, fake, http.MethodPost, "channels/"+room+"/messages", "{"+mute+","+tt.body+"}")
			if tt.field == "" {
				if status != http.StatusOK {
					t.Errorf("refused: %d %s", status, answer)
				}
				return
			}
			if status != http.StatusBadRequest || code != 50035 || !strings.Contains(answer, `"`+tt.field+`":{"_errors":[{"code":"`) {
				t.Errorf("got %d %.300s, want field %q refused", status, answer, tt.field)
			}
			if len(fake.Messages(room)) != 0 {
				t.Error("the message was posted all the same")
			}
		})
	}
}

func TestRequestsAreRefusedWithDiscordsCodes(t *testing.T) {
	const content = `{"content":"a",` + mute + `}`
	tests := []struct {
		name, method, path, body string
		status, code             int
	}{
		{"an empty message", "POST", "channels/3001/messages", "{" + mute + "}", 400, 50006},
		{"a body that is no JSON", "POST", "channels/3001/messages", "{", 400, 50035},
		{"no such channel", "POST", "channels/3009/messages", content, 404, 10003},
		{"a hidden channel", "POST", "channels/3002/messages", content, 403, 50001},
		{"a name in place of an id", "GET", "channels/platform", "", 400, 50035},
		{"no such message", "GET", "channels/3001/messages/1", "", 404, 10008},
		{"too many messages at once", "GET", "channels/3001/messages?limit=101", "", 400, 50035},
		{"no such user", "GET", "users/2009", "", 404, 10013},
		{"no such guild", "GET", "guilds/1009", "", 404, 10004},
		{"no such member", "GET", "guilds/1000/members/2003", "", 404, 10007},
		{"no such role", "PUT", "guilds/1000/members/2001/roles/1", "", 404, 10011},
		{"a role above the bot's", "PUT", "guilds/1000/members/2001/roles/4001", "", 403, 50013},
		{"a message to a bot", "POST", "users/@me/channels", `{"recipient_id":"9000"}`, 400, 50033},
		{"a topic of 1025", "PATCH", "channels/3001", `{"topic":"` + strings.Repeat("t", 1025) + `"}`, 400, 50035},
		{"a name of 101", "PATCH", "channels/3001", `{"name":"` + strings.Repeat("t", 101) + `"}`, 400, 50035},
		{"a channel archived", "PATCH", "channels/3001", `{"archived":true}`, 400, 50024},
		{"a channel without a name", "POST", "guilds/1000/channels", `{"type":0}`, 400, 50035},
		{"a role with a long name", "POST", "guilds/1000/roles", `{"name":"` + strings.Repeat("r", 101) + `"}`, 400, 50035},
		{"another's application", "PUT", "applications/1/guilds/1000/commands", `[]`, 404, 10002},
		{"another's guild", "PUT", "applications/9000/guilds/1009/commands", `[]`, 403, 50001},
		{"no such interaction", "POST", "interactions/1/token/callback", `{"type":5}`, 404, 10062},
		{"no such webhook", "POST", "webhooks/9000/token", content, 404, 10015},
		{"no such path", "GET", "stickers", "", 404, 0},
		{"no such method", "PUT", "channels/3001", "", 405, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fake := discordfake.New(discordfake.Options{})
			fake.AddUser("2001", "ana", false)
			fake.AddUser("2003", "cy", false)
			fake.Leave("1000", "2003")
			fake.AddRole("1000", "4001", "boss", 11)
			fake.AddChannel("3001", "platform", discordfake.Text, false)
			fake.AddChannel("3002", "secret", discordfake.Text, true)
			if status, code, answer := ask(t, fake, tt.method, tt.path, tt.body); status != tt.status || code != tt.code {
				t.Errorf("got %d %s, want %d with code %d", status, answer, tt.status, tt.code)
			}
		})
	}
}

func TestPowersThatTheBotLacksAreRefused(t *testing.T) {
	tests := []struct {
		power              discordfake.Power
		method, path, body string
	}{
		{discordfake.SendMessages, "POST", "channels/3001/messages", `{"content":"a",` + mute + `}`},
		{discordfake.ManageMessages, "PUT", "channels/3001/pins/MESSAGE", ""},
		{discordfake.ManageMessages, "DELETE", "channels/3001/messages/MESSAGE", ""},
		{discordfake.CreateThreads, "POST", "channels/3001/messages/MESSAGE/threads", `{"name":"a"}`},
		{discordfake.AddReactions, "PUT", "channels/3001/messages/MESSAGE/reactions/%F0%9F%91%80/@me", ""},
		{discordfake.ManageChannels, "PATCH", "channels/3001", `{"topic":"a"}`},
		{discordfake.ManageChannels, "POST", "guilds/1000/channels", `{"name":"a"}`},
		{discordfake.ManageChannels, "DELETE", "channels/3001", ""},
		{discordfake.ManageRoles, "POST", "guilds/1000/roles", `{"name":"a"}`},
		{discordfake.ManageRoles, "PUT", "guilds/1000/members/2001/roles/4001", ""},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%s for %s %s", tt.power, tt.method, tt.path), func(t *testing.T) {
			fake := discordfake.New(discordfake.Options{})
			fake.AddUser("2001", "ana", false)
			fake.AddRole("1000", "4001", "oncall", 1)
			fake.AddChannel("3001", "platform", discordfake.Text, false)
			said, err := fake.Say("2001", "3001", "hello")
			if err != nil {
				t.Fatal(err)
			}
			path := strings.ReplaceAll(tt.path, "MESSAGE", said.ID)
			fake.Deny(tt.power)
			if status, code, answer := ask(t, fake, tt.method, path, tt.body); status != http.StatusForbidden || code != 50013 {
				t.Errorf("without the power: %d %s", status, answer)
			}
			fake.Allow(tt.power)
			if status, _, answer := ask(t, fake, tt.method, path, tt.body); status >= 300 {
				t.Errorf("with it: %d %s", status, answer)
			}
		})
	}
}
