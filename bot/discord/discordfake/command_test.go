package discordfake_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/bot/discord/discordfake"
)

func TestCommandsKeepDiscordsLimits(t *testing.T) {
	command := func(name, more string) string {
		return `{"name":"` + name + `","description":"d"` + more + `}`
	}
	options := func(list string) string { return command("oncall", `,"options":`+list) }
	option := func(kind, more string) string {
		return options(`[{"type":` + kind + `,"name":"o","description":"d"` + more + `}]`)
	}
	sub := func(kind, below string) string {
		return `{"type":` + kind + `,"name":"s","description":"d","options":[` + below + `]}`
	}
	const word = `{"type":3,"name":"w","description":"d"}`
	wordy := `{"type":3,"name":"w%d","description":"` + strings.Repeat("d", 100) + `"}`
	tests := []struct {
		name, command string
		field         string // the one refused; empty: taken
	}{
		{"a plain one", command("oncall", ""), ""},
		{"a name of 33", command(strings.Repeat("n", 33), ""), "name"},
		{"a name in capitals", command("Oncall", ""), "name"},
		{"a name of two words", command("on call", ""), "name"},
		{"no description", `{"name":"oncall"}`, "description"},
		{"a description of 101", `{"name":"oncall","description":"` + strings.Repeat("d", 101) + `"}`, "description"},
		{"a command twice", command("oncall", "") + "," + command("oncall", ""), "name"},
		{"a command of another type", command("oncall", `,"type":2`), "type"},
		{"a line in the menu of messages", `{"type":3,"name":"Add to it"}`, ""},
		{"a line in the menu with a description", `{"type":3,"name":"Add to it","description":"d"}`, "0"},
		{"a line in the menu of 33", `{"type":3,"name":"` + strings.Repeat("N", 33) + `"}`, "name"},
		{"25 subcommands", options(many(25, `{"type":1,"name":"s%d","description":"d"}`)), ""},
		{"26 subcommands", options(many(26, `{"type":1,"name":"s%d","description":"d"}`)), "options"},
		{"a group of subcommands", options("[" + sub("2", sub("1", word)) + "]"), ""},
		{"an empty group", options("[" + sub("2", "") + "]"), "options"},
		{"a group in a group", options("[" + sub("2", sub("2", word)) + "]"), "type"},
		{"a subcommand in a subcommand", options("[" + sub("1", sub("1", word)) + "]"), "type"},
		{"a word beside a subcommand", options("[" + sub("1", word) + "," + word + "]"), "options"},
		{"a word twice", options("[" + word + "," + word + "]"), "name"},
		{"a required word after one that isn't", options("[" + word + `,{"type":3,"name":"r","description":"d","required":true}]`), "1"},
		{"a type that is none", option("12", ""), "type"},
		{"an autocompletion of words", option("3", `,"autocomplete":true`), ""},
		{"an autocompletion of users", option("6", `,"autocomplete":true`), "0"},
		{"an autocompletion beside choices", option("3", `,"autocomplete":true,"choices":[{"name":"a","value":"a"}]`), "autocomplete"},
		{"26 choices", option("3", `,"choices":`+many(26, `{"name":"n%d","value":"v"}`)), "choices"},
		{"a choice's name of 101", option("3", `,"choices":[{"name":"`+strings.Repeat("n", 101)+`","value":"v"}]`), "name"},
		{"a choice's value of 101", option("3", `,"choices":[{"name":"n","value":"`+strings.Repeat("v", 101)+`"}]`), "value"},
		{"more than 8000 characters", options(many(25, `{"type":1,"name":"s%d","description":"d","options":`+many(4, wordy)+`}`)), "0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fake := discordfake.New(discordfake.Options{})
			status, code, answer := ask(t, fake, http.MethodPut, "applications/9000/guilds/1000/commands", "["+tt.command+"]")
			if tt.field == "" {
				if status != http.StatusOK || len(fake.Commands("1000")) != 1 {
					t.Errorf("refused: %d %s", status, answer)
				}
				return
			}
			if status != http.StatusBadRequest || code != 50035 || !strings.Contains(answer, `"`+tt.field+`":{"_errors":[{"code":"`) {
				t.Errorf("got %d %.300s, want field %q refused", status, answer, tt.field)
			}
			if len(fake.Commands("1000")) != 0 {
				t.Error("it was registered all the same")
			}
		})
	}
}

func TestAMessageIsChosenInItsMenu(t *testing.T) {
	fake := discordfake.New(discordfake.Options{})
	fake.AddUser("2001", "ana", false)
	fake.AddChannel(room, "platform", discordfake.Text, false)
	said, err := fake.Say("2001", room, "it is the cache")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fake.Choose("2001", said.ID, "Add to it"); err == nil {
		t.Error("a command that nobody registered was chosen")
	}
	if status, _, answer := ask(t, fake, http.MethodPut, "applications/9000/guilds/1000/commands",
		`[{"type":3,"name":"oncall"},{"name":"oncall","description":"d"}]`); status != http.StatusOK {
		t.Fatalf("register: %d %s", status, answer)
	}
	got := make(chan []byte, 1)
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got <- body
		_, _ = w.Write([]byte(`{"type":4,"data":{"content":"noted","flags":64,"allowed_mentions":{"parse":[]}}}`))
	}))
	defer app.Close()
	fake.SetEndpoint(app.URL)
	if told, err := fake.Choose("2001", said.ID, "oncall"); err != nil || told.Message.Content != "noted" {
		t.Fatalf("answer %+v, %v", told, err)
	}
	body := string(<-got)
	for _, want := range []string{`"type":3}`, `"target_id":"` + said.ID + `"`, `"content":"it is the cache"`} {
		if !strings.Contains(body, want) {
			t.Errorf("the app is told %s, want %s in it", body, want)
		}
	}
}

func TestCommandsAreReplacedAndKeepTheirIDs(t *testing.T) {
	fake, bot := world(t, discordfake.Options{})
	register(t, bot, fake)
	id := fake.Commands("1000")[0].ID
	register(t, bot, fake)
	listed, err := bot.ApplicationCommands("9000", "1000")
	if err != nil || len(listed) != 1 || listed[0].ID != id {
		t.Errorf("listed %+v, %v, want one with id %s", listed, err, id)
	}
	if _, err := bot.ApplicationCommandBulkOverwrite("9000", "1000", nil); err != nil || len(fake.Commands("1000")) != 0 {
		t.Errorf("after none: %+v, %v", fake.Commands("1000"), err)
	}
	if _, err := fake.Command("2001", room, "oncall who", nil); err == nil {
		t.Error("a command that is gone was sent")
	}
}
