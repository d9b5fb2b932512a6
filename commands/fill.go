package commands

// The forms of the words on one incident, which stands in their words already.

// snoozeForm asks for how long.
func (t turn) snoozeForm(c choice) Form {
	f := Form{Title: "Snooze", Submit: "Snooze", Words: "snooze " + string(c.ins[0].ID) + " {for}"}
	field := Field{Name: "for", Label: "For how long", Kind: Choice, Value: "1h"}
	field.Options = []Option{{"15m", "15 minutes"}, {"30m", "30 minutes"}, {"1h", "1 hour"}, {"2h", "2 hours"}, {"4h", "4 hours"}, {"8h", "8 hours"}, {"1d", "1 day"}}
	f.Fields = []Field{field}
	return f
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

// reassignForm asks for a team or a person.
func (t turn) reassignForm(c choice) Form {
	in := c.ins[0]
	to := Field{Name: "to", Label: "To which team or person", Kind: Choice}
	for _, id := range t.roster.TeamIDs() {
		if id != in.Team {
			to.Options = append(to.Options, Option{string(id), "Team " + t.teamName(id)})
		}
	}
	to.Options = append(to.Options, t.personField(place{team: in.Team}, "").Options...)
	to.Options = to.Options[:min(len(to.Options), maxOptions)]
	return Form{
		Title: "Reassign", Submit: "Reassign", Words: "reassign " + string(in.ID) + " {to}",
		Note: "The escalation starts anew with whoever is chosen.", Fields: []Field{to},
	}
}
