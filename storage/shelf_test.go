package storage

import (
	"testing"
	"time"
)

func TestATextIsKeptForAWhile(t *testing.T) {
	s, _ := newStore(t)
	const text = `page @ben "the <shop> is down" — again`
	token, err := s.Keep(t.Context(), text, time.Hour)
	if err != nil || len(token) != tokenSize {
		t.Fatalf("token %q, %v", token, err)
	}
	if again, err := s.Keep(t.Context(), text, time.Hour); err != nil || again != token {
		t.Errorf("the same text has the token %q, %v, want %q", again, err, token)
	}
	if got, err := s.Kept(t.Context(), token); err != nil || got != text {
		t.Errorf("kept %q, %v", got, err)
	}
	if left := s.redis.PTTL(t.Context(), keptKey(token)).Val(); left <= 0 || left > time.Hour {
		t.Errorf("it is kept for %v", left)
	}
	for _, other := range []string{"", "0123", token + "0"} {
		if got, err := s.Kept(t.Context(), other); err != nil || got != "" {
			t.Errorf("the token %q gives %q, %v", other, got, err)
		}
	}
}
