package discord

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/earshot-oncall/earshot/bot/discord/discordfake"
	"github.com/earshot-oncall/earshot/bot/wire"
	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// long are words that no button of Discord's carries.
var long = "page @ben yes " + strings.Repeat("the shop is down ", 20)

func TestAButtonWithLongWordsSaysAllOfThem(t *testing.T) {
	for _, gateway := range []bool{false, true} {
		s := newStage(t, gateway)
		s.desk.answers(commands.Reply{Text: "Page Ben?", Offers: []oncall.Offer{{Label: "Page", Words: long}, {Label: "No", Words: "no"}}}, nil)
		asked, err := s.Command("2001", platform, "oncall page", map[string]string{"text": "x"})
		if err != nil {
			t.Fatal(err)
		}
		buttons := asked.Message.Controls()
		if len(buttons) != 2 || utf8.RuneCountInString(buttons[0]) > maxCarried || buttons[1] != "say:no" {
			t.Fatalf("buttons %q", buttons)
		}
		if _, err := s.Press("2001", asked.Message.ID, buttons[0]); err != nil {
			t.Fatal(err)
		}
		if got := s.desk.requests(); len(got) != 2 || got[1].Text != long {
			t.Errorf("asked %+v", got)
		}
	}
}

func TestAFormWithLongWordsSaysAllOfThem(t *testing.T) {
	s := newStage(t, false)
	s.desk.answers(commands.Reply{Text: "Whom?", Form: &commands.Form{
		Title: "Page somebody", Words: "page {person} " + strings.TrimPrefix(long, "page @ben "), Fields: []commands.Field{{Name: "person", Label: "Whom"}},
	}}, nil)
	form, err := s.Command("2001", platform, "oncall page", map[string]string{"text": "x"})
	if err != nil || form.Modal == nil {
		t.Fatalf("answer %+v, %v", form, err)
	}
	if _, err := s.Submit("2001", form, map[string]string{"person": "@ben"}); err != nil {
		t.Fatal(err)
	}
	if got := s.desk.requests(); len(got) != 2 || got[1].Text != strings.TrimSpace(long) || !got[1].Form {
		t.Errorf("asked %+v", got)
	}
}

func TestLongWordsThatCanNotBeKept(t *testing.T) {
	tests := []struct {
		name    string
		before  error // of the shelf, when the button is made
		then    error // and when it is pressed
		buttons int
		says    string
	}{
		{"no button where the store is away", errors.New("away"), nil, 0, ""},
		{"a day later", nil, nil, 1, tooOld},
		{"the store is away when it is pressed", nil, errors.New("away"), 1, wire.Broken},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStage(t, false)
			s.desk.forgets(tt.before)
			s.desk.answers(commands.Reply{Text: "Page Ben?", Offers: []oncall.Offer{{Label: "Page", Words: long}}}, nil)
			asked, err := s.Command("2001", platform, "oncall page", map[string]string{"text": "x"})
			if err != nil || len(asked.Message.Controls()) != tt.buttons {
				t.Fatalf("answer %+v, %v", asked, err)
			}
			if tt.buttons == 0 {
				return
			}
			s.desk.forgets(tt.then)
			told, err := s.Press("2001", asked.Message.ID, asked.Message.Controls()[0])
			if err != nil || told.Message.Content != tt.says || len(s.desk.requests()) != 1 {
				t.Errorf("answer %+v, %v, asked %+v", told.Message.Content, err, s.desk.requests())
			}
		})
	}
}

// TestALetterWithLongWords is one that people get without asking.
func TestALetterWithLongWords(t *testing.T) {
	s := newStage(t, false)
	l := oncall.Letter{To: "ana", Text: "Cover?", Offers: []oncall.Offer{{Label: "Yes", Words: long}}}
	if _, err := s.client.Deliver(t.Context(), oncall.Sending{ID: "7", Letter: l}, s.desk.roster); err != nil {
		t.Fatal(err)
	}
	var told discordfake.Message
	for _, told = range s.DMs("2001") {
	}
	if _, err := s.Press("2001", told.ID, told.Controls()[0]); err != nil {
		t.Fatal(err)
	}
	if got := s.desk.requests(); len(got) != 1 || got[0].Text != long {
		t.Errorf("asked %+v", got)
	}
}
