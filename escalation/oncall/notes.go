package oncall

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A clockUse is a zone, where it is written first, and who goes by it.
type clockUse struct {
	zone   *time.Location
	path   string
	turns  []string   // schedules with turns on the wall clock
	hourly []string   // schedules with turns of elapsed hours
	people []PersonID // who come on call
}

// Notes returns what is worth knowing and no reason to worry: the zones whose
// clocks change in the 30 days from now on, each once, with whose shifts are
// longer or shorter then.
func (r Roster) Notes(now time.Time) []Finding {
	var found []Finding
	for _, use := range r.clocks(now, now.Add(lookahead)) {
		if utc(use.zone) {
			continue
		}
		for at := now.Unix(); ; {
			_, end, before := offsetAt(at, use.zone)
			if end == never || end >= now.Add(lookahead).Unix() {
				break
			}
			if _, _, after := offsetAt(end, use.zone); after != before {
				found = append(found, Finding{use.path, use.changes(end, before, after)})
			}
			at = end
		}
	}
	return found
}

// clocks returns the zones that matter in a span, in the order of the file's keys.
func (r Roster) clocks(from, to time.Time) []*clockUse {
	var uses []*clockUse
	use := func(zone *time.Location, path string) *clockUse {
		i := slices.IndexFunc(uses, func(u *clockUse) bool { return sameZone(u.zone, zone) })
		if i < 0 {
			i, uses = len(uses), append(uses, &clockUse{zone: zone, path: path})
		}
		return uses[i]
	}
	var holders []PersonID
	use(r.Zone, "timezone")
	for _, id := range r.TeamIDs() {
		team, path := r.Teams[id], "teams."+string(id)
		if len(team.Schedules) > 0 {
			use(team.Zone, path+".timezone")
		}
		for _, name := range team.ScheduleNames() {
			s, at := team.Schedules[name], path+".schedules."+name
			use(s.Zone, at+".timezone")
			for i := range s.Layers {
				l := &s.Layers[i]
				if !l.runs(from, to, s.Zone) {
					continue
				}
				u := use(l.zone(s.Zone), at+".layers."+strconv.Itoa(i)+".timezone")
				if name := string(id) + "/" + name; l.Turn.Unit == Hours {
					u.hourly = append(u.hourly, name)
				} else {
					u.turns = append(u.turns, name)
				}
			}
			for shift := range s.shifts(from, to, r.Active) {
				holders = append(holders, shift.OnCall...)
			}
		}
	}
	slices.Sort(holders)
	for _, id := range slices.Compact(holders) {
		u := use(r.People[id].Zone, "people."+string(id)+".timezone")
		u.people = append(u.people, id)
	}
	return uses
}

// runs reports whether the layer may have a turn in a span.
func (l *Layer) runs(from, to time.Time, schedule *time.Location) bool {
	zone := l.zone(schedule)
	ended := !l.Until.IsZero() && instantOf(l.Until.seconds(), zone) <= from.Unix()
	return len(l.Participants) > 0 && !ended && instantOf(l.Start.seconds(), zone) < to.Unix()
}

// changes says what becomes of the clock, and of whom it concerns.
func (u *clockUse) changes(at, before, after int64) string {
	reads, then := time.Unix(at+before, 0).UTC(), time.Unix(at+after, 0).UTC()
	to := then.Format("15:04")
	if then.Day() != reads.Day() {
		to = then.Format("2006-01-02 15:04")
	}
	text := fmt.Sprintf("%s changes its clocks on %s -> %s", u.zone, reads.Format("2006-01-02 15:04"), to)
	by, longer, later := FormatDuration(time.Duration(before-after)*time.Second), "longer", "earlier"
	if after > before {
		by, longer, later = FormatDuration(time.Duration(after-before)*time.Second), "shorter", "later"
	}
	if by == "1h" {
		by = "an hour"
	}
	var what []string
	if names := slices.Compact(u.turns); len(names) > 0 {
		what = append(what, fmt.Sprintf("shifts of %s over it are %s %s", strings.Join(names, ", "), by, longer))
	}
	if names := slices.Compact(u.hourly); len(names) > 0 {
		what = append(what, fmt.Sprintf("handoffs of %s, counted in hours, come %s %s by the clock from then on", strings.Join(names, ", "), by, later))
	}
	if len(u.people) > 0 {
		what = append(what, "it is the clock of "+joined(u.people))
	}
	if len(what) == 0 {
		return text
	}
	return text + ": " + strings.Join(what, "; ")
}

func joined(ids []PersonID) string {
	all := make([]string, len(ids))
	for i, id := range ids {
		all[i] = string(id)
	}
	return strings.Join(all, ", ")
}
