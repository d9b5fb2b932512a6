package commands

import (
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// Blank returns the form that a request asks with, made of the roster alone: where the
// store is slow or away, it opens all the same, within the time that a platform leaves
// for that. ok is false for requests that need none, and for those whose form no one can
// make without looking something up. Whether the speaker may, and whether the incident is
// still open, is seen once it is filled in.
func Blank(r Request, roster oncall.Roster, now time.Time) (f Form, ok bool) {
	if r.Form || r.Guest || r.Slots != nil {
		return Form{}, false
	}
	t := turn{Request: r, roster: roster, now: now, trace: &trace{}}
	name := r.Verb
	if name == "" {
		name, t.rest = cutWord(r.Text)
	} else {
		t.rest = strings.TrimSpace(string(r.Incident) + " " + r.Arg)
	}
	w, known := find(name)
	if !known || w.blank == nil {
		return Form{}, false
	}
	t.word = w
	reply := w.blank(t)
	if reply.Form == nil {
		return Form{}, false
	}
	return *reply.Form, true
}

// blankFor asks with a form about the one incident that stands in the words, or in whose
// thread they are said, if nothing follows it.
func blankFor(form func(turn, choice) Form) func(turn) Reply {
	return func(t turn) Reply {
		first, rest := cutWord(t.rest)
		id, named := incident.ParseID(first)
		if first == "" {
			id, named = t.Focus, t.Focus != ""
		}
		team, known := t.roster.TeamByPrefix(string(id.Home()))
		if !named || !known || rest != "" {
			return Reply{}
		}
		return t.missing("", form(t, choice{ins: []incident.Incident{{ID: id, Team: team}}}))
	}
}

// blankOverride asks with the form of an override where words are missing.
func blankOverride(t turn) Reply {
	switch first, _ := cutWord(t.rest); strings.ToLower(first) {
	case "list", "cancel":
		return Reply{}
	}
	_, reply, _ := t.readOverride(t.rest)
	return reply
}

// blankRaise asks whom to page and why, without saying who that would be.
func blankRaise(t turn) Reply {
	first, rest := cutToken(t.rest)
	if rest != "" {
		return Reply{}
	}
	route, problem := incident.Route{Team: t.Team}, ""
	if first != "" {
		route, problem = t.aim(first)
	}
	if problem != "" {
		return Reply{}
	}
	return t.missing("", t.raising(route))
}

func blankTake(t turn) Reply {
	_, reply, _ := t.readTake()
	return reply
}

func blankSwap(t turn) Reply {
	name, rest := cutToken(t.rest)
	if !t.roster.Active(t.By.Person) || name != "" && !strings.EqualFold(name, "shift") {
		return Reply{}
	}
	return t.swapForm("", "", rest)
}

// blankMe asks for a step of the speaker's own paging.
func blankMe(t turn) Reply {
	words := strings.Fields(strings.ToLower(t.rest))
	switch {
	case !t.roster.Active(t.By.Person):
	case len(words) == 2 && words[0] == "paging" && words[1] == "add":
		return t.stepForm()
	case len(words) == 3 && words[0] == "paging" && words[1] == "move":
		return t.moveForm(words[2])
	}
	return Reply{}
}

func blankPhone(t turn) Reply {
	if _, ok := t.mayLink(); !ok || !strings.EqualFold(t.rest, "link") {
		return Reply{}
	}
	return t.phoneForm()
}

func blankVerify(t turn) Reply {
	if _, ok := t.mayLink(); !ok || t.rest != "" {
		return Reply{}
	}
	return t.codeForm()
}
