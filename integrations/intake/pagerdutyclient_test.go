package intake

import (
	"errors"
	"net/http/httptest"
	"testing"

	"github.com/PagerDuty/go-pagerduty"
)

// TestPagerDutysOwnClientIsAtHome speaks to the door as programs do that were
// written for PagerDuty.
func TestPagerDutysOwnClientIsAtHome(t *testing.T) {
	b := newBench()
	site := httptest.NewServer(b.server)
	defer site.Close()
	client := pagerduty.NewClient("", pagerduty.WithV2EventsAPIEndpoint(site.URL))
	event := pagerduty.V2Event{
		RoutingKey: "pd-key", Action: "trigger", Client: "cron", ClientURL: "https://cron.example.com",
		Payload: &pagerduty.V2Payload{Summary: "Backup failed", Source: "db1", Severity: "error", Details: map[string]any{"status": 1, "hosts": []string{"db1"}}},
		Links:   []any{map[string]string{"href": "https://wiki.example.com", "text": "Runbook"}},
	}
	made, err := client.ManageEventWithContext(t.Context(), &event)
	if err != nil || made.Status != "success" || made.DedupKey == "" {
		t.Fatalf("a trigger: %+v, %v", made, err)
	}
	again, err := client.ManageEventWithContext(t.Context(), &event)
	if err != nil || again.DedupKey != made.DedupKey || b.opened != 1 {
		t.Errorf("the same again: %+v, %v; %d incidents", again, err, b.opened)
	}
	for _, action := range []string{"acknowledge", "resolve"} {
		got, err := client.ManageEventWithContext(t.Context(), &pagerduty.V2Event{RoutingKey: "pd-key", Action: action, DedupKey: made.DedupKey})
		if err != nil || got.DedupKey != made.DedupKey {
			t.Errorf("%s: %+v, %v", action, got, err)
		}
	}
	if len(b.open) != 0 {
		t.Errorf("still open: %v", b.open)
	}
	changed, err := client.CreateChangeEventWithContext(t.Context(), pagerduty.ChangeEvent{RoutingKey: "pd-key", Payload: pagerduty.ChangeEventPayload{Summary: "deployed"}})
	if err != nil || changed.Status != "success" || changed.Message != "Change event processed" {
		t.Errorf("a change: %+v, %v", changed, err)
	}
	for name, wrong := range map[string]pagerduty.V2Event{
		"a wrong key":    {RoutingKey: "nope", Action: "trigger", Payload: event.Payload},
		"no summary":     {RoutingKey: "pd-key", Action: "trigger"},
		"a lost resolve": {RoutingKey: "pd-key", Action: "resolve"},
	} {
		var refused pagerduty.APIError
		if got, err := client.ManageEventWithContext(t.Context(), &wrong); !errors.As(err, &refused) || refused.Temporary() {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	b.err = errors.New("dial tcp: refused")
	var later pagerduty.APIError
	if got, err := client.ManageEventWithContext(t.Context(), &event); !errors.As(err, &later) || !later.Temporary() {
		t.Errorf("nothing stored: %+v, %v", got, err)
	}
}
