package acceptance

import (
	"strings"
	"testing"
)

// owned is a configuration in which ana is paged by chat, once, and pages anew begin
// three seconds after an acknowledged incident got worse.
func owned() string {
	return configuration(map[string]string{"ana": "{after: 0s, via: chat}"}, `
teams:
  platform:
    name: Platform
    slack_channel: C0PLATFORM
    members: [ana, ben]
    reack_after: 3s
    grouping: {by: [alertname], window: 1h}
    policies: {default: {tiers: [{page: [person:ana], wait: 1h}]}}
`)
}

// taken opens an incident and lets ana acknowledge it.
func (w *world) taken(a alert) string {
	w.t.Helper()
	id := w.send(a)
	until(w.t, "ana is paged", func() bool { return w.paged(id, "chat", slackIDs["ana"]) == 1 })
	w.act(id, "acknowledge", "ana")
	return id
}

// severe is a native alert of a severity.
func severe(key, severity string) alert {
	return native(map[string]any{"dedup_key": key, "summary": key + " is slow", "severity": severity})
}

// TestWhatGotWorsePagesAnew has hosts join a group that ana has acknowledged.
func TestWhatGotWorsePagesAnew(t *testing.T) {
	t.Parallel()
	w := newWorld(t, owned())
	w.start()
	id := w.taken(batch{group: "a", firing: []string{"db1"}}.alert())
	w.send(batch{group: "a", firing: []string{"db1", "db2"}}.alert())
	card := w.card(platform, id, "It got worse: paging starts anew at ", "unless somebody acknowledges again", "Acknowledge again", `2 firing: instance="db2"`)
	w.send(batch{group: "a", firing: []string{"db1", "db2", "db3"}}.alert())
	until(t, "the thread mentions ana", func() bool { return strings.Contains(w.thread(card), "<@U0ANA>") })
	until(t, "ana is paged anew", func() bool { return w.paged(id, "chat", slackIDs["ana"]) == 2 })
	w.card(platform, id, "Paging Ana Ortiz by chat", `3 firing: instance="db3"`)
	in := w.incident(id)
	for _, want := range []string{`joined by instance="db2"`, `joined by instance="db3"`, "worse since ana acknowledged it: starts anew in 3s", "it got worse and nobody acknowledged again"} {
		if !in.says(want) {
			t.Errorf("the timeline lacks %q: %+v", want, in.Timeline)
		}
	}
	if err := w.click("ana", card.TS, "ack"); err != nil {
		t.Fatal(err)
	}
	w.state(id, "acknowledged")
}

// says reports whether the timeline has these words.
func (in incident) says(words string) bool {
	for _, line := range in.Timeline {
		if strings.Contains(line.Text, words) {
			return true
		}
	}
	return false
}

// TestOnlyWhatGotWorseAsksAgain has alerts repeated, one rise and be acknowledged again,
// and others get worse unseen: once those page anew, the first have had the time.
func TestOnlyWhatGotWorseAsksAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, owned())
	w.start()
	repeated := w.taken(severe("api", "warning"))
	group := w.taken(batch{group: "a", firing: []string{"db1", "db2"}}.alert())
	settled := w.taken(severe("web", "warning"))
	risen := w.taken(severe("queue", "warning"))
	grown := w.taken(labelled("db8", "DiskFull", ""))

	w.send(severe("api", "warning"))
	w.send(severe("api", "info"))
	w.send(batch{group: "a", firing: []string{"db2"}, over: []string{"db1"}}.alert())
	w.send(batch{group: "a", firing: []string{"db2"}}.alert())
	w.send(severe("web", "critical"))
	w.act(settled, "acknowledge", "ben")
	w.send(severe("queue", "error"))
	w.send(labelled("db9", "DiskFull", ""))

	for _, id := range []string{risen, grown} {
		until(t, id+" pages anew", func() bool { return w.paged(id, "chat", slackIDs["ana"]) == 2 })
	}
	for _, id := range []string{repeated, group, settled} {
		if in := w.incident(id); in.State != "acknowledged" || in.by() != "ana" || w.paged(id, "chat", slackIDs["ana"]) != 1 {
			t.Errorf("%s is %s by %q after %d pages, want it left with ana after one", id, in.State, in.by(), w.paged(id, "chat", slackIDs["ana"]))
		}
	}
	if got := w.incident(repeated); got.Alerts != 3 || got.Severity != "warning" {
		t.Errorf("%s has %d alerts, severity %s; want 3, warning", repeated, got.Alerts, got.Severity)
	}
	if !w.incident(settled).says("acknowledged again by ben; ana keeps it") {
		t.Errorf("%s does not tell of the second acknowledgement", settled)
	}
}
