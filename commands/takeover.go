package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// takeover makes the speaker the owner of one incident, or of all that a team has
// open.
func (t turn) takeover(ctx context.Context) Reply {
	event := func(id incident.ID) incident.Event { return incident.Taken{ID: id, By: t.By} }
	tell := func(before, after incident.Incident) string {
		switch {
		case after.State != incident.Acknowledged:
			return fmt.Sprintf("%s: your acknowledgement is noted. Everybody who was paged has to; still missing: %s.", after.ID, t.names(running(after)))
		case before.State == incident.Acknowledged:
			return fmt.Sprintf("%s is yours now; it was with %s.", after.ID, t.actor(before.AckedBy))
		case after.AckedBy != t.By: // under ack: all, whoever said it first
			return fmt.Sprintf("%s acknowledged. It stays with %s.", after.ID, t.actor(after.AckedBy))
		}
		return fmt.Sprintf("%s acknowledged: it is yours.", after.ID)
	}
	first, rest := cutWord(t.rest)
	team, problem := t.team(first)
	if first == "" || problem != "" || rest != "" {
		c := t.alone(ctx)
		if len(c.ins) == 1 {
			switch in := c.ins[0]; {
			case in.State == incident.Snoozed:
				return refuse(fmt.Sprintf("%s is snoozed until %s. \"unack %s\" ends that.", in.ID, t.clock(in.SnoozedUntil), in.ID))
			case in.State == incident.Acknowledged && in.AckedBy == t.By:
				return Reply{OK: true, Incident: in.ID, Text: fmt.Sprintf("%s is yours already.", in.ID)}
			}
		}
		return t.each(ctx, c, event, tell)
	}
	ins, err := t.desk.Open(ctx, team)
	if err != nil {
		return broken(fmt.Errorf("list open incidents of %s: %w", team, err))
	}
	ins = slices.DeleteFunc(ins, func(in incident.Incident) bool {
		return in.State == incident.Snoozed || in.State == incident.Acknowledged && in.AckedBy == t.By
	})
	if len(ins) == 0 {
		return Reply{OK: true, Text: fmt.Sprintf("%s has nothing open that you could take over.", t.teamName(team))}
	}
	return t.each(ctx, choice{ins: ins}, event, tell)
}

// leave says that whoever has a team's incidents keeps them after a handoff.
func (t turn) leave(ctx context.Context) Reply {
	teams, problem := t.teams(t.rest)
	if problem != "" || len(teams) != 1 {
		return t.misuse(strings.TrimSpace(problem + " Of which team?"))
	}
	team := teams[0]
	if refusal, ok := t.changes(team); !ok {
		return refuse(refusal)
	}
	ins, err := t.desk.Open(ctx, team)
	if err != nil {
		return broken(fmt.Errorf("list open incidents of %s: %w", team, err))
	}
	var lines []string
	for _, in := range ins {
		if in.State == incident.Acknowledged {
			lines = append(lines, fmt.Sprintf("%s stays with %s", in.ID, t.actorOf(in.AckedBy)))
		}
	}
	if len(lines) == 0 {
		return Reply{OK: true, Text: fmt.Sprintf("%s has nothing that somebody has acknowledged.", t.teamName(team))}
	}
	return t.rebook(ctx, func(t turn, b oncall.Book) (oncall.Change, Reply) {
		text := fmt.Sprintf("%s leaves open incidents where they are:", t.name(t.By.Person))
		row := oncall.Row{At: t.now, By: t.By.Person, From: t.Source, Team: team, What: "handoff: " + strings.Join(lines, ", ")}
		change := oncall.Change{Book: b, Rows: []oncall.Row{row}}
		if t.channelOf(team) {
			change.Letters = []oncall.Letter{{Team: team, Text: text, Lines: lines}}
		}
		return change, Reply{OK: true, Text: "They stay where they are.", Lines: lines}
	})
}

// actorOf names whoever did something, for readers other than the speaker.
func (t turn) actorOf(by incident.Actor) string {
	if by.Person != "" {
		return t.name(by.Person)
	}
	return tidy(by.Name, 60)
}
