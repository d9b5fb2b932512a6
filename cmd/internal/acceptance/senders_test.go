package acceptance

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

const (
	pagerDutyKey = "canary-pagerduty-key-4c1d"
	opsgenieKey  = "canary-opsgenie-key-83e0"
)

// moved is a configuration with integrations for senders that spoke to other products.
func moved(config string) string {
	return strings.Replace(config, "integrations:\n", `integrations:
  pd: {type: pagerduty, key: `+pagerDutyKey+`, team: platform}
  og: {type: opsgenie, key: `+opsgenieKey+`, team: platform}
`, 1)
}

// receivers is a configuration of a real Alertmanager: the label `by` says by which
// receiver an alert goes, and nothing but their addresses and keys differs from what
// a team had before.
func receivers(base string) string {
	var routes []string
	for _, by := range []string{"webhook", "victorops", "pagerduty", "opsgenie"} {
		routes = append(routes, fmt.Sprintf(`{matchers: ['by="%s"'], receiver: %s}`, by, by))
	}
	return fmt.Sprintf(`
global:
  victorops_api_url: %[1]s/integrations/generic/20131114/alert/
  victorops_api_key: %[2]s
  pagerduty_url: %[1]s/v2/enqueue
  opsgenie_api_url: %[1]s/
  opsgenie_api_key: %[3]s
route:
  receiver: webhook
  group_by: [by, alertname]
  group_wait: 100ms
  group_interval: 300ms
  repeat_interval: 1h
  routes: [%[4]s]
receivers:
  - {name: webhook, webhook_configs: [{url: "%[1]s/integrations/alertmanager/%[5]s"}]}
  - {name: victorops, victorops_configs: [{routing_key: platform}]}
  - {name: pagerduty, pagerduty_configs: [{routing_key: %[6]s, severity: '{{ .CommonLabels.severity }}'}]}
  - {name: opsgenie, opsgenie_configs: [{update_alerts: true, priority: P4}]}
`, base, victorOpsKey, opsgenieKey, strings.Join(routes, ", "), prometheusKey, pagerDutyKey)
}

// fire tells Alertmanager of an alert of one instance, which lasts or is over.
func fire(t *testing.T, alertmanager, by, instance string, over bool) {
	t.Helper()
	end := time.Now().Add(time.Hour)
	if over {
		end = time.Now()
	}
	body := encoded([]any{map[string]any{
		"labels":       map[string]string{"alertname": "DiskFull", "by": by, "instance": instance, "severity": "warning"},
		"annotations":  map[string]string{"summary": "97 percent of var is used"},
		"generatorURL": "http://prometheus.example.com/graph", "startsAt": time.Now().Add(-time.Minute), "endsAt": end,
	}})
	got, err := ask(t, http.MethodPost, alertmanager+"/api/v2/alerts", body, "Content-Type", "application/json")
	if err != nil || got.status != http.StatusOK {
		t.Fatalf("Alertmanager is told of an alert: status %d, %v: %s", got.status, err, got.body)
	}
}

// by finds the incident that an integration opened.
func (w *world) by(integration string) (found incident, ok bool) {
	for _, in := range w.incidents() {
		in = w.incident(in.ID)
		if in.tells("opened", integration, "DiskFull") {
			return in, true
		}
	}
	return found, false
}

// tells reports whether the timeline has a line of that kind and actor with these
// words.
func (in incident) tells(kind, actor, words string) bool {
	for _, line := range in.Timeline {
		if line.Kind == kind && line.Actor == actor && strings.Contains(line.Text, words) {
			return true
		}
	}
	return false
}

