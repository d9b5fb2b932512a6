package acceptance

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
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

// gathering is simple with a grouping of platform's alerts by their name.
func gathering(window string) string {
	config := moved(simple("{after: 0s, via: sms}"))
	return strings.Replace(config, "    name: Platform\n", "    name: Platform\n    grouping: {by: [alertname], window: "+window+"}\n", 1)
}

// labelled is a native alert with a name of its kind.
func labelled(key, name, team string) alert {
	return native(map[string]any{"dedup_key": key, "summary": key + " is full", "routing_key": team, "labels": map[string]string{"alertname": name}})
}

// took is what the native API said of an alert.
func (w *world) took(a alert) (id string, deduplicated bool) {
	w.t.Helper()
	got, err := w.post(a)
	if err != nil || got.status != http.StatusAccepted {
		w.t.Fatalf("status %d, %v: %s", got.status, err, got.body)
	}
	var said struct {
		Incident     string `json:"incident"`
		Deduplicated bool   `json:"deduplicated"`
	}
	if err := json.Unmarshal([]byte(got.body), &said); err != nil {
		w.t.Fatalf("%v in %s", err, got.body)
	}
	return said.Incident, said.Deduplicated
}

// TestAlertsOfOneNameShareAnIncident whoever sends them, and each key ends its own.
func TestAlertsOfOneNameShareAnIncident(t *testing.T) {
	t.Parallel()
	w := newWorld(t, gathering("1h"))
	w.start()
	old := func(word, host string) alert {
		a := nagios(word, host, host+" is full", "")
		a.body = strings.Replace(a.body, "{", `{"alertname":"DiskFull",`, 1)
		return a
	}
	duty := func(action, host string) alert {
		return alert{"/v2/enqueue", "", encoded(map[string]any{"routing_key": pagerDutyKey, "event_action": action, "dedup_key": host,
			"payload": map[string]any{"summary": host + " is full", "source": host, "severity": "warning", "custom_details": map[string]string{"alertname": "DiskFull"}}})}
	}
	id, known := w.took(labelled("db1", "DiskFull", ""))
	if known {
		t.Error("the first of a group is told to be known")
	}
	w.send(old("CRITICAL", "db2"))
	w.send(duty("trigger", "db3"))
	for range 2 {
		if got, known := w.took(labelled("db4", "DiskFull", "")); got != id || !known {
			t.Errorf("another of the group went to %s, deduplicated %t; want %s", got, known, id)
		}
	}
	w.card(platform, id, "db1 is full", "4 firing: db4 is full, db3 is full, db2 is full, db1 is full", "4 alerts")
	w.is(id, "triggered", 4)
	other, _ := w.took(labelled("db1/clock", "ClockSkew", ""))
	alone, _ := w.took(labelled("shop", "DiskFull", "web"))
	lone, _ := w.took(labelled("cart", "DiskFull", "web"))
	nameless := w.send(triggered("no labels", ""))
	w.only(nameless, lone, alone, other, id)

	// db3 of another sender is another db3.
	w.send(native(map[string]any{"dedup_key": "db3", "action": "resolve"}))
	w.send(duty("resolve", "db3"))
	w.send(old("RECOVERY", "db2"))
	w.card(platform, id, "2 firing: db4 is full, db1 is full; 2 resolved")
	w.send(native(map[string]any{"dedup_key": "db1", "action": "resolve"}))
	w.is(id, "triggered", 4)
	w.send(old("CRITICAL", "db2"))
	w.card(platform, id, "2 firing: db2 is full, db4 is full; 2 resolved")
	w.send(native(map[string]any{"dedup_key": "db4", "action": "resolve"}))
	w.send(old("OK", "db2"))
	w.state(id, "resolved")
	w.is(other, "triggered", 1)
	if n := w.paged(id, "sms", numbers["hal"]); n != 1 {
		t.Errorf("hal was paged %d times by one group, want once", n)
	}
	if next, known := w.took(labelled("db5", "DiskFull", "")); next == id || known {
		t.Errorf("after its end the group took %s, deduplicated %t", next, known)
	}
}

func TestAfterTheWindowAnotherIncidentOpens(t *testing.T) {
	t.Parallel()
	w := newWorld(t, gathering("1s"))
	w.start()
	first, _ := w.took(labelled("db0", "DiskFull", ""))
	n := 0
	until(t, "another incident opens", func() bool {
		n++
		id, known := w.took(labelled(fmt.Sprint("db", n), "DiskFull", ""))
		if known != (id == first) {
			t.Errorf("%s, deduplicated %t, after %s", id, known, first)
		}
		return id != first
	})
	if id, known := w.took(labelled("db0", "DiskFull", "")); id != first || !known {
		t.Errorf("a key that is open went to %s, deduplicated %t; want %s", id, known, first)
	}
	w.is(first, "triggered", n)
}

// TestTwoProgramsGatherOneGroup sends its alerts to both at the same moment.
func TestTwoProgramsGatherOneGroup(t *testing.T) {
	t.Parallel()
	w := newWorld(t, gathering("1h"))
	other := freeAddress(t)
	w.start()
	w.start("EARSHOT_LISTEN=" + other)
	const n = 20
	bases := []string{w.base(), "http://" + other}
	ids := make([]string, n)
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() {
			var err error
			if ids[i], err = labelled(fmt.Sprint("db", i), "DiskFull", "").deliver(t.Context(), bases[i%2]); err != nil {
				t.Errorf("alert %d never taken: %v", i, err)
			}
		})
	}
	group.Wait()
	w.only(ids[0])
	w.is(ids[0], "triggered", n)
	for i := range n {
		w.send(native(map[string]any{"dedup_key": fmt.Sprint("db", i), "action": "resolve"}))
	}
	w.state(ids[0], "resolved")
	if n := w.paged(ids[0], "sms", numbers["hal"]); n > 1 {
		t.Errorf("hal was paged %d times by one group", n)
	}
}
