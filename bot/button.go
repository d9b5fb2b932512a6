package bot

import (
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// buttons are what an incident can be told in its state, the likeliest first.
func buttons(in incident.Incident) []Button {
	var (
		ack      = Button{Verb: "ack", Label: "Acknowledge", Style: Primary}
		resolve  = Button{Verb: "resolve", Label: "Resolve"}
		escalate = Button{Verb: "escalate", Label: "Escalate"}
		unack    = Button{Verb: "unack", Label: "Unacknowledge"}
		row      []Button
	)
	switch in.State {
	case incident.Triggered:
		row = []Button{ack, resolve, escalate}
		if in.Partial {
			row = append(row, unack)
		}
	case incident.Acknowledged:
		row = []Button{resolve, escalate, unack}
		if !in.ReackDue.IsZero() {
			ack.Label = "Acknowledge again"
			row = append([]Button{ack}, row...)
		}
	case incident.Snoozed:
		unack.Label = "End snooze"
		row = []Button{ack, resolve, unack}
	}
	return valued(in.ID, row)
}

// menu are the choices of the card's menu: how long it sleeps, on the clock of whoever
// chooses, and what asks for more words.
func menu(in incident.Incident, roster oncall.Roster) []Button {
	if !in.Open() {
		return nil
	}
	var row []Button
	for _, choice := range []struct{ arg, label string }{
		{"15m", "for 15 minutes"}, {"30m", "for 30 minutes"}, {"1h", "for 1 hour"}, {"2h", "for 2 hours"},
		{"4h", "for 4 hours"}, {"8h", "for 8 hours"}, {"1d", "for 1 day"}, {"until tomorrow 9:00", "until tomorrow 9:00"}, {"", "for…"},
	} {
		row = append(row, Button{Verb: "snooze", Arg: choice.arg, Label: "Snooze " + choice.label})
	}
	row = append(row, Button{Verb: "reassign", Label: "Reassign…"})
	if in.State == incident.Triggered {
		row = append(row, Button{Verb: "add", Label: "Add a responder…"})
	}
	row = append(row, Button{Verb: "note", Label: "Add a note…"})
	if tells(in, roster) {
		row = append(row, Button{Verb: "status", Label: "Status update…"})
	}
	return valued(in.ID, row)
}

func valued(id incident.ID, row []Button) []Button {
	for i, b := range row {
		row[i].Value = EncodeAction(Action{b.Verb, id, b.Arg})
	}
	return row
}
