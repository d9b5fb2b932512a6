package simulate

import (
	"fmt"
	"slices"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// clock is how reasons write a moment, in the zone of whose matter it is.
const clock = "Mon 2 Jan 2006 15:04 MST"

// A Why is every reason for one page, each a phrase of its own; empty where there
// is nothing to say.
type Why struct {
	Tier    string // "tier 1 of 2, waits 5m"
	Target  string // "schedule techops: layer 1 of 1, ana's turn, since … until …"
	Urgency string // "urgency low: chat alone"
	Step    string // "step 2 of ana's own paging: sms after 3m, every 5m"
	Repeat  string // "sent again: 2 of at most 12"
	Held    string // "held back from … to …: one page per person and method in 1m"
}

// All returns the reasons there are.
func (w Why) All() []string {
	return slices.DeleteFunc([]string{w.Tier, w.Target, w.Urgency, w.Step, w.Repeat, w.Held}, func(s string) bool { return s == "" })
}

// A runKey names one climb of a person's own policy.
type runKey struct {
	incident incident.ID
	run      int
}

// A cause is what started such a climb, with the roster as it was then.
type cause struct {
	why    Why
	choice oncall.Choice
}

// reason writes down why new pages go out, while the roster that led to them is
// still in force.
func (w *World) reason(before, after incident.Incident) {
	for _, r := range after.Runs {
		if r.No > before.Climbers {
			w.causes[runKey{after.ID, r.No}] = w.cause(after, r)
		}
	}
	for _, p := range after.Pages {
		if _, known := w.whys[p.ID]; known {
			continue
		}
		c := w.causes[runKey{after.ID, p.Run}]
		if p.Run == 0 {
			c.why = Why{Tier: tierText(after, p.Tier), Target: p.Why}
		}
		for _, r := range after.Runs {
			if r.No == p.Run {
				c.why.Step, c.why.Repeat = w.stepText(c.choice, r, p), repeatText(r, p)
			}
		}
		w.whys[p.ID] = c.why
	}
}

func (w *World) cause(in incident.Incident, r incident.Run) cause {
	person := w.roster.People[r.Person]
	c := cause{choice: person.Choose(w.now, in.Policy.ForcePrimary)}
	c.why.Tier = tierText(in, r.Tier)
	c.why.Target = r.Why
	targets := in.Policy.Fallback
	if r.Tier >= 0 && r.Tier < len(in.Policy.Tiers) {
		targets = in.Policy.Tiers[r.Tier].Page
	}
	for _, t := range targets {
		leads := func(to oncall.Reached) bool { return to.Person == r.Person }
		if t.Kind == oncall.ToSchedule && slices.ContainsFunc(w.roster.Resolve(t, in.Team, w.now), leads) {
			c.why.Target = w.scheduleText(t, in.Team, r.Person)
			break
		}
	}
	if in.Person != "" {
		c.why.Target = "reassigned to " + string(in.Person)
	}
	if in.Urgency == oncall.Low {
		c.why.Urgency = "urgency low: chat alone"
		if !person.HasChat() {
			c.why.Urgency = "urgency low: by SMS, for somebody without chat"
		}
	}
	return c
}

func tierText(in incident.Incident, tier int) string {
	switch tier {
	case incident.FallbackTier:
		return "the fallback: nobody answered"
	case incident.AddedTier:
		return "asked for by hand"
	}
	if tier >= len(in.Policy.Tiers) {
		return ""
	}
	text := fmt.Sprintf("tier %d of %d", tier+1, len(in.Policy.Tiers))
	if wait := in.Policy.Tiers[tier].Wait; wait > 0 {
		text += ", waits " + oncall.FormatDuration(wait)
	}
	switch repeat := in.Policy.Repeat; {
	case repeat == oncall.Forever:
		text += fmt.Sprintf(", round %d, repeats forever", in.RoundNo+1)
	case repeat > 0:
		text += fmt.Sprintf(", round %d of %d", in.RoundNo+1, repeat+1)
	}
	return text
}
