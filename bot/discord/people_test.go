package discord

import (
	"fmt"
	"testing"
	"time"
)

// TestS21StrangersInADirectMessageLookAtMost says the same words in the server and
// beside it.
func TestS21StrangersInADirectMessageLookAtMost(t *testing.T) {
	tests := []struct {
		name, speaks string
		guest        bool
	}{
		{"a stranger in the server", `"guild_id":"1000","channel_id":"3001","member":{"user":{"id":"2009","username":"mallory"}}`, false},
		{"a stranger in a direct message", `"channel_id":"5001","user":{"id":"2009","username":"mallory"}`, true},
		{"a person of the roster in a direct message", `"channel_id":"5001","user":{"id":"2001","username":"ana"}`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStage(t, false)
			body := fmt.Appendf(nil, `{"id":"91","type":3,"token":"t",%s,"data":{"custom_id":"v1:ack:PLATFORM-42"}}`, tt.speaks)
			if status, _, err := s.Deliver(body, s.Sign(body, time.Now())); err != nil || status/100 != 2 {
				t.Fatalf("status %d, %v", status, err)
			}
			if got := s.desk.requests(); len(got) != 1 || got[0].Guest != tt.guest {
				t.Errorf("asked %+v, want one request, of a guest: %v", got, tt.guest)
			}
		})
	}
}
