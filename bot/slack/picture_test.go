package slack_test

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
	"github.com/earshot-oncall/earshot/commands"
)

func figures(public bool) func(context.Context, commands.Request) commands.Reply {
	return func(context.Context, commands.Request) commands.Reply {
		return commands.Reply{
			OK: true, Text: "Platform, the last 7d:", Lines: []string{"Incidents: 3"}, Public: public,
			Picture: &commands.Picture{Name: "report.png", PNG: []byte("not really a PNG"), Alt: "Bar chart of <!channel> 3 incidents"},
		}
	}
}

// picture returns the id and the words of the one picture in blocks.
func picture(t *testing.T, blocks json.RawMessage) (id, alt string) {
	t.Helper()
	var all []struct {
		Type string              `json:"type"`
		Alt  string              `json:"alt_text"`
		File struct{ ID string } `json:"slack_file"`
	}
	if len(blocks) == 0 {
		return "", "" // words alone: the picture follows
	}
	if err := json.Unmarshal(blocks, &all); err != nil {
		t.Fatal(err)
	}
	for _, b := range all {
		if b.Type == "image" {
			id, alt = b.File.ID, b.Alt
		}
	}
	return id, alt
}

func TestAReportsPictureIsSeenByTheCallerAlone(t *testing.T) {
	w := newWorld(t)
	w.desk.answer = figures(false)
	if _, err := w.Command("U0ANA", "C0PLATFORM", "/oncall", "report"); err != nil {
		t.Fatal(err)
	}
	var id, alt string
	w.await(t, "the picture", func(*slackfake.Server) bool {
		for _, m := range w.asides("U0ANA") {
			if id, alt = picture(t, m.Blocks); id != "" {
				return true
			}
		}
		return false
	})
	files := w.Files()
	if len(files) != 1 || files[0].ID != id || string(files[0].Content) != "not really a PNG" || files[0].Alt != alt {
		t.Errorf("files = %+v, the picture shown is %s", files, id)
	}
	if !strings.HasPrefix(alt, "Bar chart") {
		t.Errorf("alt = %q", alt)
	}
	if n := len(w.cards()); n != 0 {
		t.Errorf("%d messages in the channel", n)
	}
}

func TestAReportForEverybodyIsOneMessage(t *testing.T) {
	w := newWorld(t)
	w.desk.answer = figures(true)
	answer, err := w.Command("U0ANA", "C0PLATFORM", "/oncall", "report here")
	if err != nil || !strings.Contains(answer.Message.Text, "Shown to everybody here") {
		t.Fatalf("answered %+v, %v", answer, err)
	}
	w.await(t, "the report in the channel", func(*slackfake.Server) bool { return len(w.cards()) == 1 })
	m := w.cards()[0]
	if id, _ := picture(t, m.Blocks); id == "" || !strings.Contains(m.Text, "Incidents: 3") {
		t.Errorf("message = %q %s", m.Text, m.Blocks)
	}
}

func TestAWorkspaceThatTakesNoFilesGetsTheWords(t *testing.T) {
	w := newWorld(t)
	w.Fault(func(method string, _ url.Values) *slackfake.Response {
		if method == "files.getUploadURLExternal" {
			return &slackfake.Response{Body: `{"ok":false,"error":"missing_scope","needed":"files:write"}`}
		}
		return nil
	})
	ref, err := w.client.Announce(t.Context(), "C0PLATFORM", "", figures(true)(t.Context(), commands.Request{}))
	if err != nil || ref == "" {
		t.Fatalf("%q, %v", ref, err)
	}
	if m := w.cards()[0]; !strings.Contains(m.Text, "Incidents: 3") {
		t.Errorf("message = %q", m.Text)
	}
	again, err := w.client.Announce(t.Context(), "C0PLATFORM", ref, commands.Reply{Text: "Corrected"})
	if err != nil || again != ref || len(w.cards()) != 1 || !strings.Contains(w.cards()[0].Text, "Corrected") {
		t.Errorf("the message is not brought up to date: %q %v %v", again, err, w.cards())
	}
}
