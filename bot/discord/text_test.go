package discord

import (
	"fmt"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/commands"
)

// TestALongAnswerIsToldInAnEmbed asks for answers of growing length.
func TestALongAnswerIsToldInAnEmbed(t *testing.T) {
	for lines, whole := range map[int]bool{3: true, 60: true, 200: false} {
		t.Run(fmt.Sprint(lines, " lines"), func(t *testing.T) {
			s := newStage(t, false)
			var list []string
			for i := range lines {
				list = append(list, fmt.Sprintf("word_%d [team]: what it says and does is told here", i+1))
			}
			s.desk.answers(commands.Reply{OK: true, Text: "What you can say:", Lines: list}, nil)
			told, err := s.Command("2001", platform, "oncall help", nil)
			if err != nil {
				t.Fatal(err)
			}
			text := strings.ReplaceAll(told.Message.Text(), `\`, "")
			if !told.Ephemeral() || !strings.HasPrefix(text, "What you can say:\n• word_1 ") {
				t.Errorf("told %q", text)
			}
			if strings.Contains(text, list[lines-1]) != whole || strings.Contains(text, "… and ") == whole {
				t.Errorf("told %q, want all of it: %v", text, whole)
			}
		})
	}
}
