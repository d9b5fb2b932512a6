package acceptance

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/bot/discord/discordfake"
)

// bossRoom is the stakeholders' channel in Discord.
const bossRoom = "3009"

// bigger is both with everything that a big incident needs.
func bigger() string {
	return strings.Replace(both(), "    announce:", `    stakeholders: {discord_channel: "3009"}
    call: https://meet.example.com/{id}
    room: {archive: 1s}
    announce:`, 1)
}

// channelOf waits for the one channel in Discord that was opened for an incident.
func (w duo) channelOf(id string) (found discordfake.Channel) {
	w.t.Helper()
	until(w.t, "there is one room of "+id, func() bool {
		all := slices.DeleteFunc(w.discord.Channels(w.discord.Options().Guild), func(c discordfake.Channel) bool {
			return !strings.HasPrefix(c.Name, strings.ToLower(id)+"-")
		})
		if len(all) > 1 {
			w.t.Fatalf("%d rooms of %s: %+v", len(all), id, all)
		}
		if len(all) == 1 {
			found = all[0]
		}
		return len(all) == 1
	})
	return found
}

// reads waits for a message in a channel of Discord that says all these words.
func (w duo) reads(channel string, words ...string) (found discordfake.Message) {
	w.t.Helper()
	until(w.t, "a message in "+channel+" says "+strings.Join(words, ", "), func() bool {
		for _, m := range w.discord.Messages(channel) {
			if !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(m.Text(), word) }) {
				found = m
				return true
			}
		}
		return false
	})
	return found
}

// in sends a slash command in a channel and wants words in its answer.
func (w duo) in(channel, person, line string, options map[string]string, want string) {
	w.t.Helper()
	answer, err := w.discord.Command(discordIDs[person], channel, line, options)
	if err != nil || !strings.Contains(answer.Message.Text(), want) {
		w.t.Fatalf("/%s %v: %q, %v, want %q in it", line, options, answer.Message.Text(), err, want)
	}
}

// TestABigIncidentInDiscord opens a room, works in it, tells the stakeholders and closes
// it, over both ways in.
func TestABigIncidentInDiscord(t *testing.T) {
	t.Parallel()
	for _, gateway := range []bool{false, true} {
		t.Run(fmt.Sprint("gateway ", gateway), func(t *testing.T) {
			t.Parallel()
			w := newDuo(t, gateway)
			w.write(bigger())
			w.discord.AddChannel(bossRoom, "boss", discordfake.Text, false)
			w.begin(gateway)
			id := w.send(triggered("Shop is down <everywhere>", ""))
			card := w.show(id, "meet.example.com/"+strings.ToLower(id))
			w.in(room, "ben", "oncall more room", map[string]string{"id": id}, "A room for "+id+" is being opened")
			big := w.channelOf(id)
			called := w.reads(big.ID, "this is the room of "+id)
			if !strings.Contains(called.Content, "<@"+discordIDs["ana"]+">") || !strings.Contains(called.Content, "<@"+discordIDs["ben"]+">") {
				t.Errorf("called into it: %q", called.Content)
			}
			until(t, "its card is pinned", func() bool {
				return slices.ContainsFunc(w.discord.Pinned(big.ID), func(m discordfake.Message) bool { return names(m.Text(), id) })
			})
			until(t, "its topic links the thread", func() bool {
				c, _ := w.discord.Channel(big.ID)
				return strings.Contains(c.Topic, "nobody leads yet") && strings.Contains(c.Topic, room+"/"+card.ID)
			})
			w.show(id, big.Name)
			w.reads(card.ID, `room: \#`+big.Name)

			w.in(big.ID, "dina", "oncall ack", nil, id+" acknowledged")
			w.show(id, "acknowledged by Dina Haddad")
			w.card(platform, id, "acknowledged by Dina Haddad")
			w.reads(big.ID, id, "acknowledged by Dina Haddad")
			if gateway {
				if _, err := w.discord.Say(discordIDs["ben"], big.ID, "<@"+w.discord.Options().ID+"> note it was the cache"); err != nil {
					t.Fatal(err)
				}
				w.reads(card.ID, "it was the cache")
			}

			w.in(big.ID, "ben", "oncall more status", map[string]string{"text": "identified next 30m a *bad* deploy"}, "Stakeholders are told")
			first := w.reads(bossRoom, id, "identified", `a \*bad\* deploy`, "Next update by ")
			w.in(room, "ben", "oncall more status", map[string]string{"id": id, "text": "monitoring rolled back"}, "Stakeholders are told")
			if newest := w.reads(bossRoom, id, "monitoring", "rolled back"); newest.ID != first.ID {
				t.Errorf("a second message: %s", newest.Text())
			}
			w.reads(first.ID, `identified: a \*bad\* deploy`)
			w.reads(first.ID, "monitoring: rolled back")

			w.in(room, "dina", "oncall resolve", map[string]string{"id": id}, "resolved")
			w.reads(big.ID, "Summary of "+id, "Resolved by Dina Haddad")
			until(t, "the room is closed", func() bool {
				c, _ := w.discord.Channel(big.ID)
				return len(c.Overwrites) == 1 && c.Overwrites[0].Deny != "0"
			})
			w.show(id, "resolved by Dina Haddad")
		})
	}
}

