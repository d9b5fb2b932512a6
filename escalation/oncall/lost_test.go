package oncall

import (
	"slices"
	"testing"
)

// TestS25ANumberOfTheFileIsTakenFromWhoeverLinkedIt has the file give a number to
// somebody after another had linked it.
func TestS25ANumberOfTheFileIsTakenFromWhoeverLinkedIt(t *testing.T) {
	const own, linked = Phone("+16175550101"), Phone("+16175550199")
	const words = "+1617…99, linked in chat, is not used: the file gives it to Ben Li"
	tests := []struct {
		name  string
		filed Phone // Ana's
		ben   Phone
		want  Phone
		lost  string
	}{
		{"nobody else has it", own, "", linked, ""},
		{"somebody else has another", own, "+16175550102", linked, ""},
		{"somebody else has it", own, linked, own, words},
		{"somebody else has it, and the file has none of hers", "", linked, "", words},
		{"the file gives it to both", linked, linked, linked, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := Roster{People: map[PersonID]Person{
				"ana": {ID: "ana", Slack: "U0ANA", Phone: tt.filed}, "ben": {ID: "ben", Name: "Ben Li", Slack: "U0BEN", Phone: tt.ben},
			}}
			book := Book{Wishes: map[PersonID]Wish{"ana": {Phone: linked}}}
			r = r.With(book)
			ana := r.People["ana"]
			if ana.Phone != tt.want || ana.Lost() != tt.lost {
				t.Errorf("Ana has %q and lost %q", string(ana.Phone), ana.Lost())
			}
			if warned := slices.Contains(ana.Contacts().Problems, words); warned != (tt.lost != "") {
				t.Errorf("problems: %q", ana.Contacts().Problems)
			}
			if c, due := book.Warn(r, map[PersonID]Reach{"ana": {}}); due != (tt.lost != "") {
				t.Errorf("told: %+v", c.Letters)
			}
			if ben := r.People["ben"]; ben.Phone != tt.ben || ben.Lost() != "" {
				t.Errorf("Ben has %q and lost %q", string(ben.Phone), ben.Lost())
			}
			if again := r.With(book).People["ana"]; again.Phone != tt.want || again.Lost() != tt.lost {
				t.Errorf("with the same book again, Ana has %q and lost %q", string(again.Phone), again.Lost())
			}
			if back := r.With(Book{}).People["ana"]; back.Phone != tt.filed || back.Lost() != "" {
				t.Errorf("without the link, Ana has %q and lost %q", string(back.Phone), back.Lost())
			}
		})
	}
}
