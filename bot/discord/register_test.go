package discord

import (
	"slices"
	"testing"

	"github.com/earshot-oncall/earshot/commands"
)

// TestEveryWordIsACommand compares what is registered with what people can say.
func TestEveryWordIsACommand(t *testing.T) {
	s := newStage(t, false)
	all := s.Commands(s.Options().Guild)
	if len(all) != 2 || all[0].Name != "oncall" || all[1].Name != markCommand {
		t.Fatalf("commands %+v", all)
	}
	var names []string
	for _, o := range all[0].Options {
		if o.Type != 2 {
			names = append(names, o.Name)
			continue
		}
		for _, below := range o.Options {
			names = append(names, below.Name)
		}
	}
	for _, w := range commands.Vocabulary() {
		if !slices.Contains(names, w.Name) {
			t.Errorf("%s can't be said in Discord", w.Name)
		}
	}
	for _, name := range []string{
		"who", "override", "take", "swap", "list", "ack", "unack", "resolve", "escalate", "snooze", "reassign", "add",
		"note", "page", "maintenance", "me", "phone", "verify", "test", "gaps", "explain", "report", "help",
	} {
		if !slices.ContainsFunc(commands.Vocabulary(), func(w commands.Vocable) bool { return w.Name == name }) {
			continue // not yet a word
		}
		if !slices.Contains(names, name) || slices.Contains(folded, name) {
			t.Errorf("%s is no subcommand of its own", name)
		}
	}
}

func TestManyWordsAreFolded(t *testing.T) {
	var words []commands.Vocable
	for i := range 40 {
		words = append(words, commands.Vocable{Name: string(rune('a'+i%26)) + string(rune('a'+i/26)), Help: "x", Takes: []string{"text"}})
	}
	c := Command("oncall", words)
	last := c.Options[len(c.Options)-1]
	if len(c.Options) != maxWords || last.Name != "more" || len(last.Options) != 16 {
		t.Errorf("%d options, the last %s of %d", len(c.Options), last.Name, len(last.Options))
	}
}