// TestARoomThatDiscordRefusesIsSaid has the bot lack a permission: the thread says what,
// and the incident goes on.
func TestARoomThatDiscordRefusesIsSaid(t *testing.T) {
	t.Parallel()
	w := newDuo(t, false)
	w.write(bigger())
	w.discord.Deny(discordfake.ManageChannels)
	w.begin(false)
	id := w.send(triggered("Shop is down", ""))
	card := w.show(id)
	w.in(room, "ben", "oncall more room", map[string]string{"id": id}, "is being opened")
	w.reads(card.ID, "no room: Discord: Missing Permissions", "lacks a permission in Discord")
	w.discord.Allow(discordfake.ManageChannels)
	w.in(room, "ben", "oncall more room", map[string]string{"id": id}, "is being opened")
	w.channelOf(id)
}

// TestTheMenuOfAMessageInDiscord marks what was said outside of any thread, and in one.
func TestTheMenuOfAMessageInDiscord(t *testing.T) {
	t.Parallel()
	w := newDuo(t, false)
	w.begin(false)
	first := w.send(triggered("First", ""))
	second := w.send(triggered("Second", ""))
	card := w.show(first)
	w.show(second)
	const line = "Add to incident timeline"
	outside, err := w.discord.Say("2009", room, "customers call")
	if err != nil {
		t.Fatal(err)
	}
	asked, err := w.discord.Choose(discordIDs["ben"], outside.ID, line)
	if err != nil || len(asked.Message.Controls()) != 1 {
		t.Fatalf("answer %+v, %v, want a menu", asked.Message, err)
	}
	told, err := w.discord.Select(discordIDs["ben"], asked.Message.ID, asked.Message.Controls()[0], "say:mark "+second)
	if err != nil || !strings.Contains(told.Message.Text(), "The message is on the timeline of "+second) {
		t.Fatalf("answer %q, %v", told.Message.Text(), err)
	}
	if n := w.marked(second, "mallory: customers call (added by ben"); n != 1 {
		t.Errorf("the timeline has it %d times", n)
	}
	until(t, "the card has a thread", func() bool { return len(w.discord.Threads(room)) > 0 })
	inside, err := w.discord.Say(discordIDs["dina"], card.ID, "rolled back")
	if err != nil {
		t.Fatal(err)
	}
	told, err = w.discord.Choose(discordIDs["ben"], inside.ID, line)
	if err != nil || !strings.Contains(told.Message.Text(), "The message is on the timeline of "+first) {
		t.Fatalf("answer %q, %v", told.Message.Text(), err)
	}
	if n := w.marked(first, "rolled back (added by ben"); n != 1 {
		t.Errorf("the timeline has it %d times", n)
	}
}

// TestAButtonOfManyWordsInDiscord undoes a paging policy that is longer than what a
// button of Discord's carries, after a restart.
func TestAButtonOfManyWordsInDiscord(t *testing.T) {
	t.Parallel()
	w := newDuo(t, true)
	p := w.begin(true)
	me := func(steps string) discordfake.Message {
		answer, err := w.discord.Command(discordIDs["ana"], room, "oncall me", map[string]string{"text": "paging " + steps})
		if err != nil || !strings.Contains(answer.Message.Text(), "From now on you are paged by") {
			t.Fatalf("answer %q, %v", answer.Message.Text(), err)
		}
		return answer.Message
	}
	me("chat now, sms after 2m, call after 5m, sms after 11m, call after 17m, sms after 23m, call after 29m every 7m")
	changed := me("chat now, sms after 1m")
	undo := slices.IndexFunc(changed.Controls(), func(id string) bool { return strings.HasPrefix(id, "say:kept:") })
	if undo < 0 {
		t.Fatalf("no button undoes it: %q", changed.Controls())
	}
	p.kill()
	w.begin(true)
	told, err := w.discord.Press(discordIDs["ana"], changed.ID, changed.Controls()[undo])
	if err != nil || !strings.Contains(told.Message.Text(), "calls from 29m every 7m") {
		t.Errorf("answer %q, %v", told.Message.Text(), err)
	}
}
