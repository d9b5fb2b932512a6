package discord

import (
	"testing"

	"github.com/earshot-oncall/earshot/commands"
)

func TestAPictureStandsBelowItsWords(t *testing.T) {
	for _, gateway := range []bool{false, true} {
		for _, public := range []bool{false, true} {
			s := newStage(t, gateway)
			s.desk.answers(commands.Reply{
				OK: true, Text: "Platform, the last 7d:", Public: public,
				Picture: &commands.Picture{Name: "report.png", PNG: []byte("not really a PNG"), Alt: "Bar chart of 3 incidents"},
			}, nil)
			first, err := s.Command("2001", platform, "oncall report", nil)
			if err != nil {
				t.Fatal(err)
			}
			told, err := s.Settled(t.Context(), first.ID)
			if err != nil || told.Ephemeral() == public || told.Message.Content != "Platform, the last 7d:" {
				t.Fatalf("answer %+v, %v", told, err)
			}
			if got := s.File(told.Message.ID, "report.png"); string(got) != "not really a PNG" {
				t.Errorf("the file holds %q", got)
			}
			if m := told.Message; len(m.Attachments) != 1 || m.Attachments[0].Description != "Bar chart of 3 incidents" || len(m.Embeds) != 1 {
				t.Errorf("message %+v", m)
			}
		}
	}
}
