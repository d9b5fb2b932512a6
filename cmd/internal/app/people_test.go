package app

import "testing"

func TestSlackCanNotMakeEverybodyLeaveAtOnce(t *testing.T) {
	for _, tt := range []struct {
		name           string
		gone, accounts int
		want           bool
	}{
		{"one of many", 1, 40, false},
		{"all of a small company", 3, 3, false},
		{"half of a company", 10, 20, false},
		{"most of a company", 11, 20, true},
		{"everybody", 40, 40, true},
	} {
		if got := implausible(tt.gone, tt.accounts); got != tt.want {
			t.Errorf("%s: implausible = %t", tt.name, got)
		}
	}
	if n := goneOf(map[string]bool{"U0ANA": true, "U0BEN": false, "U0GUS": true}); n != 2 {
		t.Errorf("gone = %d, want 2", n)
	}
}
