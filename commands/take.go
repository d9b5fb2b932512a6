package commands

import (
	"context"
	"strings"
	"unicode"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// take puts the speaker on call.
func (t turn) take(ctx context.Context) Reply {
	name, span := cutToken(t.rest)
	if t.timely(name, t.rest) {
		name, span = "", t.rest
	}
	w := overriding{people: []oncall.PersonID{t.By.Person}}
	problem := ""
	if w.at, problem = t.schedule(name); problem != "" {
		if name != "" && span != "" {
			return t.wrong("schedule", problem)
		}
		w.span, _ = parseSpan(span, t.now, t.zone())
		return t.takeForm(w, problem)
	}
	if refusal, ok := t.changes(w.at.team); !ok {
		return refuse(refusal)
	}
	if span == "" {
		return t.takeForm(w, "For how long?")
	}
	if w.span, problem = parseSpan(span, t.now, t.zone()); problem != "" {
		return t.wrongSpan(span, problem)
	}
	return t.put(ctx, w)
}

// timely reports whether words tell a time from the first of them on, and name no
// team before it.
func (t turn) timely(first, s string) bool {
	if _, problem := t.schedule(first); problem == "" || first == "" {
		return false
	}
	if _, problem := parseSpan(s, t.now, t.zone()); problem == "" {
		return true
	}
	switch first = strings.ToLower(first); first {
	case "for", "until", "from", "in", "now", "today", "tomorrow", "weekend":
		return true
	}
	_, problem := parseSaid(first, t.now, t.zone())
	return problem == "" || unicode.IsDigit(rune(first[0]))
}

// takeForm asks for what is missing.
func (t turn) takeForm(w overriding, why string) Reply {
	f := Form{Title: "Take over", Submit: "Take", Words: "take {schedule} from {from} to {to}"}
	f.Fields = append([]Field{t.scheduleField(w.at)}, t.spanFields(w.span)...)
	return t.missing(why, f)
}
