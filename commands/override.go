package commands

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// override puts people on call for a span; its second word may ask for the list, or
// take one back.
func (t turn) override(ctx context.Context) Reply {
	switch first, rest := cutWord(t.rest); strings.ToLower(first) {
	case "list":
		return t.overrides(ctx, rest)
	case "cancel":
		return t.cancel(ctx, rest)
	}
	w, reply, ok := t.readOverride(t.rest)
	if !ok {
		return reply
	}
	return t.put(ctx, w)
}

// An overriding is what somebody wants to change.
type overriding struct {
	at      place
	people  []oncall.PersonID
	instead oncall.PersonID
	span    oncall.Span
}

// readOverride reads "platform/techops @ben @hal instead of @ana for 2h". Where
// words are missing it answers with a form that has the others.
func (t turn) readOverride(s string) (w overriding, reply Reply, ok bool) {
	problem := ""
	first, rest := cutToken(s)
	if !strings.HasPrefix(first, "@") && !strings.HasPrefix(first, "<@") {
		s = rest
	} else {
		first = ""
	}
	if w.at, problem = t.schedule(first); problem != "" {
		if strings.TrimSpace(s) == "" && !t.Form {
			return w, t.overrideForm(w, problem), false
		}
		return w, t.wrong("schedule", problem), false
	}
	if w.people, s, problem = t.persons(s); problem != "" {
		return w, t.wrong("person", problem), false
	}
	if rest, found := cutPrefixFold(s, "instead of "); found {
		name, rest := cutToken(rest)
		if w.instead, problem = t.person(name); problem != "" {
			return w, t.wrong("person", problem), false
		}
		s = rest
	}
	if len(w.people) == 0 || s == "" {
		if len(w.people) == 0 && s != "" {
			name, _ := cutToken(s)
			_, problem = t.person(name)
			return w, t.wrong("person", problem), false
		}
		return w, t.overrideForm(w, "Whom, and for how long?"), false
	}
	if w.span, problem = parseSpan(s, t.now, t.zone()); problem != "" {
		return w, t.wrong(spanField(problem), problem), false
	}
	if w.instead == "" {
		return w, reply, true
	}
	for _, shift := range w.at.of(t.roster).Shifts(w.span.Start, w.span.End, t.roster.Active) {
		if alike(intersect(shift.OnCall, w.instead), []oncall.PersonID{w.instead}) {
			return w, reply, true
		}
	}
	return w, t.wrong("person", fmt.Sprintf("%s is not on call for %s then.", t.name(w.instead), w.at)), false
}

func intersect(ids []oncall.PersonID, one oncall.PersonID) []oncall.PersonID {
	for _, id := range ids {
		if id == one {
			return []oncall.PersonID{one}
		}
	}
	return nil
}

// spanField is the field of a form that a problem with a span belongs to.
func spanField(problem string) string {
	if strings.Contains(problem, "ends") || strings.Contains(problem, "30 days") || strings.HasPrefix(problem, "For how long") {
		return "to"
	}
	return "from"
}

// persons reads people until the first word that is none: "@ben and @hal", "ben".
func (t turn) persons(s string) (ids []oncall.PersonID, rest, problem string) {
	for {
		word, after := cutToken(s)
		mentioned := strings.HasPrefix(word, "@") || strings.HasPrefix(word, "<@")
		if strings.EqualFold(word, "and") && len(ids) > 0 {
			s = after
			continue
		}
		if word == "" || !mentioned && len(ids) > 0 {
			return ids, s, ""
		}
		id, wrong := t.person(strings.TrimSuffix(word, ","))
		if wrong != "" && !mentioned {
			return ids, s, ""
		}
		if wrong != "" {
			return ids, s, wrong
		}
		ids, s = append(ids, id), after
	}
}

// put makes an override.
func (t turn) put(ctx context.Context, w overriding) Reply {
	if refusal, ok := t.changes(w.at.team); !ok {
		return refuse(refusal)
	}
	return t.rebook(ctx, func(t turn, b oncall.Book) (oncall.Change, Reply) {
		o := oncall.Override{Start: w.span.Start, End: w.span.End, OnCall: w.people, InsteadOf: w.instead}
		change := b.Last + 1
		b, _, all := t.book(b, t.word.name, []oncall.Booking{{Override: o, Team: w.at.team, Schedule: w.at.name}})
		if len(all) == 0 {
			return oncall.Change{}, refuse(fmt.Sprintf("%s is on call for %s then already: nothing to change.", t.names(w.people), w.at))
		}
		reply := t.changed(all, change)
		for _, id := range w.people {
			if team := t.roster.Teams[w.at.team]; !team.Has(id) {
				reply.Lines = append(reply.Lines, fmt.Sprintf("%s is not a member of %s.", t.name(id), t.teamName(w.at.team)))
			}
		}
		lead := fmt.Sprintf("%s changed who is on call:", t.name(t.By.Person))
		return oncall.Change{Book: b, Rows: t.rows(t.word.name, all), Letters: t.letters(all, lead)}, reply
	})
}

// wrong is a problem with one of the words, as misuse says it; in a form it stands at
// the field.
func (t turn) wrong(field, problem string) Reply {
	if t.Form {
		return Reply{Text: problem, Field: field}
	}
	return t.misuse(problem)
}

// overrideForm asks for what is missing.
func (t turn) overrideForm(w overriding, why string) Reply {
	reply := t.misuse(why)
	if t.Form {
		return reply
	}
	person := ""
	if len(w.people) == 1 {
		person = "@" + string(w.people[0])
	}
	start := t.now.Truncate(5 * time.Minute).Add(5 * time.Minute)
	reply.Form = &Form{
		Title: "Put somebody on call", Submit: "Override", Words: "override {schedule} {person} from {from} to {to}",
		Note: "Whoever is chosen is on call in place of everybody else for that time.",
		Fields: []Field{
			t.scheduleField(w.at), t.personField(w.at, person),
			{Name: "from", Label: "From", Kind: Moment, Value: start.UTC().Format(time.RFC3339)},
			{Name: "to", Label: "To", Kind: Moment, Value: start.Add(2 * time.Hour).UTC().Format(time.RFC3339)},
		},
	}
	return reply
}

// maxOptions is what the platforms bear in one choice.
const maxOptions = 100

func (t turn) scheduleField(at place) Field {
	f := Field{Name: "schedule", Label: "Schedule", Kind: Choice}
	for _, p := range t.places() {
		if _, ok := t.changes(p.team); ok && len(f.Options) < maxOptions {
			f.Options = append(f.Options, Option{p.String(), p.String()})
		}
	}
	if at.name != "" {
		f.Value = at.String()
	}
	return f
}

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
