package acceptance

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// A batch is a webhook of Alertmanager about a group: the disks of some hosts.
type batch struct {
	group     string   // the group's key
	firing    []string // hosts whose disk is full
	over      []string // hosts whose disk has room again
	severity  string   // empty: warning
	team      string   // the routing key in the receiver's address; may be empty
	truncated int      // so many alerts were cut off
	garbage   []any    // alerts that nobody can read
}

func (b batch) alert() alert {
	common := map[string]string{"alertname": "DiskFull", "severity": "warning"}
	if b.severity != "" {
		common["severity"] = b.severity
	}
	status := "resolved"
	var alerts []any
	add := func(host, word string) {
		labels := map[string]string{"alertname": "DiskFull", "severity": common["severity"], "instance": host}
		alerts = append(alerts, map[string]any{"status": word, "labels": labels, "fingerprint": "f00d" + host, "startsAt": "2026-03-08T07:30:00Z"})
	}
	for _, host := range b.firing {
		status = "firing"
		add(host, "firing")
	}
	for _, host := range b.over {
		add(host, "resolved")
	}
	return alert{"/integrations/alertmanager/" + prometheusKey + "?routing_key=" + b.team, "", encoded(map[string]any{
		"version": "4", "groupKey": b.group, "status": status, "receiver": "earshot", "truncatedAlerts": b.truncated,
		"groupLabels": map[string]string{"alertname": "DiskFull"}, "commonLabels": common,
		"commonAnnotations": map[string]string{"summary": "a disk is full"}, "alerts": append(alerts, b.garbage...),
	})}
}

// is waits until an incident has that many members and is in a state.
func (w *world) is(id, state string, members int) {
	w.t.Helper()
	until(w.t, fmt.Sprintf("%s is %s with %d members", id, state, members), func() bool {
		in := w.incident(id)
		return in.State == state && in.Alerts == members
	})
}

// only fails the test unless these are all the incidents, the newest first.
func (w *world) only(want ...string) {
	w.t.Helper()
	var got []string
	for _, in := range w.incidents() {
		got = append(got, in.ID)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		w.t.Errorf("the incidents are %v, want %v", got, want)
	}
}

// TestAGroupIsOneIncidentWithItsMembers lets hosts join a group and leave it, one of
// them twice.
func TestAGroupIsOneIncidentWithItsMembers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simple("{after: 0s, via: sms}"))
	w.start()
	id := w.send(batch{group: "a", firing: []string{"db1", "db2", "db3"}}.alert())
	card := w.card(platform, id, "DiskFull: a disk is full", `3 firing: instance="db3", instance="db2", instance="db1"`)
	for range 2 { // what Alertmanager repeats adds nothing
		w.send(batch{group: "a", firing: []string{"db1", "db2", "db3", "db0"}}.alert())
	}
	w.card(platform, id, `4 firing: instance="db0", instance="db3"`, "4 alerts")
	w.is(id, "triggered", 4)

	w.send(batch{group: "a", firing: []string{"db0", "db1", "db3"}, over: []string{"db2"}}.alert())
	w.send(batch{group: "a", over: []string{"db3"}}.alert())
	w.card(platform, id, `2 firing: instance="db0", instance="db1"; 2 resolved`)
	w.send(batch{group: "a", firing: []string{"db3"}}.alert())
	w.card(platform, id, `3 firing: instance="db3", instance="db0", instance="db1"; 1 resolved`)
	w.is(id, "triggered", 4)
	until(t, "the thread tells who recovered", func() bool {
		return strings.Contains(w.thread(card), `recovered: instance="db2"; still firing: 3`)
	})
	w.send(batch{group: "a", over: []string{"db0", "db1", "db3"}}.alert())
	w.state(id, "resolved")
	w.card(platform, id, "resolved by prometheus after ", "0 firing; 4 resolved")
	if n := w.paged(id, "sms", numbers["hal"]); n != 1 {
		t.Errorf("hal was paged %d times by one group, want once", n)
	}
	w.only(id)
}

