package acceptance

import (
	"fmt"
	"maps"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/bot/discord/discordfake"
)

// People and the channel in Discord; ben is there alone, ana in Slack, too.
var discordIDs = map[string]string{"ana": "2001", "ben": "2002", "dina": "2003", "paul": "2004"}

const (
	room         = "3001"
	discordToken = "canary-discord-token-31c8"
)

// both is a configuration of people and a team on both platforms.
func both() string {
	config := configuration(map[string]string{
		"ana": "{after: 0s, via: chat}",
		"ben": "{after: 0s, via: chat, every: 1s, times: 60}",
	}, `
teams:
  platform:
    name: Platform
    slack_channel: C0PLATFORM
    discord_channel: "3001"
    members: [ana, ben, hal, paul]
    announce: {role: "500", topic: true}
    schedules:
      techops: {layers: [{participants: [ana], shift: 1w, start: 2020-01-06T09:00}]}
    policies:
      default:
        tiers:
          - {page: [schedule:techops], wait: 1h}
          - {page: [person:ben], wait: 1h}
        fallback: [channel]
`)
	for key, id := range discordIDs {
		slack := fmt.Sprintf("    slack: %s\n", slackIDs[key])
		own := fmt.Sprintf("    discord: %q\n", id)
		if key != "ben" {
			own += slack
		}
		config = strings.Replace(config, slack, own, 1)
	}
	return config
}

// A duo is a world with a Discord server beside the workspace.
type duo struct {
	*world
	discord *discordfake.Server
}

// newDuo prepares both. Interactions come over HTTP, or over the gateway.
func newDuo(t *testing.T, gateway bool) duo {
	t.Helper()
	w := duo{newWorld(t, both()), discordfake.New(discordfake.Options{Token: discordToken})}
	site := httptest.NewServer(w.discord)
	t.Cleanup(site.Close)
	t.Cleanup(w.discord.Close)
	for _, key := range slices.Sorted(maps.Keys(discordIDs)) {
		w.discord.AddUser(discordIDs[key], key, false)
	}
	w.discord.AddUser("2009", "mallory", false)
	w.discord.AddChannel(room, "platform", discordfake.Text, false)
	w.discord.AddRole(w.discord.Options().Guild, "500", "on call", 5)
	w.env["DISCORD_BOT_TOKEN"], w.env["DISCORD_API_URL"] = discordToken, site.URL+"/api/v9/"
	if !gateway {
		w.env["DISCORD_PUBLIC_KEY"] = w.discord.PublicKey()
		w.discord.SetEndpoint(w.base() + "/discord/interactions")
	}
	t.Cleanup(func() {
		if v := w.discord.Violations(); len(v) > 0 {
			t.Errorf("violations: %q", v)
		}
	})
	return w
}

// begin starts earshot and waits until it hears Discord.
func (w duo) begin(gateway bool) *program {
	w.t.Helper()
	p := w.start()
	until(w.t, "the commands are registered", func() bool { return len(w.discord.Commands(w.discord.Options().Guild)) > 0 })
	if gateway {
		until(w.t, "the gateway is connected", func() bool { return w.discord.Connected() == 1 })
	}
	return p
}

// show waits until the one card of an incident in Discord says all these words.
func (w duo) show(id string, words ...string) discordfake.Message {
	w.t.Helper()
	var last discordfake.Message
	until(w.t, "the card of "+id+" in Discord says "+strings.Join(words, ", "), func() bool {
		var cards []discordfake.Message
		for _, m := range w.discord.Messages(room) {
			if m.Content == "" && names(m.Text(), id) {
				cards = append(cards, m)
			}
		}
		if len(cards) > 1 {
			w.t.Fatalf("%d cards of %s", len(cards), id)
		}
		if len(cards) == 1 {
			last = cards[0]
		}
		return len(cards) == 1 && !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(last.Text(), word) })
	})
	return last
}

