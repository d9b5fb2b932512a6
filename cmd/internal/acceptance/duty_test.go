package acceptance

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
)

// rota is a configuration in which Ana and Ben take turns, tomorrow's handoff being
// far away, and whoever is on call is paged three seconds after Hal.
func rota(layer, more string) string {
	return configuration(map[string]string{
		"hal": "{after: 0s, via: sms}",
		"ana": "{after: 0s, via: chat, every: 1s, times: 60}",
		"ben": "{after: 0s, via: chat, every: 1s, times: 60}",
	}, fmt.Sprintf(`
teams:
  platform:
    name: Platform
    slack_channel: C0PLATFORM
    members: [ana, ben, hal, paul]
    %s
    schedules:
      techops: {layers: [%s]}
    policies:
      default:
        tiers:
          - {page: [person:hal], wait: 3s}
          - {page: [schedule:techops], wait: 1h}
  web:
    name: Web
    slack_channel: C0WEB
    members: [wes, ben]
    policies: {default: {tiers: [{page: [person:ben], wait: 1h}]}}
`, more, layer))
}

// anas is a layer in which Ana is on call for the next weeks.
func anas() string {
	start := time.Now().UTC().AddDate(0, 0, -1).Format("2006-01-02T15:04")
	return fmt.Sprintf("{participants: [ana, ben], shift: 2w, start: %s, timezone: UTC}", start)
}

// turning is a layer that hands over from Ana to Ben in some seconds.
func turning() string {
	start := time.Now().UTC().Add(12*time.Second - 24*time.Hour).Format("2006-01-02T15:04:05")
	return fmt.Sprintf("{participants: [ana, ben], shift: 1d, start: %s, timezone: UTC}", start)
}

// say types words after /oncall in platform's channel and returns the answer.
func (w *world) say(person, words string) slackfake.Message {
	w.t.Helper()
	reply, err := w.slack.Command(slackIDs[person], platform, "/oncall", words)
	if err != nil {
		w.t.Fatalf("/oncall %s: %v", words, err)
	}
	return reply.Message
}

// hears is say that wants all these words in the answer.
func (w *world) hears(person, words string, want ...string) slackfake.Message {
	w.t.Helper()
	m := w.say(person, words)
	for _, part := range want {
		if !strings.Contains(m.Words(), part) {
			w.t.Errorf("/oncall %s by %s: %q, want %q in it", words, person, m.Words(), part)
		}
	}
	return m
}

// press presses the button of that label.
func (w *world) press(person string, m slackfake.Message, label string) {
	w.t.Helper()
	for _, c := range m.Controls() {
		if c.Text != label {
			continue
		}
		status, body, err := w.slack.Click(slackIDs[person], m.Channel, m.TS, c.ActionID)
		if err != nil || status != http.StatusOK {
			w.t.Fatalf("press %q: status %d, %v: %s", label, status, err, body)
		}
		return
	}
	w.t.Fatalf("no button %q in %q", label, m.Words())
}

// message waits for the one message in a channel, or with a person, that has all
// these words.
func (w *world) message(channel string, words ...string) slackfake.Message {
	w.t.Helper()
	var got []slackfake.Message
	fits := func(m slackfake.Message) bool {
		return m.Ephemeral == "" && m.ThreadTS == "" && !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(m.Words(), word) })
	}
	until(w.t, "a message in "+channel+" says "+strings.Join(words, ", "), func() bool {
		got = slices.DeleteFunc(w.slack.Messages(channel), func(m slackfake.Message) bool { return !fits(m) })
		return len(got) > 0
	})
	if len(got) > 1 {
		w.t.Errorf("%d messages in %s say %s", len(got), channel, strings.Join(words, ", "))
	}
	return got[0]
}

// whispered waits until a person has been told something in private in a channel.
func (w *world) whispered(person, channel, words string) {
	w.t.Helper()
	until(w.t, person+" is told "+words, func() bool {
		return slices.ContainsFunc(w.slack.Messages(channel), func(m slackfake.Message) bool {
			return m.Ephemeral == slackIDs[person] && strings.Contains(m.Words(), words)
		})
	})
}

// TestAnOverrideMadeMeanwhileIsUsedByTheNextTier sets it on one instance while the
// incident climbs on both.
func TestAnOverrideMadeMeanwhileIsUsedByTheNextTier(t *testing.T) {
	t.Parallel()
	w := newWorld(t, rota(anas(), ""))
	other := freeAddress(t)
	w.start()
	w.start("EARSHOT_LISTEN=" + other)
	w.reach(other)
	var ids []string
	for i := range 6 {
		ids = append(ids, w.send(triggered(fmt.Sprint("Disk ", i), "")))
	}
	w.hears("ben", "override platform/techops @ben for 2h", "Ben Adeyemi instead of Ana Ortiz")
	for _, id := range ids {
		until(t, id+" pages ben", func() bool { return w.paged(id, "chat", slackIDs["ben"]) > 0 })
		if n := w.paged(id, "chat", slackIDs["ana"]); n > 0 {
			t.Errorf("%s paged ana %d times, whom ben had replaced", id, n)
		}
	}
	w.message(w.slack.DM(slackIDs["ana"]), "Ben Adeyemi", "platform/techops")
	w.reach(w.addr)
	w.hears("dina", "who", "platform/techops: Ben Adeyemi (override)")
}

