package simulate

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// diff tells a person where what went out differs from what was expected, or
// nothing. Lines stand together by moments, each with the clock on the team's
// wall beside its offset; a missing page says what happened in its place and how
// its incident stood, one too many why it went out:
//
//	at 5m, Sun 8 Mar 2026 01:35 EST
//	- {at: 5m, page: bob, via: voice, incident: k}   expected (line 16), happened by sms
//	+ {at: 5m, page: bob, via: sms, incident: k}   happened, expected by voice (line 16)
//	    step 1 of bob's own paging: sms at once
func (s *script) diff(got []Got) string {
	m := match(s.test.Expect, got)
	if m.empty() {
		return ""
	}
	at := map[time.Duration][]string{}
	for _, l := range m.missing {
		at[l.At] = append(at[l.At], fmt.Sprintf("- %s   expected (line %d), %s", l, l.Line, l.instead()))
		if l.near != nil {
			continue
		}
		for _, line := range append([]string{meanwhile(got, l.At)}, s.standing(l.Expectation)...) {
			at[l.At] = append(at[l.At], "    "+line)
		}
	}
	for _, x := range m.extra {
		at[x.At] = append(at[x.At], fmt.Sprintf("+ %s   happened, %s", x, x.instead()))
		for _, why := range x.why.All() {
			at[x.At] = append(at[x.At], "    "+why)
		}
	}
	var b strings.Builder
	for _, moment := range slices.Sorted(maps.Keys(at)) {
		fmt.Fprintf(&b, "at %s, %s\n", oncall.FormatDuration(moment), s.local(moment))
		b.WriteString(strings.Join(at[moment], "\n") + "\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// local is the clock on the team's wall at a moment of the test.
func (s *script) local(at time.Duration) string {
	when := s.test.Start.Add(at).In(zoneOf(s.world.roster, s.test.Team))
	if when.Second() != 0 {
		return when.Format("Mon 2 Jan 2006 15:04:05 MST")
	}
	return when.Format(clock)
}

// instead says of an expectation what came nearest to it.
func (l *lack) instead() string {
	if l.near == nil {
		return "did not happen"
	}
	g, w := l.near.Got, l.Expectation
	return "happened " + differences(w, g, g.At, g.Via, g.whom(), g.Incidents)
}

// instead says of a page what was expected in its place.
func (x *surplus) instead() string {
	if x.near == nil {
		return "not expected"
	}
	w, g := x.near.Expectation, x.Got
	return fmt.Sprintf("expected %s (line %d)", differences(w, g, w.At, w.Via, w.whom(), w.Incidents), w.Line)
}

// differences writes what sets a page apart from what was expected: "at 6m, by
// voice".
func differences(w Expectation, g Got, at time.Duration, via oncall.Method, whom string, incidents []string) string {
	var all []string
	if w.At != g.At {
		all = append(all, "at "+oncall.FormatDuration(at))
	}
	if w.Via != "" && w.Via != g.Via {
		all = append(all, "by "+string(via))
	}
	if w.whom() != g.whom() {
		all = append(all, "to "+whom)
	}
	if !w.about(g) {
		all = append(all, "about "+strings.Join(incidents, ", "))
	}
	return strings.Join(all, ", ")
}

// meanwhile says what else went out at a moment.
func meanwhile(got []Got, at time.Duration) string {
	var all []string
	for _, g := range got {
		if g.At == at {
			all = append(all, g.String())
		}
	}
	if len(all) == 0 {
		return "nothing went out then"
	}
	return "what went out then: " + strings.Join(all, ", ")
}

// standing says how the incidents of an expectation stood at its moment, by the
// last thing that was decided about them.
func (s *script) standing(w Expectation) []string {
	at := s.test.Start.Add(w.At)
	names := w.Incidents
	if known := slices.Compact(slices.Sorted(maps.Values(s.keys))); len(names) == 0 && len(known) == 1 {
		names = known
	}
	var all []string
	for _, name := range names {
		var last incident.Entry
		for id, key := range s.keys {
			for _, line := range s.world.Timeline(id) {
				if key == name && decides(line.Kind) && !line.At.After(at) && !line.At.Before(last.At) {
					last = line
				}
			}
		}
		if last.Text == "" {
			all = append(all, name+" was not open yet")
			continue
		}
		all = append(all, fmt.Sprintf("%s at %s: %s", name, oncall.FormatDuration(last.At.Sub(s.test.Start)), last.Text))
	}
	return all
}

// decides reports whether a line of the timeline says who is to be paged from
// then on, or that nobody is.
func decides(kind string) bool {
	switch kind {
	case incident.KindPage, incident.KindDelivered, incident.KindNote, incident.KindRouted, incident.KindWarning:
		return false
	}
	return true
}
