package simulate

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// scheduleText says what in a schedule put the person on call at this moment.
func (w *World) scheduleText(t oncall.Target, own oncall.TeamID, person oncall.PersonID) string {
	team, name := own, t.Name
	if t.Team != "" && t.Team != own {
		team, name = t.Team, string(t.Team)+"/"+t.Name
	}
	s := w.roster.Teams[team].Schedules[t.Name]
	r := s.Reason(w.now, w.roster.Active)
	zone := s.Zone
	if zone == nil {
		zone = time.UTC
	}
	if a, ok := r.Override(s, person); ok {
		o := s.Overrides[a.Index]
		from, place := "of the file", "where nobody would be on call"
		if o.ID != "" {
			from = "made in chat"
		}
		if len(a.InPlaceOf) > 0 {
			place = "in place of " + list(a.InPlaceOf)
		}
		return fmt.Sprintf("schedule %s: override %s from %s until %s, %s %s",
			name, from, o.Start.In(zone).Format(clock), o.End.In(zone).Format(clock), list(o.OnCall), place)
	}
	if own := s.Layers[r.Layer].Zone; own != nil {
		zone = own // by whose clock the layer hands over
	}
	until := "without an end"
	if !r.Span.End.IsZero() {
		until = "until " + r.Span.End.In(zone).Format(clock)
	}
	return fmt.Sprintf("schedule %s: layer %d of %d, %s's turn, since %s %s",
		name, r.Layer+1, len(s.Layers), list(r.Turn), r.Span.Start.In(zone).Format(clock), until)
}

// stepText says which step of whose policy a page is.
func (w *World) stepText(c oncall.Choice, r incident.Run, p incident.Page) string {
	g := r.Rungs[p.Rung]
	whose := string(r.Person) + "'s own paging"
	switch {
	case c.Window >= 0:
		whose = fmt.Sprintf("%s's own paging_when %s", r.Person, w.roster.People[r.Person].When[c.Window].Hours)
	case c.Default:
		whose = "the default policy of somebody with " + means(w.roster.People[r.Person])
	}
	var text string
	if i := slices.Index(c.Steps, g.Step); i >= 0 {
		text = fmt.Sprintf("step %d of %s: %s", i+1, whose, g.Via)
	} else {
		text = fmt.Sprintf("no step of %s is as quiet: %s", whose, g.Via)
	}
	if g.After > 0 {
		text += " after " + oncall.FormatDuration(g.After)
	} else {
		text += " at once"
	}
	if g.Every > 0 {
		text += ", every " + oncall.FormatDuration(g.Every)
	}
	if c.Forced {
		text += "; force_primary passes over the open paging_when"
	}
	switch {
	case g.Sent == 1 && p.Due.Before(r.Start.Add(g.After)):
		text += "; pulled forward since an earlier page failed"
	case w.now.Sub(p.Due) > incident.Late:
		text += "; late since the program was away"
	}
	return text
}

// repeatText says which send of a repeating step a page is, from the second on.
func repeatText(r incident.Run, p incident.Page) string {
	g := r.Rungs[p.Rung]
	if g.Sent < 2 {
		return ""
	}
	return fmt.Sprintf("sent again: %d of at most %d", g.Sent, g.Sends())
}

// heldText says that the page limit held a page back, and what it went out with.
func (w *World) heldText(p incident.Page, together []incident.Incident) string {
	zone := w.zone(p.ID.Incident())
	var text string
	if !p.NotBefore.IsZero() {
		text = fmt.Sprintf("held back from %s until %s: one page per person and method in %s",
			p.Due.In(zone).Format(time.TimeOnly), p.NotBefore.In(zone).Format(time.TimeOnly), oncall.FormatDuration(w.roster.Bundling))
	}
	if len(together) < 2 {
		return text
	}
	var keys []string
	for _, in := range together {
		keys = append(keys, in.Key.Dedup)
	}
	slices.Sort(keys)
	return strings.TrimPrefix(text+"; one page of "+strings.Join(keys, ", "), "; ")
}

// zone is where the people of an incident's team read their clocks.
func (w *World) zone(id incident.ID) *time.Location {
	return zoneOf(w.roster, w.store.incidents[id].Team)
}

func zoneOf(r oncall.Roster, team oncall.TeamID) *time.Location {
	for _, zone := range []*time.Location{r.Teams[team].Zone, r.Zone} {
		if zone != nil {
			return zone
		}
	}
	return time.UTC
}

func means(p oncall.Person) string {
	switch {
	case p.HasChat() && p.Phone != "":
		return "chat and a phone"
	case p.HasChat():
		return "chat alone"
	}
	return "a phone alone"
}

// list writes people as "ana", "ben and hal", "ana, ben and hal".
func list(ids []oncall.PersonID) string {
	if len(ids) == 0 {
		return "nobody"
	}
	all := make([]string, len(ids))
	for i, id := range ids {
		all[i] = string(id)
	}
	last := len(all) - 1
	if last == 0 {
		return all[0]
	}
	return strings.Join(all[:last], ", ") + " and " + all[last]
}
