package commands

import (
	"cmp"
	"maps"
	"slices"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// The forms of the words on one incident, which stands in their words already.

// snoozeForm asks for how long; the usual lengths stand in the card's menu.
func (t turn) snoozeForm(c choice) Form {
	return Form{
		Title: "Snooze", Submit: "Snooze", Words: "snooze " + string(c.ins[0].ID) + " {for}",
		Fields: []Field{{Name: "for", Label: "For how long, or until when", Kind: Line, Value: "1h", Hint: "90m, until 18:00, until tomorrow 9:00, until fri 9:00"}},
	}
}

// noteForm asks for the words of a note.
func (t turn) noteForm(c choice) Form {
	return Form{
		Title: "Note", Submit: "Add note", Words: "note " + string(c.ins[0].ID) + " {text}",
		Fields: []Field{{Name: "text", Label: "What the timeline should say", Kind: Line}},
	}
}

// addForm asks for one more person.
func (t turn) addForm(c choice) Form {
	in := c.ins[0]
	return Form{
		Title: "Add a responder", Submit: "Page", Words: "add " + string(in.ID) + " {person}",
		Note:   "Whoever is chosen is paged too, by their own steps.",
		Fields: []Field{t.personField(place{team: in.Team}, "")},
	}
}

// reassignForm asks for a team, another policy of its own team, or a person.
func (t turn) reassignForm(c choice) Form {
	in := c.ins[0]
	to := Field{Name: "to", Label: "To which team, policy or person", Kind: Choice}
	for _, id := range t.roster.TeamIDs() {
		if id != in.Team {
			to.Options = append(to.Options, Option{string(id), "Team " + t.teamName(id)})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(t.roster.Teams[in.Team].Policies)) {
		if name != cmp.Or(in.PolicyName, oncall.DefaultPolicy) {
			to.Options = append(to.Options, Option{"policy:" + name, "Policy " + tidy(name, 60)})
		}
	}
	to.Options = append(to.Options, t.personField(place{team: in.Team}, "").Options...)
	to.Options = to.Options[:min(len(to.Options), maxOptions)]
	return Form{
		Title: "Reassign", Submit: "Reassign", Words: "reassign " + string(in.ID) + " {to}",
		Note: "The escalation starts anew with whoever is chosen.", Fields: []Field{to},
	}
}
