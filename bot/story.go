package bot

import (
	"regexp"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// maxNote bounds one message of a thread, in characters.
const maxNote = 2800

// momentSize is what a moment or a mention may grow to on a platform.
const momentSize = 60

// together is how close pages have to be for one line to tell of them.
const together = 5 * time.Second

// Story tells the news of an incident for its thread, as few messages as hold
// them and as many lines as its team wants. What the card shows anyway stays out, and
// pages that went out together share a line. Whoever acknowledged is mentioned, once,
// where it got worse since. The news of its end are followed by a summary.
func Story(in incident.Incident, roster oncall.Roster, news []incident.Entry) []Note {
	var (
		notes []Note
		note  Note
		size  int
		woken bool
		over  bool
	)
	how := roster.Teams[in.Team].Telling()
	add := func(through int, lines ...Line) {
		n := 0
		for _, l := range lines {
			n += sizeOf(l)
		}
		if size+n > maxNote && len(note.Lines) > 0 {
			notes = append(notes, note)
			note, size = Note{}, 0
		}
		note.Lines, note.Through, size = append(note.Lines, lines...), through, size+n
	}
	for i := 0; i < len(news); i++ {
		over = over || news[i].Kind == incident.KindResolved
		owned := in.State == incident.Acknowledged && in.AckedBy.Person != "" && !woken
		wakes := owned && news[i].Kind == incident.KindWorse
		if quiet(how, news[i]) && !wakes {
			continue
		}
		first := i
		for i+1 < len(news) && joins(news[first], news[i+1]) {
			i++
		}
		line := tell(roster, how, news[first:i+1])
		if wakes {
			line, woken = append(line, Span{Text: " "}, Span{Person: in.AckedBy.Person}), true
		}
		add(i+1, line)
	}
	if over {
		add(len(news), ending(in, roster)...)
		note.Buttons = valued(in.ID, []Button{{Verb: "writeup", Label: "Write-up"}})
	}
	if len(note.Lines) > 0 {
		note.Through = len(news)
		notes = append(notes, note)
	}
	return notes
}

// joins reports whether an entry is told in the line of an earlier one.
func joins(first, e incident.Entry) bool {
	return first.Kind == incident.KindPage && (e.Kind == incident.KindPage || e.Kind == incident.KindDelivered) && e.At.Sub(first.At) < together
}

// quiet reports whether an entry is for the timeline alone.
func quiet(how oncall.Telling, e incident.Entry) bool {
	switch how {
	case oncall.TellNone:
		return true
	case oncall.TellAll:
		return false
	}
	switch e.Kind {
	case incident.KindOpened, incident.KindRouted, incident.KindDelivered, incident.KindMarked:
		return true
	}
	return e.Again
}

// tell is a line of entries that go together.
func tell(roster oncall.Roster, how oncall.Telling, entries []incident.Entry) Line {
	var texts []string
	for i, e := range entries {
		if i == 0 || !quiet(how, e) {
			texts = append(texts, named(e, roster))
		}
	}
	return Line{}.at(entries[0].At, " "+Clean(strings.Join(texts, ", "), maxDetail))
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
	case incident.KindMarked:
		author, text, _ := strings.Cut(text, ": ")
		return personName(roster, oncall.PersonID(author)) + ": " + text
	case incident.KindStatus:
		return personName(roster, oncall.PersonID(e.Actor)) + " told stakeholders: " + text
	case incident.KindWarning, incident.KindRouted, incident.KindOpened, incident.KindHeld, incident.KindRoom:
		return text
	case incident.KindPage: // the line of the tier said why
		text, _, _ = strings.Cut(text, ": ")
	case incident.KindResolved, incident.KindFailed:
		if i := strings.Index(text, ": "); i >= 0 {
			text, rest = text[:i], text[i:]
		}
	}
	return mentions.ReplaceAllStringFunc(text, func(s string) string {
		i := strings.LastIndexByte(s, ' ') + 1
		if _, ok := roster.People[oncall.PersonID(s[i:])]; ok {
			return s[:i] + personName(roster, oncall.PersonID(s[i:]))
		}
		return s
	}) + rest
}

// sizeOf is what a line may grow to once a platform has escaped it.
func sizeOf(l Line) int {
	n := 1
	for _, s := range l {
		if s.Text == "" {
			n += momentSize
		}
		for _, r := range s.Text {
			switch {
			case strings.ContainsRune("&<>", r):
				n += len("&amp;")
			case strings.ContainsRune("\\*_~`|[]@#", r):
				n += 2
			default:
				n++
			}
		}
	}
	return n
}
