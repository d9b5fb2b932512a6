package twilio

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

// storms adds incidents that page Hal, and has the call about PLATFORM-42 and WEB-7
// stand for them.
func (s *stage) storms(n int) {
	for i := range n {
		id := incident.NewID("platform", int64(100+i))
		s.desk.settle(id, func(in *incident.Incident) {
			in.ID, in.Team, in.Title, in.Severity, in.State = id, "platform", "Slow", incident.Warning, incident.Triggered
			in.Runs = []incident.Run{{Person: "hal"}}
		})
	}
	s.desk.settle("PLATFORM-42", func(in *incident.Incident) { in.Pages[1].Along = n })
}

func TestACallInAStorm(t *testing.T) {
	tests := []struct {
		name, keys string
		first      func(*stage)
		news, says string
		acked      int
	}{
		{"4 acknowledges all", "4", nil, "There are 302 incidents, the worst is critical, for team Platform", "302 incidents are acknowledged.", 302},
		{"6 resolves the worst alone", "6", nil, "There are 302 incidents,", "platform 42 resolved", 0},
		{"no key, none", "", nil, "There are 302 incidents,", "Goodbye.", 0},
		{"what it names is taken", "4", func(s *stage) {
			for _, id := range []incident.ID{"PLATFORM-42", "WEB-7"} {
				s.desk.settle(id, func(in *incident.Incident) { in.State = incident.Acknowledged })
			}
		}, "This call is about 302 incidents. The worst have been taken care of.", "300 incidents are acknowledged.", 302},
		{"all but one are over", "4", func(s *stage) {
			for i := 1; i < 300; i++ {
				s.desk.settle(incident.NewID("platform", int64(100+i)), func(in *incident.Incident) { in.State = incident.Resolved })
			}
			for _, id := range []incident.ID{"PLATFORM-42", "WEB-7"} {
				s.desk.settle(id, func(in *incident.Incident) { in.State = incident.Resolved })
			}
		}, "This call is about 302 incidents.", "One incident is acknowledged.", 1},
		{"everything is over", "4", func(s *stage) {
			for _, id := range s.desk.ids() {
				s.desk.settle(id, func(in *incident.Incident) { in.State = incident.Resolved })
			}
		}, "This call is about 302 incidents.", "There is nothing left that you could acknowledge.", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStage(t)
			s.storms(300)
			if tt.first != nil {
				tt.first(s)
			}
			c := s.call(t, twiliofake.Presses(tt.keys), "PLATFORM-42/p4", "PLATFORM-42")
			if len(c.Spoken) == 0 || !strings.Contains(c.Spoken[0], tt.news) {
				t.Errorf("said %q, want %q first", c.Spoken, tt.news)
			}
			if words := strings.Join(c.Spoken, " "); !strings.Contains(words, tt.says) {
				t.Errorf("said %q, want %q in it", words, tt.says)
			}
			acked := 0
			for _, id := range s.desk.ids() {
				if s.desk.state(id) == incident.Acknowledged {
					acked++
				}
			}
			if acked != tt.acked {
				t.Errorf("%d incidents are acknowledged, want %d", acked, tt.acked)
			}
		})
	}
}

// ids are all incidents.
func (d *desk) ids() []incident.ID {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Collect(maps.Keys(d.incidents))
}