// types sends a slash command and returns the answer, which the speaker alone sees.
func (w duo) types(person, line string, options map[string]string) string {
	w.t.Helper()
	answer, err := w.discord.Command(discordIDs[person], room, line, options)
	if err != nil {
		w.t.Fatalf("/%s: %v", line, err)
	}
	if !answer.Ephemeral() {
		w.t.Errorf("/%s: everybody sees %q", line, answer.Message.Text())
	}
	return answer.Message.Text()
}

// TestOneIncidentOnTwoPlatforms presses on either card, over both ways in.
func TestOneIncidentOnTwoPlatforms(t *testing.T) {
	t.Parallel()
	for _, gateway := range []bool{false, true} {
		t.Run(fmt.Sprint("gateway ", gateway), func(t *testing.T) {
			t.Parallel()
			w := newDuo(t, gateway)
			w.begin(gateway)
			id := w.send(triggered("Queue is stuck", ""))
			w.card(platform, id, "Ana Ortiz by chat")
			card := w.show(id, "Ana Ortiz by chat")
			if _, err := w.discord.Press(discordIDs["dina"], card.ID, "v1:ack:"+id); err != nil {
				t.Fatal(err)
			}
			w.show(id, "acknowledged by Dina Haddad after ")
			w.card(platform, id, "acknowledged by Dina Haddad after ")
			slack := w.cards(platform, id)[0]
			if err := w.click("ana", slack.TS, "resolve"); err != nil {
				t.Fatal(err)
			}
			w.card(platform, id, "resolved by Ana Ortiz after ")
			if done := w.show(id, "resolved by Ana Ortiz after "); len(done.Controls()) != 0 {
				t.Errorf("the card in Discord still has %q", done.Controls())
			}
			until(t, "the thread tells the story", func() bool {
				var told []string
				for _, m := range w.discord.Messages(card.ID) {
					told = append(told, m.Text())
				}
				return strings.Contains(strings.Join(told, "\n"), "resolved by Ana Ortiz")
			})
		})
	}
}

// TestAPageByDiscord goes to ben, who has no Slack; to ana it goes where Slack is down.
func TestAPageByDiscord(t *testing.T) {
	t.Parallel()
	w := newDuo(t, true)
	w.begin(true)
	id := w.send(triggered("Disk is full", ""))
	w.card(platform, id, "Ana Ortiz by chat")
	if n := len(w.discord.DMs(discordIDs["ana"])); n != 0 {
		t.Errorf("ana is paged %d times in Discord, too", n)
	}
	w.types("ana", "oncall escalate", map[string]string{"id": id})
	until(t, "ben is paged", func() bool { return len(w.discord.DMs(discordIDs["ben"])) > 0 })
	page := w.discord.DMs(discordIDs["ben"])[0]
	if !strings.Contains(page.Text(), "You are paged: "+id) {
		t.Errorf("ben reads %q", page.Text())
	}
	if _, err := w.discord.Press(discordIDs["ben"], page.ID, "v1:ack:"+id); err != nil {
		t.Fatal(err)
	}
	w.state(id, "acknowledged")
	until(t, "the page says so", func() bool {
		return strings.Contains(w.discord.DMs(discordIDs["ben"])[0].Text(), "acknowledged by Ben Adeyemi")
	})
	w.slack.FailAll(503)
	second := w.send(triggered("Slack is down", ""))
	until(t, "ana is paged in Discord", func() bool {
		return slices.ContainsFunc(w.discord.DMs(discordIDs["ana"]), func(m discordfake.Message) bool { return names(m.Text(), second) })
	})
	w.slack.Heal()
}

