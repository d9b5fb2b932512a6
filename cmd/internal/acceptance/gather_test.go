package acceptance

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
)

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
