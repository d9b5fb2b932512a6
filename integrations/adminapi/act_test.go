package adminapi

import (
	"net/http"
	"testing"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

func TestActionsAnswerWithTheIncidentAsItIsThen(t *testing.T) {
	type step struct {
		action string
		body   string
		status int
		state  incident.State
		owner  string
	}
	tests := []struct {
		name  string
		steps []step
	}{
		{"acknowledged twice, the first keeps it", []step{
			{"acknowledge", `{"by":"ana"}`, 200, incident.Acknowledged, "ana"},
			{"acknowledge", `{"by":"ben"}`, 200, incident.Acknowledged, "ana"},
		}},
		{"given back", []step{
			{"acknowledge", `{"by":"ana"}`, 200, incident.Acknowledged, "ana"},
			{"unacknowledge", `{"by":"ana"}`, 200, incident.Triggered, ""},
			{"unacknowledge", `{"by":"ana"}`, 409, "", ""},
		}},
		{"snoozed and woken", []step{
			{"snooze", `{"by":"ana","for":"1d"}`, 200, incident.Snoozed, ""},
			{"unacknowledge", `{"by":"ben"}`, 200, incident.Triggered, ""},
		}},
		{"escalated twice in a moment", []step{
			{"escalate", `{"by":"ana"}`, 200, incident.Triggered, ""},
			{"escalate", `{"by":"ana"}`, 200, incident.Triggered, ""},
		}},
		{"resolved for good", []step{
			{"resolve", `{"by":"ana"}`, 200, incident.Resolved, ""},
			{"resolve", `{"by":"ana"}`, 409, "", ""},
			{"acknowledge", `{"by":"ana"}`, 409, "", ""},
			{"snooze", `{"by":"ana","for":"1h"}`, 409, "", ""},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t)
			for _, s := range tt.steps {
				w := post(d, "/api/v1/incidents/PLATFORM-1/"+s.action, s.body)
				if w.Code != s.status {
					t.Fatalf("%s: status %d, want %d: %s", s.action, w.Code, s.status, w.Body)
				}
				if w.Code != http.StatusOK {
					if got := decoded[problem](t, w); got.Text == "" {
						t.Errorf("%s: refused without a word", s.action)
					}
					continue
				}
				got := decoded[view](t, w)
				owner := ""
				if got.AcknowledgedBy != nil {
					owner = *got.AcknowledgedBy
				}
				if got.State != s.state || owner != s.owner {
					t.Errorf("%s: %s by %q, want %s by %q", s.action, got.State, owner, s.state, s.owner)
				}
			}
		})
	}
}

func TestARefusalIsInWordsForAPerson(t *testing.T) {
	d := newDesk(t)
	post(d, "/api/v1/incidents/PLATFORM-1/resolve", `{"by":"ana"}`)
	got := decoded[problem](t, post(d, "/api/v1/incidents/PLATFORM-1/acknowledge", `{"by":"ben"}`))
	if got.Text != "PLATFORM-1 is already resolved" {
		t.Errorf("refusal = %q", got.Text)
	}
	got = decoded[problem](t, post(d, "/api/v1/incidents/PLATFORM-2/unacknowledge", `{"by":"ben"}`))
	if got.Text != "PLATFORM-2 is not acknowledged" {
		t.Errorf("refusal = %q", got.Text)
	}
}
