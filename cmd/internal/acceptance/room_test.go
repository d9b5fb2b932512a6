package acceptance

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
)

// boss is the channel of the stakeholders.
const boss = "C0BOSS"

// big is a team with everything that a big incident needs.
func big(archive string) string {
	return rota(anas(), `stakeholders: {slack_channel: C0BOSS}
    call: https://meet.example.com/{id}
    room: {archive: `+archive+`}`)
}

// roomOf waits for the one channel that was opened for an incident.
func (w *world) roomOf(id string, fits func(slackfake.Channel) bool) (room slackfake.Channel) {
	w.t.Helper()
	var all []slackfake.Channel
	until(w.t, "the room of "+id+" is as it has to be", func() bool {
		all = slices.DeleteFunc(w.slack.Channels(), func(c slackfake.Channel) bool {
			return !strings.HasPrefix(c.Name, strings.ToLower(id)+"-")
		})
		return len(all) > 0 && fits(all[0])
	})
	if len(all) != 1 {
		w.t.Errorf("%d rooms of %s: %+v", len(all), id, all)
	}
	return all[0]
}

func inside(people ...string) func(slackfake.Channel) bool {
	return func(c slackfake.Channel) bool {
		return !slices.ContainsFunc(people, func(p string) bool { return !slices.Contains(c.Members, slackIDs[p]) })
	}
}

// pinned waits for the pinned card of an incident in its room.
func (w *world) pinned(channel, id string) slackfake.Message {
	w.t.Helper()
	return w.cardWhere(channel, id, "is pinned", func(m slackfake.Message) bool { return m.Pinned })
}

// TestABigIncident opens a room, works in it, tells the stakeholders and closes it.
func TestABigIncident(t *testing.T) {
	t.Parallel()
	w := newWorld(t, big("1s"))
	w.slack.AddChannel(boss, "boss", slackIDs["mona"])
	w.start()
	id := w.send(triggered("Shop is down: 502 <everywhere>", ""))
	w.card(platform, id, "https://meet.example.com/"+strings.ToLower(id))
	w.hears("ben", "room "+id, "A room for "+id+" is being opened")
	room := w.roomOf(id, inside("ana", "ben"))
	card := w.pinned(room.ID, id)
	if room.Name != strings.ToLower(id)+"-shop-is-down-502-everywhere" {
		t.Errorf("the room is called %s", room.Name)
	}
	w.card(platform, id, "Room #"+room.Name, room.ID)
	until(t, "the thread says where", func() bool { return strings.Contains(w.thread(w.card(platform, id)), "room: #"+room.Name) })
	w.roomOf(id, func(c slackfake.Channel) bool {
		return strings.Contains(c.Topic, "nobody leads yet") && strings.Contains(c.Purpose, "https://fake.slack.com/archives/"+platform)
	})
	w.hears("ben", "room "+id, id+" has a room: #"+room.Name)

	t.Run("words in the room act on its incident", func(t *testing.T) {
		reply, err := w.slack.Command(slackIDs["dina"], room.ID, "/oncall", "ack")
		if err != nil || !strings.Contains(reply.Message.Words(), id+" acknowledged") {
			t.Fatalf("answer = %q, %v", reply.Message.Words(), err)
		}
		w.roomOf(id, func(c slackfake.Channel) bool { return strings.Contains(c.Topic, "led by Dina Haddad") })
		w.card(room.ID, id, "acknowledged by Dina Haddad")
		w.card(platform, id, "acknowledged by Dina Haddad")
	})
	t.Run("stakeholders see the newest, with all before below it", func(t *testing.T) {
		w.press("ben", card, "Status update")
		var form slackfake.View
		until(t, "a form opens", func() bool {
			for _, form = range w.slack.Views() {
				if strings.Contains(string(form.JSON), "Status update") {
					return true
				}
			}
			return false
		})
		reply, err := w.slack.Submit(slackIDs["ben"], form.ID, map[string]string{"phase": "identified", "next": "next 30m", "text": "a <bad> deploy"})
		if err != nil || len(reply.Errors) > 0 {
			t.Fatalf("the form is refused: %+v, %v", reply, err)
		}
		first := w.message(boss, id, "identified", "a &lt;bad&gt; deploy", "Next update by ")
		w.hears("ben", "status "+id+" monitoring rolled back", "Stakeholders are told")
		newest := w.message(boss, id, "monitoring", "rolled back")
		if newest.TS != first.TS {
			t.Errorf("a second message: %s", newest.Words())
		}
		until(t, "the history is below", func() bool {
			history := w.thread(newest)
			return strings.Count(history, "identified: a &lt;bad&gt; deploy; next update in 30m") == 1 && strings.Count(history, "monitoring: rolled back") == 1
		})
		kinds := ""
		for _, e := range w.incident(id).Timeline {
			kinds += e.Kind + ": " + e.Text + "\n"
		}
		if !strings.Contains(kinds, "status: identified: a <bad> deploy") || !strings.Contains(kinds, "status: monitoring: rolled back") {
			t.Errorf("the timeline:\n%s", kinds)
		}
	})
	w.hears("dina", "resolve "+id, "resolved")
	w.message(room.ID, "Summary of "+id, "Acknowledged by Dina Haddad", "Resolved by Dina Haddad")
	w.roomOf(id, func(c slackfake.Channel) bool { return c.Archived })
	w.card(platform, id, "resolved by Dina Haddad")
}

