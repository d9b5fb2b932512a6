package commands

import (
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// TestASnoozeEndsWhenItWasSaidTo counts from 02:00 in New York, a Sunday.
func TestASnoozeEndsWhenItWasSaidTo(t *testing.T) {
	tests := []struct {
		words string
		want  time.Duration // zero: it is refused
		says  string
	}{
		{"1h", time.Hour, "03:00"},
		{"for 90 m", 90 * time.Minute, "03:30"},
		{"until 9:00", 7 * time.Hour, "09:00"},
		{"until tomorrow 9:00", 31 * time.Hour, "Mon 12 Jan 09:00"},
		{"Until Fri 9:00", 127 * time.Hour, "Fri 16 Jan 09:00"},
		{"until tomorrow", 0, "start of tomorrow or its end"},
		{"until 2026-03-01T09:00", 0, "30 days"},
		{"0s", 0, "a second"},
		{"a while", 0, `"a while" is no duration`},
	}
	for _, tt := range tests {
		for _, form := range []bool{false, true} {
			d := newDesk(t)
			d.fire(t, "platform", 1, "Disk full")
			got := d.run(t, Request{Text: "snooze PLATFORM-1 " + tt.words, By: incident.By("ben"), Source: "slack", Form: form})
			if got.OK != (tt.want > 0) || !strings.Contains(got.Text, tt.says) {
				t.Errorf("%q: %v %s, want %q", tt.words, got.OK, got, tt.says)
			}
			if field := map[bool]string{true: "for"}[form && !got.OK]; got.Field != field {
				t.Errorf("%q is wrong at the field %q, want %q", tt.words, got.Field, field)
			}
			if until := d.incidents["PLATFORM-1"].SnoozedUntil; tt.want > 0 && !until.Equal(d.now.Add(tt.want)) {
				t.Errorf("%q sleeps until %s, want %s", tt.words, until, tt.want)
			}
		}
	}
}
