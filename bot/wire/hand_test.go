package wire

import (
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/bot"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestLinesAreWrittenWhole(t *testing.T) {
	at := time.Date(2026, time.March, 9, 9, 0, 0, 0, time.UTC)
	h := Hand{
		Words: strings.ToUpper,
		Moment: func(at time.Time, far bool) string {
			return at.Format(map[bool]string{true: "2 Jan 15:04", false: "15:04"}[far])
		},
		Mention: func(id oncall.PersonID) string { return "<" + string(id) + ">" },
	}
	all := []bot.Line{
		{{Text: "next: "}, {Person: "ana"}, {Text: " at "}, {At: at}},
		{{Text: "then "}, {At: at, Far: true}},
	}
	tests := []struct {
		most int
		want string
	}{
		{100, "NEXT: <ana> AT 09:00\nTHEN 9 Mar 09:00"},
		{22, "NEXT: <ana> AT 09:00"},
		{10, ""},
	}
	for _, tt := range tests {
		if got := h.Lines(all, tt.most); got != tt.want {
			t.Errorf("within %d: %q, want %q", tt.most, got, tt.want)
		}
	}
}

func TestAListIsCutBetweenItsLines(t *testing.T) {
	item := func(s string) string { return s }
	if got := Listed("Open:", []string{"one", "two", "three"}, 100, item); got != "Open:\n• one\n• two\n• three" {
		t.Errorf("all of it is %q", got)
	}
	if got := Listed("Open:", []string{"one", "two", "three"}, 20, item); got != "Open:\n• one\n… and 2 more" {
		t.Errorf("what fits is %q", got)
	}
}
