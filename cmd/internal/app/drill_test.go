package app

import "testing"

func TestWhatIsSaidOfATestPageThatWentToAPhone(t *testing.T) {
	tests := []struct {
		name             string
		doubtful, public bool
		want             string
	}{
		{"receipts come", false, true, ""},
		{"no receipts come", false, false, noReceipts},
		{"the program before had it in hand", true, true, restarted},
		{"the program before had it in hand, and no receipts come", true, false, restarted},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := sentWords(tt.doubtful, tt.public); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
