package discord

import (
	"testing"

	"github.com/earshot-oncall/earshot/commands"
)

func TestAnAnnouncementIsPostedOnceAndBroughtUpToDate(t *testing.T) {
	s := newStage(t, false)
	reply := commands.Reply{OK: true, Text: "Platform, the week to Mon 9 Mar:", Picture: &commands.Picture{Name: "report.png", PNG: []byte("PNG"), Alt: "Bar chart"}}
	ref, err := s.client.Announce(t.Context(), platform, "", "week 1", reply)
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.client.Announce(t.Context(), platform, "", "week 1", reply) // by a program that knows nothing of the first
	if err != nil || again != ref || len(s.Messages(platform)) != 1 {
		t.Errorf("told twice: %s and %s, %v", ref, again, err)
	}
	if _, err := s.client.Announce(t.Context(), platform, ref, "week 1", commands.Reply{OK: true, Text: "Corrected"}); err != nil {
		t.Fatal(err)
	}
	if m := s.Messages(platform); len(m) != 1 || m[0].Content != "Corrected" {
		t.Errorf("messages = %+v", m)
	}
}
