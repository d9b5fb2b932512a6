package main

import (
	"fmt"
	"slices"
	"text/tabwriter"

	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/escalation/simulate"
)

// explained is an explanation as people read it, with what came of each route in
// words.
type explained struct {
	simulate.Explanation

	tried []string
}

// table writes who is paged when, and below it why.
func (e explained) table(t *terminal, roster oncall.Roster) {
	fmt.Fprintf(t.out, "Goes to %s, policy %s, because of %s.\n\n", e.Route.Team, e.Route.Policy, e.Route.Because)
	rows := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
	if len(e.Pages) > 0 {
		fmt.Fprintln(rows, "AFTER\tAT\tTIER\tWHO\tVIA\tBECAUSE")
	}
	zone := zoneOf(roster, e.Route.Team, "")
	for _, p := range e.Pages {
		tier := fmt.Sprint(p.Tier)
		if p.Tier == 0 {
			tier = "-"
		}
		fmt.Fprintf(rows, "%s\t%s\t%s\t%s\t%s\t%s\n", p.After, p.At.In(zone).Format(clock), tier, who(p, roster), p.Via, p.Because)
	}
	_ = rows.Flush() // fails only when nobody reads any more
	if len(e.Pages) == 0 {
		fmt.Fprintln(t.out, "Nobody is paged.")
	}
	for _, w := range e.Warnings {
		fmt.Fprintf(t.out, "warning: %s\n", w)
	}
	e.reasons(t, roster)
}

// reasons writes why the alert goes where it does, and why each person is paged:
// what holds for all pages of one climb once, then each step once.
func (e explained) reasons(t *terminal, roster oncall.Roster) {
	if len(e.Route.Tried)+len(e.Pages) == 0 {
		return
	}
	fmt.Fprintln(t.out, "\nWhy:")
	for i, r := range e.Route.Tried {
		fmt.Fprintf(t.out, "  route %d (%s): %s\n", i+1, r.Text, e.tried[i])
	}
	type climb struct{ tier, target, urgency, who string }
	of := func(p simulate.PageTold) climb { return climb{p.Why.Tier, p.Why.Target, p.Why.Urgency, who(p, roster)} }
	var climbs []climb
	for _, p := range e.Pages {
		if c := of(p); c.tier != "" && !slices.Contains(climbs, c) {
			climbs = append(climbs, c)
		}
	}
	for _, c := range climbs {
		fmt.Fprintf(t.out, "  %s: %s\n", c.tier, c.who)
		for _, line := range []string{c.target, c.urgency} {
			if line != "" {
				fmt.Fprintf(t.out, "    %s\n", line)
			}
		}
		steps := map[string]bool{}
		for _, p := range e.Pages {
			if of(p) != c {
				continue
			}
			if !steps[p.Why.Step] && p.Why.Step != "" {
				fmt.Fprintf(t.out, "    %s: %s\n", p.After, p.Why.Step)
			}
			steps[p.Why.Step] = true
			if p.Why.Held != "" {
				fmt.Fprintf(t.out, "    %s: %s\n", p.After, p.Why.Held)
			}
		}
	}
}

// who names the responder as people do.
func who(p simulate.PageTold, roster oncall.Roster) string {
	id := oncall.PersonID(p.Responder)
	if _, known := roster.People[id]; !known {
		return p.Responder
	}
	return names(roster, []oncall.PersonID{id})
}
