package commands

import (
	"context"
	"strings"
	"unicode"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// take puts the speaker on call.
func (t turn) take(ctx context.Context) Reply {
	w, reply, ok := t.readTake()
	if !ok {
		return reply
	}
	return t.put(ctx, w)
}

// readTake reads "platform/techops for 2h". Where words are missing it answers with a
// form that has the others.
func (t turn) readTake() (w overriding, reply Reply, ok bool) {
	name, span := cutToken(t.rest)
	if t.timely(name, t.rest) {
		name, span = "", t.rest
	}
	w.people = []oncall.PersonID{t.By.Person}
	problem := ""
	if w.at, problem = t.schedule(name); problem != "" {
		if name != "" && span != "" {
			return w, t.wrong("schedule", problem), false
		}
		w.span, _ = parseSpan(span, t.now, t.zone())
		return w, t.takeForm(w, problem), false
	}
	if refusal, ok := t.changes(w.at.team); !ok {
		return w, refuse(refusal), false
	}
	if span == "" {
		return w, t.takeForm(w, "For how long?"), false
	}
	if w.span, problem = parseSpan(span, t.now, t.zone()); problem != "" {
		return w, t.wrongSpan(span, problem), false
	}
	return w, reply, true
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
