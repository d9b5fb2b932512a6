package oncall

import (
	"strings"
	"testing"
)

func TestF64WhoIsToldOfATrouble(t *testing.T) {
	roster := Roster{
		Admins: []PersonID{"paul", "ana", "gus"},
		People: map[PersonID]Person{
			"ana": {ID: "ana", Name: "Ana Ortiz", Slack: "U0ANA"}, "hal": {ID: "hal", Name: "Hal Byrne", Phone: "+16175550108"},
			"paul": {ID: "paul", Slack: "U0PAUL"}, "gus": {ID: "gus", Inactive: true},
		},
		Teams: map[TeamID]Team{
			"platform": {ID: "platform", SlackChannel: "C0PLATFORM", Members: []PersonID{"ana", "hal"}},
			"web":      {ID: "web", SlackChannel: "C0WEB", Members: []PersonID{"hal"}},
			"quiet":    {ID: "quiet", Members: []PersonID{"hal", "ana"}},
			"other":    {ID: "other", SlackChannel: "C0OTHER", Members: []PersonID{"paul"}},
		},
	}
	tests := []struct {
		name string
		who  PersonID
		kind TroubleKind
		over bool
		want []string // to whom
		says string
	}{
		{"STOP of somebody with chat", "ana", Stopped, false, []string{"@ana", "#platform", "@paul"}, "START"},
		{"STOP of somebody without", "hal", Stopped, false, []string{"#platform", "#web", "@ana", "@paul"}, "Hal Byrne's phone replied STOP"},
		{"START", "hal", Stopped, true, []string{"#platform", "#web", "@ana", "@paul"}, "takes SMS again"},
		{"a wrong number", "ana", Wrong, false, []string{"@ana", "#platform", "@paul"}, "wrong number"},
		{"a wrong number that is right after all", "ana", Wrong, true, []string{"@ana", "#platform", "@paul"}, "is paged again"},
		{"a refusal", "ana", Refused, false, []string{"@ana"}, "unregistered sender"},
		{"a refusal of somebody without chat", "hal", Refused, false, nil, ""},
		{"a refusal that is over", "ana", Refused, true, nil, ""},
		{"a number that the file gave away", "ana", Taken, false, []string{"@ana"}, "another number"},
		{"a number that is nobody else's any more", "ana", Taken, true, nil, ""},
		{"somebody who left", "gus", Stopped, false, nil, ""},
		{"somebody unknown", "zed", Stopped, false, nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			trouble := Trouble{Kind: tt.kind, Via: SMS, Phone: "+16175550108", Words: "unregistered sender (30034)"}
			var got []string
			for _, l := range roster.troubleLetters(tt.who, trouble, tt.over) {
				to := "@" + string(l.To)
				if l.To == "" {
					to = "#" + string(l.Team)
				}
				got = append(got, to)
				if !strings.Contains(l.Text, tt.says) || strings.Contains(l.Text, string(trouble.Phone)) {
					t.Errorf("to %s: %q, want %q and no number in it", to, l.Text, tt.says)
				}
			}
			if strings.Join(got, " ") != strings.Join(tt.want, " ") {
				t.Errorf("told: %v, want %v", got, tt.want)
			}
		})
	}
}

func TestWhatAPersonChangedStandsAboveTheFile(t *testing.T) {
	file := Roster{People: map[PersonID]Person{"ana": {ID: "ana", Phone: "+16175550101"}, "hal": {ID: "hal"}}}
	wishes := func(w Wish) Roster { return file.With(Book{Wishes: map[PersonID]Wish{"ana": w}}) }
	linked := wishes(Wish{Phone: "+16175550199"})
	tests := []struct {
		name   string
		roster Roster
		phone  Phone
		linked bool
	}{
		{"the file's", file, "+16175550101", false},
		{"a linked one", linked, "+16175550199", true},
		{"the file's, linked", wishes(Wish{Phone: "+16175550101"}), "+16175550101", false},
		{"merged twice", linked.With(Book{Wishes: map[PersonID]Wish{"ana": {Phone: "+16175550177"}}}), "+16175550177", true},
		{"taken back", linked.With(Book{}), "+16175550101", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := tt.roster.People["ana"]
			if p.Phone != tt.phone || p.Linked() != tt.linked || p.Filed().Phone != "+16175550101" || p.Filed().Linked() {
				t.Errorf("%s, linked %t, in the file %s", p.Phone, p.Linked(), p.Filed().Phone)
			}
		})
	}
}
