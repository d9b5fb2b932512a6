package twilio

import (
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

func TestTextOffersNoReplies(t *testing.T) {
	long := disk()
	long.Title = strings.Repeat("disk full ", 60)
	tests := []struct {
		name   string
		notice incident.Notice
		want   string
	}{
		{"one", incident.Notice{Incidents: []incident.Incident{disk()}}, "PLATFORM-42 CRITICAL: Disk full on db1. No replies here: acknowledge in chat"},
		{"several", incident.Notice{Incidents: []incident.Incident{disk()}, More: 2}, "3 incidents, worst PLATFORM-42 CRITICAL: Disk full on db1. No replies here: acknowledge in chat"},
		{"nobody answered", incident.Notice{Incidents: []incident.Incident{disk()}, Fallback: true}, "Nobody answered: PLATFORM-42 CRITICAL: Disk full on db1. No replies here: acknowledge in chat"},
		{"none", incident.Notice{}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Text(tt.notice); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	if got := Text(incident.Notice{Incidents: []incident.Incident{long}}); segments(got) > maxSegments || !strings.HasSuffix(got, "acknowledge in chat") {
		t.Errorf("a long title makes %d segments: %q", segments(got), got)
	}
}
