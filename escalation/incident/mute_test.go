package incident

import (
	"testing"
	"time"
)

func TestACardIsDrawnAnewWhenPagesCanNotBeAnswered(t *testing.T) {
	r := sample(nil)
	in := must(t)(Decide(opened(t, r), r, PageSending{Page: "PLATFORM-1/p1"}, nine.Add(time.Second)))
	said := in
	said.Pages = append([]Page{{ID: "PLATFORM-1/p0", Via: in.Pages[0].Via, Mute: "no replies"}}, in.Pages...)
	tests := []struct {
		name  string
		in    Incident
		mute  string
		drawn bool
	}{
		{"one that can be answered changes nothing", in, "", false},
		{"one that can't is told", in, "no replies", true},
		{"the same reason is told once", said, "no replies", false},
		{"another reason is told", said, "no public URL is set", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			next := must(t)(Decide(tt.in, r, PageSent{Page: "PLATFORM-1/p1", Ref: "SM1", Receipt: true, Mute: tt.mute}, nine.Add(2*time.Second)))
			if drawn := next.Revision > tt.in.Revision; drawn != tt.drawn {
				t.Errorf("the card is drawn anew: %v, want %v", drawn, tt.drawn)
			}
		})
	}
}
