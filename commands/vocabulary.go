package commands

import "strings"

// A Vocable is a word as a platform lists it that asks for its parts one by one.
type Vocable struct {
	Name  string
	Help  string
	Takes []string // the names of its parts, of ID, Team, Person, At, For and Text, in the order in which they are said
}

// The parts that words take.
const (
	ID     = "id"
	Team   = "team"
	Person = "person"
	At     = "at"
	For    = "for"
	Text   = "text"
)

// Vocabulary returns the words that people say, without those of buttons.
func Vocabulary() []Vocable {
	var all []Vocable
	for _, w := range words() {
		if !w.hidden {
			all = append(all, Vocable{Name: w.name, Help: w.help, Takes: w.takes()})
		}
	}
	return all
}

// takes reads off a word's usage what may follow it. Anything else is text.
func (w word) takes() []string {
	var parts []string
	for _, p := range []struct {
		part string
		by   []string
	}{
		{ID, []string{" ID"}}, {Team, []string{"TEAM", "[team]"}}, {Person, []string{"@person"}},
		{At, []string{"at TIME"}}, {For, []string{"SPAN", "DURATION", "[7d]"}},
	} {
		for _, mark := range p.by {
			if strings.Contains(w.usage, mark) {
				parts = append(parts, p.part)
				break
			}
		}
	}
	return append(parts, Text)
}

// spans reports whether a word takes a span, in which a length alone begins with
// "for".
func (w word) spans() bool {
	return strings.Contains(w.usage, "SPAN") || strings.Contains(w.usage, "for DURATION")
}

// Say writes a word and its parts as somebody would type them.
func Say(name string, parts map[string]string) string {
	w, ok := find(name)
	if !ok {
		return name
	}
	text := w.name
	for _, part := range w.takes() {
		said := strings.TrimSpace(parts[part])
		if said == "" {
			continue
		}
		switch {
		case part == At && !hasPrefixFold(said, "at "):
			said = "at " + said
		case part == For && w.spans():
			said = asSpan(said)
		}
		text += " " + said
	}
	return text
}

// asSpan puts "for" before a length that stands alone.
func asSpan(s string) string {
	if _, problem := parseLength(s); problem == "" {
		return "for " + s
	}
	return s
}

func hasPrefixFold(s, prefix string) bool {
	_, ok := cutPrefixFold(s, prefix)
	return ok
}
