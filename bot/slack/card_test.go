package slack

import (
	"flag"
	"testing"
	"unicode/utf8"

	sdk "github.com/slack-go/slack"

	"github.com/earshot-oncall/earshot/bot"
	"github.com/earshot-oncall/earshot/bot/bottest"
)

var update = flag.Bool("update", false, "write the golden files anew")

var nine, crew = bottest.Nine, bottest.Crew

func TestCards(t *testing.T) {
	for name, in := range bottest.States() {
		t.Run(name, func(t *testing.T) { golden(t, name, drawCard(bot.View(in, crew, nine), crew)) })
	}
	for name, n := range bottest.Notices() {
		t.Run(name, func(t *testing.T) { golden(t, name, drawPage(bot.Page(n, nine), n.Page, crew)) })
	}
}

// golden compares what goes over the wire with the file of that name.
func golden(t *testing.T, name string, m message) {
	t.Helper()
	wire := map[string]any{"text": m.text, "attachments": m.attachments, "metadata": m.metadata}
	if m.blocks != nil {
		wire["blocks"] = m.blocks
	}
	goldenJSON(t, name, wire)
}

func goldenJSON(t *testing.T, name string, wire any) {
	t.Helper()
	bottest.Golden(t, name, wire, *update)
}

func TestLargestAlertStaysWithinLimits(t *testing.T) {
	for _, filler := range bottest.Fillers {
		in := bottest.Largest(filler)
		m := drawCard(bot.View(in, crew, nine), crew)
		if n := len(m.text); n >= 4000 {
			t.Errorf("%q: text of %d bytes", filler, n)
		}
		total := utf8.RuneCountInString(m.text)
		for _, block := range m.attachments[0].Blocks.BlockSet {
			n := size(t, block)
			if n > 3000 {
				t.Errorf("%q: block of %d characters", filler, n)
			}
			total += n
		}
		if total >= 8000 {
			t.Errorf("%q: card of %d characters", filler, total)
		}
		if len(m.attachments) != 1 || len(m.attachments[0].Blocks.BlockSet) < 4 {
			t.Errorf("%q: %d blocks", filler, len(m.attachments[0].Blocks.BlockSet))
		}
	}
}

// size counts the characters of a block's texts.
func size(t *testing.T, block sdk.Block) int {
	t.Helper()
	switch b := block.(type) {
	case *sdk.SectionBlock:
		return utf8.RuneCountInString(b.Text.Text)
	case *sdk.ContextBlock:
		return utf8.RuneCountInString(b.ContextElements.Elements[0].(*sdk.TextBlockObject).Text)
	case *sdk.ActionBlock:
		return 25 * len(b.Elements.ElementSet)
	}
	t.Fatalf("unexpected %T", block)
	return 0
}

func TestEscape(t *testing.T) {
	tests := []struct {
		name, in string
		most     int
		want     string
	}{
		{"a mention of everybody", "<!channel> & <!here>", 100, "&lt;!channel&gt; &amp; &lt;!here&gt;"},
		{"a link that lies", "<http://evil|https://bank>", 100, "&lt;http://evil|https://bank&gt;"},
		{"what is escaped already is shown as typed", "&lt;", 100, "&amp;lt;"},
		{"cut between words", "disk full", 6, "disk…"},
		{"never cut inside of an escape", "ab<cd", 5, "ab…"},
		{"broken text", "a\xffb", 10, "a\uFFFDb"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := escape(tt.in, tt.most); got != tt.want {
				t.Errorf("escape = %q, want %q", got, tt.want)
			}
		})
	}
}
