package configfile

import (
	"slices"
	"strings"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func (r *reader) policy(m member, team string) oncall.Policy {
	f := r.fields(m.item, "policy "+m.name, "tiers", "ack", "force_primary", "repeat", "fallback", "ack_timeout")
	p := oncall.Policy{
		Name:         m.name,
		Ack:          oncall.AckMode(r.choice(f["ack"].item, "ack", string(oncall.AckAny), string(oncall.AckAll))),
		ForcePrimary: r.flag(f["force_primary"].item, "force_primary"),
	}
	if p.Ack == "" {
		p.Ack = oncall.AckAny
	}
	p.AckTimeout, _ = r.duration(f["ack_timeout"].item, "ack_timeout", true)
	for _, i := range r.list(f["tiers"].item, "tiers", false) {
		p.Tiers = append(p.Tiers, r.tier(i, team))
	}
	for _, i := range r.list(f["fallback"].item, "fallback", true) {
		t, ok := r.target(i, team, "fallback")
		if ok && t.Kind == oncall.ToSchedule {
			r.fault(i.at, "write channel, person:NAME or team:NAME", "a fallback can't be a schedule")
		} else if ok {
			p.Fallback = append(p.Fallback, t)
		}
	}
	if t, ok := r.text(f["repeat"].item, "repeat"); ok {
		if t.value != "forever" {
			p.Repeat = r.number(t.item, "repeat", 0)
		} else if p.Repeat = oncall.Forever; len(p.Tiers) > 0 && p.Round() == 0 {
			r.fault(t.at, "give a tier a wait", "repeat forever with tiers that wait 0s would never rest")
		}
	}
	return p
}

func (r *reader) tier(i item, team string) oncall.Tier {
	f := r.fields(i, "a tier", "page", "wait")
	t := oncall.Tier{Wait: DefaultWait}
	if wait, ok := r.duration(f["wait"].item, "wait", true); ok {
		t.Wait = wait
	}
	if !f.has("page") {
		r.fault(i.at, "add page: [schedule:NAME], or person:, team: or channel", "this tier pages nothing")
	}
	for _, i := range r.list(f["page"].item, "page", true) {
		if target, ok := r.target(i, team, "page"); ok {
			t.Page = append(t.Page, target)
		}
	}
	return t
}

// target reads one thing that a policy of the team pages, and checks that it
// exists.
func (r *reader) target(i item, team, what string) (target oncall.Target, ok bool) {
	t, ok := r.text(i, what)
	if !ok {
		return target, false
	}
	if target, ok = oncall.ParseTarget(t.value); !ok {
		r.fault(i.at, r.intended(t, team), "%s: %s is no target", what, t.shown())
		return target, false
	}
	missing := func(thing, name string, there []string, prefix string) bool {
		if slices.Contains(there, name) {
			return true
		}
		if t.replaced {
			name = t.node.Value
		}
		r.fault(i.at, nearest(name, there, prefix), "%s: there is no %s %q", what, thing, name)
		return false
	}
	switch target.Kind {
	case oncall.ToPerson:
		return target, missing("person", target.Name, r.names.people, "person:")
	case oncall.ToTeam:
		return target, missing("team", string(target.Team), r.names.teams, "team:")
	case oncall.ToSchedule:
		if target.Team == "" {
			return target, missing("schedule", target.Name, r.names.schedules[team], "schedule:")
		}
		other := string(target.Team)
		return target, missing("team", other, r.names.teams, "") &&
			missing("schedule of team "+other, target.Name, r.names.schedules[other], "schedule:"+other+"/")
	}
	return target, true
}

// intended guesses what a word without its kind was meant to be.
func (r *reader) intended(t text, team string) string {
	name := strings.TrimPrefix(t.value, "@")
	switch {
	case t.replaced:
	case slices.Contains(r.names.schedules[team], name):
		return "write schedule:" + name
	case slices.Contains(r.names.people, name):
		return "write person:" + name
	case slices.Contains(r.names.teams, name):
		return "write team:" + name
	}
	return "write schedule:NAME, schedule:TEAM/NAME, person:NAME, team:NAME or channel"
}
