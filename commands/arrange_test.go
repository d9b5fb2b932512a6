package commands

import (
	"slices"
	"testing"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestReassignToAPolicy(t *testing.T) {
	d := newDesk(t)
	team := d.roster.Teams["platform"]
	team.Policies["night"] = oncall.Policy{Name: "night", Tiers: []oncall.Tier{{Page: []oncall.Target{{Kind: oncall.ToPerson, Name: "paul"}}}}}
	id := d.fire(t, "platform", 1, "Disk full")
	form := d.run(t, from("ben", "reassign PLATFORM-1")).Form
	if form == nil || !slices.Contains(form.Fields[0].Options, Option{"policy:night", "Policy night"}) {
		t.Fatalf("the form offers %+v", form)
	}
	if slices.ContainsFunc(form.Fields[0].Options, func(o Option) bool { return o.Value == "policy:default" }) {
		t.Error("the form offers the policy that it has")
	}
	if got := d.run(t, from("ben", "reassign PLATFORM-1 policy:noon")); got.OK || got.Text == "" || d.incidents[id].PolicyName != "" {
		t.Errorf("a policy that is none: %v %s", got.OK, got)
	}
	got := d.run(t, from("ben", "reassign PLATFORM-1 Policy:Night"))
	if want := "PLATFORM-1 is now with policy night. Now paged: Paul Reyes."; got.Text != want || d.incidents[id].PolicyName != "night" {
		t.Errorf("reply = %s, want %s", got, want)
	}
	if last := d.events[len(d.events)-1]; last != (incident.Reassigned{ID: id, By: incident.By("ben"), Policy: "night"}) {
		t.Errorf("event = %+v", last)
	}
}