// TestAGroupIsFoundByItsMembers changes the sender's routes while a group fires, and
// kills the program between the two: the new group's key finds the open incident.
func TestAGroupIsFoundByItsMembers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simple("{after: 0s, via: sms}"))
	first := w.start()
	id := w.send(batch{group: "old", firing: []string{"db1", "db2", "db3"}}.alert())
	unseen := w.send(batch{group: "older", firing: []string{"db8"}}.alert())
	w.card(platform, id, "Hal Byrne by SMS", "3 firing")
	w.card(platform, unseen, "Hal Byrne by SMS")
	first.kill()
	w.start()
	if got := w.send(batch{group: "new", firing: []string{"db2", "db4"}}.alert()); got != id {
		t.Errorf("the group went to %q by its new key, want %s", got, id)
	}
	w.is(id, "triggered", 4)
	w.card(platform, id, `4 firing: instance="db4", instance="db3"`)
	w.send(batch{group: "new", firing: []string{"db4"}, over: []string{"db1", "db2"}}.alert())
	w.card(platform, id, `2 firing: instance="db4", instance="db3"; 2 resolved`)
	w.send(batch{group: "new", over: []string{"db3", "db4"}}.alert())
	w.state(id, "resolved")

	// Of the other one the new routes have nothing to say but that it is over.
	w.send(batch{group: "new", over: []string{"db8"}}.alert())
	w.state(unseen, "resolved")
	w.only(unseen, id)
	if again := w.send(batch{group: "new", firing: []string{"db2"}}.alert()); again == id || again == unseen {
		t.Errorf("after its end the group joined %s", again)
	}
}

// TestTwoGroupsBecomeOne merges them upstream: what the new one says ends the members
// of both.
func TestTwoGroupsBecomeOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simple("{after: 0s, via: sms}"))
	w.start()
	one := w.send(batch{group: "one", firing: []string{"db1", "db2"}}.alert())
	two := w.send(batch{group: "two", firing: []string{"db3", "db4"}}.alert())
	if joined := w.send(batch{group: "both", firing: []string{"db1", "db2", "db3", "db4"}}.alert()); joined != one && joined != two {
		t.Errorf("the new group opened %s", joined)
	}
	w.send(batch{group: "both", firing: []string{"db1", "db2", "db4"}, over: []string{"db3"}}.alert())
	w.card(platform, two, `1 firing: instance="db4"`, "1 resolved")
	w.send(batch{group: "both", over: []string{"db1", "db2", "db4"}}.alert())
	w.state(one, "resolved")
	w.state(two, "resolved")
	w.only(two, one)
}

// TestAnAlertForTwoTeamsReachesBoth has one alert come through two receivers, as with
// Alertmanager's `continue: true`.
func TestAnAlertForTwoTeamsReachesBoth(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simple("{after: 0s, via: sms}"))
	w.start()
	ours := w.send(batch{group: "ours", firing: []string{"db1"}, team: "platform"}.alert())
	theirs := w.send(batch{group: "theirs", firing: []string{"db1"}, team: "web"}.alert())
	if team := w.incident(theirs).Team; team != "web" {
		t.Fatalf("web's group went to %s of %s", theirs, team)
	}
	until(t, "web is paged", func() bool { return w.paged(theirs, "chat", slackIDs["ben"]) > 0 })
	w.send(batch{group: "theirs", firing: []string{"db1", "db2"}, team: "web"}.alert())
	w.send(batch{group: "ours", firing: []string{"db1", "db3"}, team: "platform"}.alert())
	w.is(theirs, "triggered", 2)
	w.is(ours, "triggered", 2)
	w.send(batch{group: "theirs", over: []string{"db1", "db2"}, team: "web"}.alert())
	w.state(theirs, "resolved")
	w.send(batch{group: "ours", over: []string{"db1", "db3"}, team: "platform"}.alert())
	w.state(ours, "resolved")
}

// TestWhatWasCutOffMayStillFire sends groups of which only a part is told, and one
// with alerts that nobody can read.
func TestWhatWasCutOffMayStillFire(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simple("{after: 0s, via: sms}"))
	w.start()
	garbage := []any{17, map[string]any{"status": "firing", "labels": "none"}}
	got, err := w.post(batch{group: "a", firing: []string{"db1", "db2"}, garbage: garbage}.alert())
	if err != nil || got.status != http.StatusOK || !strings.Contains(got.body, "2 of 4 alerts could not be read") {
		t.Fatalf("status %d, %v: %s", got.status, err, got.body)
	}
	const id = "PLATFORM-1"
	w.is(id, "triggered", 2)
	w.send(batch{group: "a", over: []string{"db1", "db2"}, truncated: 3}.alert())
	w.card(platform, id, "0 firing; 2 resolved", "Resolve")
	w.send(batch{group: "a", truncated: 5}.alert())
	w.send(batch{group: "b", over: []string{"db1", "db2"}, truncated: 1}.alert())
	if got := w.incident(id); got.State != "triggered" {
		t.Errorf("an alert that was cut off is taken for over: %s is %s", id, got.State)
	}
	w.send(batch{group: "a", over: []string{"db1", "db2"}}.alert())
	w.state(id, "resolved")
	w.only(id)
}
