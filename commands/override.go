package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"

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
		if first != "" && s != "" {
			return w, t.wrong("schedule", problem), false
		}
		w.people, s, _ = t.persons(s)
		w.span, _ = parseSpan(s, t.now, t.zone())
		return w, t.overrideForm(w, problem), false
	}
	if refusal, ok := t.changes(w.at.team); !ok {
		return w, refuse(refusal), false
	}
	if w.people, s, problem = t.persons(s); problem != "" {
		return w, t.wrong("person", problem), false
	}
	for _, words := range []string{"instead of ", "for @", "for <@"} {
		if _, found := cutPrefixFold(s, words); !found {
			continue
		}
		name, rest := cutToken(strings.TrimSpace(s[strings.LastIndexByte(words, ' '):]))
		if w.instead, problem = t.person(name); problem != "" {
			return w, t.wrong("person", problem), false
		}
		s = rest
		break
	}
	if s == "" {
		return w, t.overrideForm(w, "Whom, and for how long?"), false
	}
	w.span, problem = parseSpan(s, t.now, t.zone())
	switch {
	case len(w.people) == 0 && problem == "":
		return w, t.overrideForm(w, "Whom?"), false
	case len(w.people) == 0:
		name, _ := cutToken(s)
		_, problem = t.person(name)
		return w, t.wrong("person", problem), false
	case problem != "":
		return w, t.wrongSpan(s, problem), false
	}
	if w.instead != "" && !t.appears(w.at, w.instead, w.span) {
		return w, t.wrong("person", fmt.Sprintf("%s is not on call for %s then.", t.name(w.instead), w.at)), false
	}
	return w, reply, true
}

// appears reports whether somebody is on call at some time of a span.
func (t turn) appears(at place, id oncall.PersonID, span oncall.Span) bool {
	shifts := at.of(t.roster).Shifts(span.Start, span.End, t.roster.Active)
	return slices.ContainsFunc(shifts, func(s oncall.Shift) bool { return slices.Contains(s.OnCall, id) })
}

// persons reads people until the first word that is none: "@ben and @hal", "ben".
func (t turn) persons(s string) (ids []oncall.PersonID, rest, problem string) {
	joined := true // a name without @ may follow
	for {
		word, after := cutToken(s)
		mentioned := strings.HasPrefix(word, "@") || strings.HasPrefix(word, "<@")
		if strings.EqualFold(word, "and") && len(ids) > 0 {
			s, joined = after, true
			continue
		}
		if word == "" || !mentioned && !joined {
			return ids, s, ""
		}
		id, wrong := t.person(strings.TrimSuffix(word, ","))
		switch {
		case wrong != "" && !mentioned && len(ids) == 0:
			return ids, s, ""
		case wrong != "":
			return ids, s, wrong
		case !slices.Contains(ids, id):
			ids = append(ids, id)
		}
		s, joined = after, false
	}
}

// put makes an override.
func (t turn) put(ctx context.Context, w overriding) Reply {
	return t.rebook(ctx, func(t turn, b oncall.Book) (oncall.Change, Reply) {
		o := oncall.Override{Start: w.span.Start, End: w.span.End, OnCall: w.people, InsteadOf: w.instead}
		change := b.Last + 1
		b, _, all := t.book(b, t.word.name, []oncall.Booking{{Override: o, Team: w.at.team, Schedule: w.at.name}})
		if len(all) == 0 {
			are := "is"
			if len(w.people) > 1 {
				are = "are"
			}
			return oncall.Change{}, refuse(fmt.Sprintf("%s %s on call for %s then already: nothing to change.", t.names(w.people), are, w.at))
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
