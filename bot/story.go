package bot

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// maxNote bounds one message of a thread, in characters.
const maxNote = 2800

// momentSize is what a moment or a mention may grow to on a platform.
const momentSize = 60

// Story tells the news of an incident for its thread, as few messages as hold
// them. What the card shows anyway stays out.
func Story(in incident.Incident, roster oncall.Roster, news []incident.Entry) []Note {
	var (
		notes []Note
		note  Note
		size  int
	)
	for i, e := range news {
		if quiet(e.Kind) {
			continue
		}
		line := tell(in, roster, e)
		n := sizeOf(line)
		if size+n > maxNote && len(note.Lines) > 0 {
			notes = append(notes, note)
			note, size = Note{}, 0
		}
		note.Lines, note.Through, size = append(note.Lines, line), i+1, size+n
	}
	if len(note.Lines) > 0 {
		note.Through = len(news)
		notes = append(notes, note)
	}
	return notes
}

// quiet reports whether a kind of entry is for the timeline alone.
func quiet(kind string) bool {
	return kind == incident.KindOpened || kind == incident.KindDelivered
}

// tell is one entry as a line; one that says that things got worse wakes whoever
// has the incident.
func tell(in incident.Incident, roster oncall.Roster, e incident.Entry) Line {
	line := Line{}.at(e.At, " "+Clean(named(e, roster), maxDetail))
	if e.Kind == incident.KindWorse && in.State == incident.Acknowledged && in.AckedBy.Person != "" {
		line = append(line, Span{Text: " "}, Span{Person: in.AckedBy.Person})
	}
	return line
}

// mentions finds where an entry's text speaks of a person by key: "by hal",
// "to hal:", "paged: ana (schedule techops), wes (team web)".
var mentions = regexp.MustCompile(`(^|by |to |told: |paged: |after |since |, |; )([\pL\pN_.-]+)`)

// named is an entry's text with people's names for the keys that the timeline
// keeps. What somebody wrote is left as it is.
func named(e incident.Entry, roster oncall.Roster) string {
	text, rest := e.Text, ""
	switch e.Kind {
	case incident.KindNote:
		if e.Actor == "" {
			return text
		}
		return personName(roster, oncall.PersonID(e.Actor)) + ": " + text
	case incident.KindWarning, incident.KindRouted, incident.KindOpened, incident.KindHeld:
		return text
	case incident.KindResolved, incident.KindFailed, incident.KindPage:
		if i := strings.Index(text, ": "); i >= 0 {
			text, rest = text[:i], text[i:]
		}
	}
	return mentions.ReplaceAllStringFunc(text, func(s string) string {
		m := mentions.FindStringSubmatch(s)
		if p, ok := roster.People[oncall.PersonID(m[2])]; ok {
			return m[1] + p.DisplayName()
		}
		return s
	}) + rest
}

func sizeOf(l Line) int {
	n := 1
	for _, s := range l {
		if s.Text == "" {
			n += momentSize
		}
		n += utf8.RuneCountInString(s.Text)
	}
	return n
}