// TestARealAlertmanagerFindsEveryDoor sends through the receivers for four products.
func TestARealAlertmanagerFindsEveryDoor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, moved(simple("{after: 0s, via: sms}")))
	w.start()
	alertmanager := startAlertmanager(t, receivers(w.base()))
	doors := map[string]string{"webhook": "prometheus", "victorops": "nagios", "pagerduty": "pd", "opsgenie": "og"}
	severity := map[string]string{"webhook": "warning", "victorops": "critical", "pagerduty": "warning", "opsgenie": "warning"}
	for by := range doors {
		fire(t, alertmanager, by, "db1", false)
	}
	opened := map[string]string{}
	for by, integration := range doors {
		until(t, integration+" opens an incident", func() bool {
			in, ok := w.by(integration)
			opened[by] = in.ID
			return ok
		})
		in := w.incident(opened[by])
		if in.State != "triggered" || in.Team != "platform" || in.Severity != severity[by] {
			t.Errorf("%s opened %+v", by, in)
		}
		until(t, in.ID+" pages hal", func() bool { return w.paged(in.ID, "sms", numbers["hal"]) == 1 })
	}

	// Another host joins each group.
	for by := range doors {
		fire(t, alertmanager, by, "db2", false)
	}
	until(t, "the webhook's incident has two members", func() bool { return w.incident(opened["webhook"]).Alerts == 2 })
	until(t, "Opsgenie's incident is renamed and described anew", func() bool {
		in := w.incident(opened["opsgenie"])
		return strings.Contains(in.Title, "FIRING:2") && in.tells("note", "og", "described anew")
	})
	for _, by := range []string{"victorops", "pagerduty"} {
		until(t, by+"'s incident counts another trigger", func() bool { return w.incident(opened[by]).Alerts >= 2 })
	}
	if all := w.incidents(); len(all) != len(doors) {
		t.Errorf("%d incidents are there, want %d: %+v", len(all), len(doors), all)
	}

	for by := range doors {
		fire(t, alertmanager, by, "db1", true)
		fire(t, alertmanager, by, "db2", true)
	}
	for by, integration := range doors {
		w.state(opened[by], "resolved")
		if in := w.incident(opened[by]); !in.tells("resolved", integration, "") {
			t.Errorf("%s was not resolved by %s: %+v", in.ID, integration, in.Timeline)
		}
	}
}

// TestADryRunTellsWhomAnAlertWouldPage asks with an override in force that stands in
// no file, and finds nothing changed.
func TestADryRunTellsWhomAnAlertWouldPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, moved(rota(anas(), "")))
	w.start()
	w.hears("paul", "override platform/techops @ben for 2h", "Ben Adeyemi instead of Ana Ortiz")
	got, err := ask(t, http.MethodPost, w.base()+"/api/v1/alerts?dry_run=1", `{"summary":"Disk full"}`, "Authorization", "Bearer "+nativeKey)
	if err != nil || got.status != http.StatusOK {
		t.Fatalf("status %d, %v: %s", got.status, err, got.body)
	}
	for _, want := range []string{
		`{"status":"dry run","route":{"team":"platform","policy":"default","because":"integration native","tried":[]}`,
		`"after":"0s","tier":1,"responder":"hal","via":"sms","because":"named by the policy"`,
		`"after":"3s","tier":2,"responder":"ben","via":"chat","because":"schedule techops (override)"`,
	} {
		if !strings.Contains(got.body, want) {
			t.Errorf("the answer lacks %s: %s", want, got.body)
		}
	}
	if strings.Contains(got.body, `"ana"`) {
		t.Errorf("ana would be paged, whom ben has replaced: %s", got.body)
	}
	if all := w.incidents(); len(all) != 0 {
		t.Errorf("a dry run opened %+v", all)
	}
	metrics, err := ask(t, http.MethodGet, w.base()+"/metrics", "")
	if err != nil || strings.Contains(metrics.body, `integration="native",result="accepted"`) || !strings.Contains(metrics.body, `integration="native",result="dry_run"} 1`) {
		t.Errorf("metrics, %v: %s", err, metrics.body)
	}
}

// TestAChangeStandsInTheThreadsOfWhatIsOpen sends it twice, as after a lost answer.
func TestAChangeStandsInTheThreadsOfWhatIsOpen(t *testing.T) {
	t.Parallel()
	w := newWorld(t, moved(simple("{after: 0s, via: sms}")))
	w.start()
	one := w.send(triggered("Disk full", ""))
	other := w.send(triggered("Shop down", "web"))
	card := w.card(platform, one, "Disk full")
	const event = `{"routing_key":"` + pagerDutyKey + `","payload":{"summary":"Build 1.4.2 deployed","source":"ci"}}`
	for range 2 {
		got, err := w.post(alert{"/v2/change/enqueue", "", event})
		if err != nil || got.status != http.StatusAccepted || got.body != `{"status":"success","message":"Change event processed"}`+"\n" {
			t.Fatalf("status %d, %v: %s", got.status, err, got.body)
		}
	}
	until(t, "the thread tells of the change", func() bool { return strings.Contains(w.thread(card), "Build 1.4.2 deployed") })
	told := 0
	for _, line := range w.incident(one).Timeline {
		if strings.Contains(line.Text, "Build 1.4.2") && line.Actor == "pd" {
			told++
		}
	}
	if told != 1 {
		t.Errorf("the timeline tells of the change %d times", told)
	}
	if w.incident(other).tells("note", "pd", "Build") {
		t.Errorf("another team's incident tells of the change")
	}
	if n := w.paged(one, "sms", numbers["hal"]); n > 1 {
		t.Errorf("the change paged hal: %d pages", n)
	}
}
