package commands

import (
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestReport(t *testing.T) {
	tests := []struct {
		name, text string
		team       oncall.TeamID // of the channel
		want       string        // the answer begins so
		counted    string
		offer      string
		public     bool
		ok         bool
	}{
		{"the channel's team and a week", "report", "platform", "Platform, the last 1w:", "Incidents: 2", "report platform 1w here", false, true},
		{"all teams elsewhere", "report", "", "All teams, the last 1w:", "Incidents: 3", "report all 1w here", false, true},
		{"all teams from a team's channel", "report all 30d", "platform", "All teams, the last 30d:", "Incidents: 3", "", false, true},
		{"another team", "report web 1d", "platform", "Web, the last 1d:", "Incidents: 1", "report web 1d here", false, true},
		{"a length alone", "report 2w", "web", "Web, the last 2w:", "Incidents: 1", "report web 2w here", false, true},
		{"for everybody", "report platform 7d here", "platform", "Platform, the last 1w:", "Incidents: 2", "", true, true},
		{"no such team", "report plattform", "", "There is no team \"plattform\". Did you mean platform?", "", "", false, false},
		{"no length", "report platform soon", "", "\"soon\" is no duration", "", "", false, false},
		{"too long", "report platform 600d", "", "At most 366d.", "", "", false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t)
			d.fire(t, "platform", 1, "Disk full")
			d.fire(t, "platform", 2, "Disk full")
			d.fire(t, "web", 1, "Shop down")
			d.now = d.now.Add(time.Minute)
			got := d.run(t, Request{Text: tt.text, By: incident.By("ben"), Team: tt.team})
			if !strings.HasPrefix(got.Text, tt.want) || got.OK != tt.ok || got.Public != tt.public {
				t.Fatalf("reply = %v %s, public %v", got.OK, got, got.Public)
			}
			if !tt.ok {
				return
			}
			if !strings.HasPrefix(got.Lines[0], tt.counted) {
				t.Errorf("first line = %q, want %s", got.Lines[0], tt.counted)
			}
			if got.Picture == nil || got.Picture.Alt != strings.TrimSuffix(got.Text, ":") {
				t.Errorf("picture = %+v", got.Picture)
			}
			if tt.offer != "" && (len(got.Offers) != 1 || strings.Join(strings.Fields(got.Offers[0].Words), " ") != strings.Join(strings.Fields(tt.offer), " ")) {
				t.Errorf("offers = %+v, want %q", got.Offers, tt.offer)
			}
		})
	}
}

func TestTheButtonOfAReportSaysTheSameReport(t *testing.T) {
	d := newDesk(t)
	d.fire(t, "web", 1, "Shop down")
	d.now = d.now.Add(time.Minute)
	first := d.run(t, Request{Text: "report 30d", By: incident.By("ben")})
	again := d.run(t, Request{Text: first.Offers[0].Words, By: incident.By("ben"), Team: "platform"})
	if again.Text != first.Text || !again.Public {
		t.Errorf("the button shows %q, asked was %q", again.Text, first.Text)
	}
}