// TestTheWordsInDiscord types, completes and fills in.
func TestTheWordsInDiscord(t *testing.T) {
	t.Parallel()
	w := newDuo(t, false)
	w.begin(false)
	if err := w.discord.Validate(); err != nil {
		t.Error(err)
	}
	first := w.send(triggered("First of two", ""))
	second := w.send(triggered("Second of two", ""))
	w.show(first)
	w.show(second)
	offered, err := w.discord.Autocomplete(discordIDs["ben"], room, "oncall ack", map[string]string{"id": "first"}, "id")
	if err != nil || len(offered.Choices) != 1 || offered.Choices[0].Value != first {
		t.Fatalf("offered %+v, %v", offered.Choices, err)
	}
	span, err := w.discord.Autocomplete(discordIDs["ben"], room, "oncall override", map[string]string{"for": "2h"}, "for")
	if err != nil || len(span.Choices) != 1 || !strings.Contains(span.Choices[0].Name, "London time") {
		t.Fatalf("offered %+v, %v", span.Choices, err)
	}
	for _, tt := range []struct {
		line    string
		options map[string]string
		want    string
	}{
		{"oncall who", nil, "platform/techops: Ana Ortiz"},
		{"oncall list", nil, "2 open incidents"},
		{"oncall ack", map[string]string{"id": first}, first + " acknowledged"},
		{"oncall resolve", map[string]string{"id": second, "text": "it was the cache"}, second + " resolved"},
		{"oncall override", map[string]string{"team": "platform/techops", "person": "@ben", "for": "2h"}, "Ben Adeyemi"},
		{"oncall who", map[string]string{"team": "platform"}, "Ben Adeyemi"},
		{"oncall help", map[string]string{"text": "ack"}, "ack ID"},
	} {
		if got := w.types("ben", tt.line, tt.options); !strings.Contains(got, tt.want) {
			t.Errorf("/%s %v: %q, want %q in it", tt.line, tt.options, got, tt.want)
		}
	}
	form, err := w.discord.Command(discordIDs["ben"], room, "oncall note", map[string]string{"id": first})
	if err != nil || form.Modal == nil {
		t.Fatalf("answer %+v, %v, want a form", form, err)
	}
	if told, err := w.discord.Submit(discordIDs["ben"], form, map[string]string{"text": "disk is on its way"}); err != nil || !strings.Contains(told.Message.Text(), "Noted on "+first) {
		t.Errorf("answer %+v, %v", told, err)
	}
	until(t, "the role follows the override", func() bool {
		return slices.Equal(w.discord.RolesOf(discordIDs["ben"]), []string{"500"}) && len(w.discord.RolesOf(discordIDs["ana"])) == 0
	})
	until(t, "the topic follows the override", func() bool { return strings.Contains(w.discord.Topic(room), "Ben Adeyemi") })
	if stranger, err := w.discord.Command("2009", room, "oncall override", map[string]string{"team": "platform", "person": "@ana", "for": "2h"}); err != nil || !strings.Contains(stranger.Message.Text(), "Only Platform's members") {
		t.Errorf("a stranger is answered %+v, %v", stranger.Message.Text(), err)
	}
}

// TestDiscordAlone runs without any Slack.
func TestDiscordAlone(t *testing.T) {
	t.Parallel()
	w := newDuo(t, true)
	delete(w.env, "SLACK_BOT_TOKEN")
	delete(w.env, "SLACK_SIGNING_SECRET")
	p := w.begin(true)
	id := w.send(triggered("Disk is full", ""))
	card := w.show(id, "Ana Ortiz by chat")
	until(t, "ana is paged", func() bool { return len(w.discord.DMs(discordIDs["ana"])) > 0 })
	p.kill()
	if _, err := w.discord.Press(discordIDs["ana"], card.ID, "v1:ack:"+id); err == nil {
		t.Error("a click while nobody listens is answered")
	}
	next := w.begin(true)
	if state := w.incident(id).State; state != "triggered" {
		t.Errorf("the missed click made it %s", state)
	}
	if _, err := w.discord.Press(discordIDs["ana"], card.ID, "v1:resolve:"+id); err != nil {
		t.Fatal(err)
	}
	w.show(id, "resolved by Ana Ortiz")
	if strings.Contains(p.words()+next.words(), discordToken) {
		t.Error("the token is in the log")
	}
}
