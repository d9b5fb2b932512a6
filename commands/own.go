package commands

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// shiftsAhead is how far shifts are looked for that people speak of, shiftsOffered how
// far those begin that a form offers.
const (
	shiftsAhead   = 90 * 24 * time.Hour
	shiftsOffered = 30 * 24 * time.Hour
)

// A turnOf is a stretch in which one person holds a schedule, whoever else does. One
// that has begun starts now.
type turnOf struct {
	at   place
	span oncall.Span
}

// shiftsOf returns a person's shifts in some schedules, by their start.
func (t turn) shiftsOf(who oncall.PersonID, in []place) []turnOf {
	var all []turnOf
	for _, at := range in {
		s := at.of(t.roster)
		var last *turnOf
		for _, shift := range s.Shifts(t.now, t.now.Add(shiftsAhead), t.roster.Active) {
			switch {
			case !slices.Contains(shift.OnCall, who):
				last = nil
			case last != nil:
				last.span.End = shift.End
			default:
				all = append(all, turnOf{at, oncall.Span{Start: shift.Start, End: shift.End}})
				last = &all[len(all)-1]
			}
		}
	}
	slices.SortStableFunc(all, func(a, b turnOf) int { return a.span.Start.Compare(b.span.Start) })
	return all
}

// ownShift finds which of the speaker's own shifts is meant: its number in "next", or
// what pickShift reads; on one schedule where that is named.
func (t turn) ownShift(words, name string) (shift turnOf, problem string) {
	all := t.shiftsOf(t.By.Person, t.places())
	if len(all) == 0 {
		return shift, "You have no shifts in the next 90 days."
	}
	var at place
	if name != "" {
		if at, problem = t.schedule(name); problem != "" {
			return shift, problem
		}
	}
	n, err := strconv.Atoi(words)
	switch numbered := err == nil && n >= 1 && n <= len(all); {
	case numbered && name != "" && all[n-1].at != at:
		return shift, fmt.Sprintf("Your shift %d is on %s, %s.", n, all[n-1].at, all[n-1].span.In(t.zone()))
	case numbered:
		return all[n-1], ""
	case name == "":
		return t.pickShift(words, all)
	}
	all = slices.DeleteFunc(all, func(s turnOf) bool { return s.at != at })
	if len(all) == 0 {
		return shift, fmt.Sprintf("You have no shifts on %s in the next 90 days.", at)
	}
	return t.pickShift(words, all)
}

// cutLast splits words around the last that is one of its own, such as "on".
func cutLast(s, word string) (before, after string, found bool) {
	words := strings.Fields(s)
	for i, w := range slices.Backward(words) {
		if strings.EqualFold(w, word) {
			return strings.Join(words[:i], " "), strings.Join(words[i+1:], " "), true
		}
	}
	return s, "", false
}

// cutOn takes "on TEAM/SCHEDULE" out of the words.
func cutOn(s string) (rest, name string) {
	before, after, found := cutLast(s, "on")
	if !found {
		return s, ""
	}
	name, after = cutToken(after)
	return strings.TrimSpace(before + " " + after), name
}

// pickShift finds which of some shifts is meant: "now", "next", a moment in it, its
// day, or a part of it as a span.
func (t turn) pickShift(words string, of []turnOf) (shift turnOf, problem string) {
	words = strings.ToLower(strings.TrimSpace(words))
	switch words {
	case "":
		return shift, "Which shift?"
	case "now", "this", "current":
		return t.single(of, "now", func(s turnOf) bool { return !s.span.Start.After(t.now) })
	case "next":
		i := slices.IndexFunc(of, func(s turnOf) bool { return s.span.Start.After(t.now) })
		if i < 0 {
			return shift, "There is no shift after the present one in the next 90 days."
		}
		return t.single(of, words, func(s turnOf) bool { return s.span.Start.Equal(of[i].span.Start) })
	}
	if at, problem := parseWhen(words, t.now, t.zone()); problem == "" {
		return t.single(of, words, func(s turnOf) bool { return !at.Before(s.span.Start) && at.Before(s.span.End) })
	}
	span, problem := parseSpan(words, t.now, t.zone())
	if problem != "" {
		return shift, problem
	}
	whole := func(s turnOf) bool { return !span.Start.Before(s.span.Start) && !span.End.After(s.span.End) }
	if m, wrong := parseSaid(words, t.now, t.zone()); wrong == "" && m.day != noDay && !m.timed {
		begins := func(s turnOf) bool { return !s.span.Start.Before(span.Start) && s.span.Start.Before(span.End) }
		if slices.ContainsFunc(of, begins) {
			return t.single(of, words, begins)
		}
		return t.single(of, words, func(s turnOf) bool { return 2*common(s.span, span) > span.End.Sub(span.Start) })
	}
	shift, problem = t.single(of, words, whole)
	shift.span = span
	return shift, problem
}

