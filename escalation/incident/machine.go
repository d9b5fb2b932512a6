package incident

import (
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// open makes the incident of a new alert.
func (in *Incident) open(roster oncall.Roster, e AlertFired, now time.Time) error {
	*in = Incident{
		ID: in.ID, Version: in.Version, Key: e.Key, Last: in.Last, Root: in.Root, Cards: in.Cards, crowd: in.crowd,
		Team: e.Route.Team, PolicyName: e.Route.Policy, Person: e.Route.Person, Urgency: e.Route.Urgency, Route: e.Route.Matched, Warning: e.Route.Warning,
		Title: e.Alert.Title, Severity: e.Alert.Severity, Source: e.Alert.Source, RoutingKey: e.Alert.RoutingKey,
		Labels: e.Alert.Labels, Annotations: e.Alert.Annotations, Links: e.Alert.Links,
		Count: 1, OpenedAt: now, Watched: e.Alert.Repeats,
	}
	if in.Root.IsZero() {
		in.Root = now
	}
	if in.Urgency == "" {
		in.Urgency = oncall.High
	}
	by := e.By
	if by == (Actor{}) {
		by.Name = e.Key.Integration
	}
	in.note(now, KindOpened, by, "opened: %s", in.Title)
	if e.Route.Because != "" {
		in.note(now, KindRouted, Actor{}, "goes to team %s: %s", in.Team, e.Route.Because)
	}
	if in.Warning != "" {
		in.note(now, KindWarning, Actor{}, "%s", in.Warning)
	}
	if in.Last != "" {
		in.note(now, KindAgain, by, "again, last %s", in.Last)
	}
	in.join(e.Alert.Members)
	in.hear(now)
	in.post(roster.Teams[in.Team])
	in.start(roster, now)
	return nil
}

// post asks for a card in each channel of the team.
func (in *Incident) post(team oncall.Team) {
	for _, c := range []Card{{Board: "slack", Channel: team.SlackChannel}, {Board: "discord", Channel: team.DiscordChannel}} {
		if c.Channel == "" {
			continue
		}
		if in.card(c.Board, c.Channel) == nil {
			in.Cards = append(in.Cards, c)
		}
		known := in.card(c.Board, c.Channel)
		if storm := in.crowd.Storms[Place{c.Board, c.Channel}]; storm > 0 && !known.Asked {
			known.Storm, known.Asked = storm, true
		}
	}
}

// again is a trigger of an open key. It joins and is counted; it pages nobody
// unless the incident got worse by it.
func (in *Incident) again(roster oncall.Roster, e AlertFired, now time.Time) error {
	in.Count++
	in.touch(now)
	by := Actor{Name: e.Key.Integration}
	in.hear(now)
	joined := in.join(e.Alert.Members)
	worse := e.Alert.Severity.Worse(in.Severity)
	switch {
	case worse:
		in.note(now, KindWorse, by, "severity rose from %s to %s", in.Severity, e.Alert.Severity)
		in.Severity = e.Alert.Severity
	case joined != "":
		in.note(now, KindWorse, by, "joined by %s", joined)
	}
	if e.Route.Urgency.Louder(in.Urgency) && worse {
		in.note(now, KindRestarted, by, "urgency rose from %s to %s: the escalation starts anew", in.Urgency, e.Route.Urgency)
		in.Urgency = e.Route.Urgency
		if in.State == Triggered {
			in.start(roster, now)
		}
	}
	if in.State == Acknowledged && (worse || joined != "") && in.ReackDue.IsZero() {
		wait := roster.Teams[in.Team].ReackAfter
		if wait <= 0 {
			wait = oncall.DefaultReackAfter
		}
		in.ReackDue = now.Add(wait)
		in.note(now, KindWorse, Actor{}, "worse since %s acknowledged it: starts anew in %s unless somebody acknowledges again",
			in.AckedBy.Key(), oncall.FormatDuration(wait))
	}
	return nil
}

// applySender applies what a sender says of an alert after it fired. What it says of
// an incident that is over, or was never opened, is accepted and changes nothing; a
// note is kept all the same.
func (in *Incident) applySender(roster oncall.Roster, ev Event, now time.Time) error {
	if e, ok := ev.(AlertNoted); ok && in.State != "" {
		in.note(now, KindNote, e.By, "%s", e.Text)
		return nil
	}
	if !in.Open() {
		return nil
	}
	switch e := ev.(type) {
	case AlertResolved:
		return in.clear(e, now)
	case AlertAcknowledged:
		in.Runs = nil
		return in.acknowledge(roster, Acked{ID: in.ID, By: e.By}, now)
	case AlertUnacknowledged:
		if in.State == Triggered && !in.Partial {
			return nil
		}
		return in.unacknowledge(roster, Unacked{ID: in.ID, By: e.By}, now)
	case AlertSnoozed:
		return in.snooze(Slept{ID: in.ID, By: e.By, For: e.For}, now)
	case AlertReworded:
		in.reword(e, now)
	}
	return nil
}

// reword gives the incident other words. An alert that joined the incident of another
// one renames only itself among the members.
func (in *Incident) reword(e AlertReworded, now time.Time) {
	for i := range in.Members {
		if m := &in.Members[i]; e.Title != "" && m.Fingerprint == e.Key.Fingerprint() && m.Name != e.Title {
			m.Name = e.Title
			in.touch(now)
		}
	}
	if in.Key != e.Key {
		return
	}
	if e.Title != "" && e.Title != in.Title {
		in.note(now, KindNote, e.By, "renamed from %q to %q", in.Title, e.Title)
		in.Title = e.Title
		in.touch(now)
	}
	if e.Description != "" && e.Description != in.Annotations["description"] {
		if in.Annotations == nil {
			in.Annotations = map[string]string{}
		}
		in.Annotations["description"] = e.Description
		in.note(now, KindNote, e.By, "described anew")
		in.touch(now)
	}
}