// TestAnOverrideOutlivesTheProgram sets one, kills the program and takes the change
// back on the next.
func TestAnOverrideOutlivesTheProgram(t *testing.T) {
	t.Parallel()
	w := newWorld(t, rota(anas(), ""))
	first := w.start()
	made := w.hears("paul", "override platform/techops @ben for 2h", "Ben Adeyemi instead of Ana Ortiz")
	first.kill()
	w.start()
	w.hears("dina", "who", "Ben Adeyemi (override)")
	w.press("paul", made, "Undo")
	until(t, "ana is on call again", func() bool { return strings.Contains(w.say("dina", "who").Words(), "platform/techops: Ana Ortiz") })
	w.hears("dina", "audit platform", "Paul Novak", "slack", "platform/techops")
	w.hears("dina", "override list", "No")
}

// TestOnlyTheTeamChangesItsSchedules tries the rows of who may do what.
func TestOnlyTheTeamChangesItsSchedules(t *testing.T) {
	t.Parallel()
	w := newWorld(t, rota(anas(), ""))
	w.start()
	w.hears("dina", "override platform/techops @ben for 2h", "Platform", "Ana Ortiz", "Paul Novak")
	w.hears("dina", "take platform for 2h", "Platform")
	w.hears("dina", "who platform", "platform/techops: Ana Ortiz")
	tests := []struct{ words, want string }{
		{"override platform/techops @nobody for 2h", "nobody"},
		{"override platfrm @ben for 2h", "platform"},
		{"override platform/techop @ben for 2h", "techops"},
		{"override platform @ben from 2020-01-01T09:00 to 2020-01-02T09:00", "past"},
		{"override platform @ben for 31d", "30 days"},
		{"override platform @ben from 2030-01-02T09:00 to 2030-01-01T09:00", "before"},
		{"overide platform @ben for 2h", "override"},
		{"override platform @ben for 5", "5"},
	}
	for _, tt := range tests {
		w.hears("ben", tt.words, tt.want)
	}
	w.hears("dina", "who platform", "platform/techops: Ana Ortiz")
	w.hears("ben", "take platform for 2h", "Ben Adeyemi instead of Ana Ortiz")
}

// TestASwapWaitsForItsYes asks Ben, restarts in the middle, and lets him accept.
func TestASwapWaitsForItsYes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, rota(anas(), ""))
	first := w.start()
	w.hears("ana", "swap @ben now", "Ben Adeyemi")
	ask := w.message(w.slack.DM(slackIDs["ben"]), "Ana Ortiz")
	w.hears("dina", "who", "platform/techops: Ana Ortiz")
	first.kill()
	w.start()
	w.press("ben", ask, "Accept")
	until(t, "ben is on call", func() bool { return strings.Contains(w.say("dina", "who").Words(), "platform/techops: Ben Adeyemi") })
	w.message(w.slack.DM(slackIDs["ana"]), "Ben Adeyemi", "accept")
	until(t, "the question has no buttons any more", func() bool {
		for _, m := range w.slack.Messages(ask.Channel) {
			if m.TS == ask.TS {
				return len(m.Controls()) == 0
			}
		}
		return false
	})
}

// TestAVolunteerTakesAShiftWithOneTap asks the channel.
func TestAVolunteerTakesAShiftWithOneTap(t *testing.T) {
	t.Parallel()
	w := newWorld(t, rota(anas(), ""))
	w.start()
	w.hears("ana", "cover now")
	ask := w.message(platform, "Ana Ortiz", "Take it")
	w.press("dina", ask, "Take it")
	w.whispered("dina", platform, "Platform")
	w.hears("dina", "who", "platform/techops: Ana Ortiz")
	w.press("ben", ask, "Take it")
	until(t, "ben is on call", func() bool { return strings.Contains(w.say("dina", "who").Words(), "platform/techops: Ben Adeyemi") })
	w.message(w.slack.DM(slackIDs["ana"]), "Ben Adeyemi")
}

// TestMissingWordsOpenAForm fills one in, wrongly first.
func TestMissingWordsOpenAForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t, rota(anas(), ""))
	w.start()
	w.say("ben", "override platform")
	var form slackfake.View
	until(t, "a form opens", func() bool {
		views := w.slack.Views()
		if len(views) > 0 {
			form = views[len(views)-1]
		}
		return len(views) > 0
	})
	from := time.Now().Add(time.Hour).Truncate(time.Minute)
	fill := func(to time.Time) slackfake.SubmitReply {
		reply, err := w.slack.Submit(slackIDs["ben"], form.ID, map[string]string{
			"schedule": "platform/techops", "person": "@ben", "from": fmt.Sprint(from.Unix()), "to": fmt.Sprint(to.Unix()),
		})
		if err != nil {
			t.Fatalf("submit the form: %v", err)
		}
		return reply
	}
	if reply := fill(from.Add(-10 * time.Minute)); len(reply.Errors) == 0 {
		t.Errorf("a form with its end before its start is taken: %+v", reply)
	}
	if reply := fill(from.Add(2 * time.Hour)); len(reply.Errors) > 0 {
		t.Errorf("the form is refused: %+v", reply)
	}
	w.hears("dina", "override list platform", "Ben Adeyemi")
	at := from.Add(time.Minute).UTC().Format(time.RFC3339)
	w.hears("dina", "who platform at "+at, "Ben Adeyemi (override)")
}
