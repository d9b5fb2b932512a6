package main

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// clock is how tables write a moment, in the schedule's own zone.
const clock = "Mon 2 Jan 2006 15:04 MST"

// table writes who is on call at one moment.
func (w whoAt) table(t *terminal, roster oncall.Roster) {
	fmt.Fprintf(t.out, "On call at %s\n\n", w.At.Format(time.RFC3339))
	rows := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(rows, "SCHEDULE\tON CALL\tBY\tUNTIL\tNEXT")
	for _, d := range w.Schedules {
		until, next := "no end in sight", "-"
		if !d.Until.IsZero() {
			until = d.Until.In(zoneOf(roster, d.Team, d.Schedule)).Format(clock)
			next = names(roster, d.Next)
		}
		fmt.Fprintf(rows, "%s/%s\t%s\t%s\t%s\t%s\n", d.Team, d.Schedule, names(roster, d.OnCall), d.Source, until, next)
	}
	_ = rows.Flush() // fails only when nobody reads any more
}

// table writes every shift of a span.
func (w whoThroughout) table(t *terminal, roster oncall.Roster) {
	for i, list := range w.Schedules {
		if i > 0 {
			fmt.Fprintln(t.out)
		}
		zone := zoneOf(roster, list.Team, list.Schedule)
		fmt.Fprintf(t.out, "%s/%s (%s)\n", list.Team, list.Schedule, zone)
		rows := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
		for _, s := range list.Shifts {
			fmt.Fprintf(rows, "  %s\t%s\t%s\t%s\n", s.From.In(zone).Format(clock), s.To.In(zone).Format(clock), names(roster, s.OnCall), s.Source)
		}
		_ = rows.Flush() // fails only when nobody reads any more
	}
}

// zoneOf is the zone in which a schedule's people read their clocks.
func zoneOf(roster oncall.Roster, team oncall.TeamID, schedule string) *time.Location {
	for _, zone := range []*time.Location{roster.Teams[team].Schedules[schedule].Zone, roster.Teams[team].Zone, roster.Zone} {
		if zone != nil {
			return zone
		}
	}
	return time.UTC
}

// names writes people as "Ana Ortiz (ana), Hal Byrne (hal)".
func names(roster oncall.Roster, ids []oncall.PersonID) string {
	if len(ids) == 0 {
		return "nobody"
	}
	all := make([]string, len(ids))
	for i, id := range ids {
		all[i] = string(id)
		if name := roster.People[id].Name; name != "" {
			all[i] = name + " (" + string(id) + ")"
		}
	}
	return strings.Join(all, ", ")
}

// oneOf advises on a name that is not there.
func oneOf[T ~string](there []T) string {
	if len(there) == 0 {
		return "there is none"
	}
	var b strings.Builder
	for i, name := range there {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(string(name))
	}
	return "use one of: " + b.String()
}
