package commands

import (
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// maxOptions is what the platforms bear in one choice.
const maxOptions = 100

// wrong is a problem with one of the words, as misuse says it; in a form it stands at
// the field.
func (t turn) wrong(field, problem string) Reply {
	if t.Form {
		return Reply{Text: problem, Field: field}
	}
	return t.misuse(problem)
}

// atField refuses, in a form at the field that is to blame.
func (t turn) atField(field, why string) Reply {
	reply := refuse(why)
	if t.Form {
		reply.Field = field
	}
	return reply
}

// wrongSpan is a problem with a span, which says by itself what to say instead.
func (t turn) wrongSpan(s, problem string) Reply {
	if !t.Form {
		return refuse(problem)
	}
	start, _, _ := strings.Cut(strings.TrimPrefix(s, "from "), " to ")
	if at, wrong := parseWhen(start, t.now, t.zone()); wrong != "" || at.Before(t.now) {
		return Reply{Text: problem, Field: "from"}
	}
	return Reply{Text: problem, Field: "to"}
}

// missing says what words are and has a form filled in, unless there is nothing in it to
// choose from.
func (t turn) missing(why string, f Form) Reply {
	if t.Form {
		return t.wrong(f.Fields[0].Name, why)
	}
	for _, field := range f.Fields {
		if field.Kind == Choice && len(field.Options) == 0 {
			return refuse("There is no schedule that you may change: a team's members and the admins change who is on call there.")
		}
	}
	reply := t.misuse(why)
	reply.Form = &f
	return reply
}

// overrideForm asks for what is missing of an override.
func (t turn) overrideForm(w overriding, why string) Reply {
	f := Form{
		Title: "Put somebody on call", Submit: "Override", Words: "override {schedule} {person} from {from} to {to}",
		Note: "Whoever is chosen is on call in place of everybody else for that time.",
	}
	if w.instead != "" {
		f.Words = "override {schedule} {person} instead of @" + string(w.instead) + " from {from} to {to}"
		f.Note = "Whoever is chosen is on call in place of " + t.name(w.instead) + " for that time."
	}
	person := ""
	if len(w.people) == 1 {
		person = "@" + string(w.people[0])
	}
	f.Fields = append([]Field{t.scheduleField(w.at), t.personField(w.at, person)}, t.spanFields(w.span)...)
	return t.missing(why, f)
}

// scheduleField chooses among the schedules that the speaker may change.
func (t turn) scheduleField(at place) Field {
	f := Field{Name: "schedule", Label: "Schedule", Kind: Choice}
	for _, p := range t.places() {
		if _, ok := t.changes(p.team); ok && len(f.Options) < maxOptions {
			f.Options = append(f.Options, Option{p.String(), p.String()})
		}
	}
	if at.name != "" {
		f.Value = at.String()
	} else if len(f.Options) == 1 {
		f.Value = f.Options[0].Value
	}
	return f
}

// personField chooses among everybody, the members of the team first.
func (t turn) personField(at place, person string) Field {
	f := Field{Name: "person", Label: "Who", Kind: Choice, Value: person}
	all := t.people(func(oncall.Person) bool { return true })
	team := t.roster.Teams[at.team]
	for _, member := range []bool{true, false} {
		for _, id := range all {
			if team.Has(id) == member && len(f.Options) < maxOptions {
				f.Options = append(f.Options, Option{"@" + string(id), t.name(id)})
			}
		}
	}
	return f
}

// spanFields ask from when to when: the next two hours where nothing is known.
func (t turn) spanFields(span oncall.Span) []Field {
	if span.Start.IsZero() || span.End.IsZero() {
		const step = 5 * time.Minute
		span.Start = t.now.Add(step - time.Nanosecond).Truncate(step)
		span.End = span.Start.Add(2 * time.Hour)
	}
	return []Field{
		{Name: "from", Label: "From", Kind: Moment, Value: span.Start.UTC().Format(time.RFC3339)},
		{Name: "to", Label: "To", Kind: Moment, Value: span.End.UTC().Format(time.RFC3339)},
	}
}