// TestTheRoomIsOpenedOnceThoughTheProgramDies kills the program right after Slack made
// the channel: the next one finds it.
func TestTheRoomIsOpenedOnceThoughTheProgramDies(t *testing.T) {
	t.Parallel()
	w := newWorld(t, big("1h"))
	doomed := w.start("EARSHOT_CRASH_AT=after-open-room:1")
	id := w.send(triggered("Shop is down", ""))
	w.card(platform, id, "Shop is down")
	_, _ = w.slack.Command(slackIDs["ben"], platform, "/oncall", "room "+id) // it may die before it answers
	doomed.crashed()
	w.start()
	room := w.roomOf(id, inside("ana", "ben"))
	w.pinned(room.ID, id)
	if n := strings.Count(w.thread(w.card(platform, id)), "room: #"); n > 1 {
		t.Errorf("the thread says %d times where the room is", n)
	}
}

// TestARoomThatSlackRefuses has the app lack the scope: the thread says so, and the
// incident goes on.
func TestARoomThatSlackRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t, big("1h"))
	w.slack.Fault(func(method string, _ url.Values) *slackfake.Response {
		if method == "conversations.create" {
			return slackfake.Refusal("missing_scope")
		}
		return nil
	})
	w.start()
	id := w.send(triggered("Shop is down", ""))
	card := w.card(platform, id, "Shop is down")
	w.hears("ben", "room "+id, "is being opened")
	until(t, "the thread says why there is none", func() bool {
		return strings.Contains(w.thread(card), "no room: Slack: missing_scope (the Slack token lacks a scope")
	})
	w.slack.Heal()
	w.hears("ben", "ack "+id, id+" acknowledged")
	w.hears("ben", "room "+id, "is being opened")
	w.pinned(w.roomOf(id, inside("ben")).ID, id)
}

// TestARoomThatSomebodyArchives goes on in the team's channel, and a second one may be
// asked for.
func TestARoomThatSomebodyArchives(t *testing.T) {
	t.Parallel()
	w := newWorld(t, big("1h"))
	w.start()
	id := w.send(triggered("Shop is down", ""))
	card := w.card(platform, id, "Shop is down")
	w.hears("ben", "room "+id, "is being opened")
	room := w.roomOf(id, inside("ben"))
	w.pinned(room.ID, id)
	w.slack.ChangeChannel(room.ID, func(c *slackfake.Channel) { c.Archived = true })
	w.hears("ben", "ack "+id, id+" acknowledged")
	w.card(platform, id, "acknowledged by Ben Adeyemi")
	until(t, "the thread says that it is closed", func() bool { return strings.Contains(w.thread(card), "room #"+room.Name+" closed") })
	w.hears("ben", "room "+id, "is being opened")
	until(t, "there is another", func() bool {
		return slices.ContainsFunc(w.slack.Channels(), func(c slackfake.Channel) bool { return c.Name == room.Name+"-2" && !c.Archived })
	})
}