// single is the only shift that fits; otherwise the problem says which there are.
func (t turn) single(of []turnOf, words string, fits func(turnOf) bool) (turnOf, string) {
	var found []turnOf
	for _, s := range of {
		if fits(s) {
			found = append(found, s)
		}
	}
	switch len(found) {
	case 1:
		return found[0], ""
	case 0:
		return turnOf{}, fmt.Sprintf("There is no such shift as %q. The next is %s on %s.", tidy(words, 30), of[0].span.In(t.zone()), of[0].at)
	}
	var all []string
	for _, s := range found {
		all = append(all, fmt.Sprintf("%s on %s", s.span.In(t.zone()), s.at))
	}
	return turnOf{}, "That may be any of these: " + strings.Join(all, "; ") + ". Say it with on TEAM/SCHEDULE, or by its start."
}

// common is how long two spans overlap.
func common(a, b oncall.Span) time.Duration {
	if a.Start.Before(b.Start) {
		a.Start = b.Start
	}
	if a.End.After(b.End) {
		a.End = b.End
	}
	return max(a.End.Sub(a.Start), 0)
}

// holds reports whether a person is on call throughout a span.
func (t turn) holds(who oncall.PersonID, at place, span oncall.Span) bool {
	s := at.of(t.roster)
	shifts := s.Shifts(span.Start, span.End, t.roster.Active)
	return len(shifts) > 0 && !slices.ContainsFunc(shifts, func(s oncall.Shift) bool { return !slices.Contains(s.OnCall, who) })
}

// shiftField offers a person's shifts in a form.
func (t turn) shiftField() Field {
	f := Field{Name: "shift", Label: "Which of your shifts", Kind: Choice}
	for _, s := range t.shiftsOf(t.By.Person, t.places()) {
		if len(f.Options) < maxOptions && s.span.Start.Sub(t.now) < shiftsOffered {
			f.Options = append(f.Options, Option{t.spelled(s), tidy(fmt.Sprintf("%s, %s", s.at, s.span.In(t.zone())), 75)})
		}
	}
	return f
}

// spelled is a shift in words that mean it a while later, too.
func (t turn) spelled(s turnOf) string {
	if !s.span.Start.After(t.now) {
		return fmt.Sprintf("now on %s", s.at)
	}
	return fmt.Sprintf("%s - %s on %s", s.span.Start.UTC().Format(stamp), s.span.End.UTC().Format(stamp), s.at)
}

// stamp is a moment as the words of an offer hold it.
const stamp = "2006-01-02T15:04:05Z"

// nextShifts lists the speaker's own shifts, and the handoffs that come.
func (t turn) nextShifts(context.Context) Reply {
	teams, problem := t.teams(t.rest)
	if problem != "" {
		return t.misuse(problem)
	}
	reply := Reply{OK: true, Text: "You have no shifts in the next 90 days."}
	if own := t.shiftsOf(t.By.Person, t.places()); len(own) > 0 {
		reply.Text = "Your next shifts:"
		for i, s := range own[:min(5, len(own))] {
			reply.Lines = append(reply.Lines, fmt.Sprintf("%d: %s, %s", i+1, s.at, s.span.In(t.zone())))
		}
	}
	for _, id := range teams {
		for _, name := range t.roster.Teams[id].ScheduleNames() {
			reply.Lines = append(reply.Lines, t.handoffs(place{id, name})...)
		}
	}
	return reply
}

// handoffs are the next three of a schedule.
func (t turn) handoffs(at place) []string {
	var lines []string
	s, from := at.of(t.roster), t.now
	for range 3 {
		until, next, ok := s.Next(from, t.roster.Active)
		if !ok {
			break
		}
		lines = append(lines, fmt.Sprintf("%s: %s from %s", at, t.holders(next.OnCall), t.moment(until)))
		from = until
	}
	return lines
}
