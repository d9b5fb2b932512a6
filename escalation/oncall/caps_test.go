package oncall

import (
	"testing"
	"time"
)

func TestCapsThatAreLeftOutAreTheDefaults(t *testing.T) {
	tests := []struct {
		name string
		caps Caps
		of   Spending
		want Cap
	}{
		{"codes", Caps{}, CodeSent, Cap{5, 5, 100, time.Hour}},
		{"test pages", Caps{}, TestSent, Cap{5, 20, 200, time.Hour}},
		{"pages to linked numbers", Caps{}, LinkedPage, Cap{200, 200, 2000, 24 * time.Hour}},
		{"one bound that is set", Caps{Pages: Cap{Day: 50}}, LinkedPage, Cap{200, 200, 50, 24 * time.Hour}},
		{"a person's bound above the number's", Caps{Pages: Cap{Person: 900}}, LinkedPage, Cap{900, 900, 2000, 24 * time.Hour}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.caps.Of(tt.of); got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}
