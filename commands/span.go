package commands

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// maxSpan is the longest span that words may ask for.
const maxSpan = 30 * 24 * time.Hour

// parseSpan reads a span on the zone's clock: "for 2h", "until 9am", "fri 18:00 -
// mon 9:00", "from T to T", "from T for 2h", "9am-5pm", "tomorrow", "weekend". One
// that has begun begins now.
func parseSpan(s string, now time.Time, zone *time.Location) (span oncall.Span, problem string) {
	s = plainly(s)
	now = now.Round(0).UTC().Truncate(time.Second) // nobody says fractions
	if s == "" {
		return span, "For how long? Say for example: for 2h, or until 18:00."
	}
	from, to, length, problem := spoken(s, now, zone)
	if problem != "" {
		return span, problem
	}
	if span.Start, problem = from.after(now, zone); problem != "" {
		return span, problem
	}
	switch {
	case length > 0:
		span.End = span.Start.Add(length)
	case to.day != noDay && !to.timed && to.at.IsZero():
		return span, fmt.Sprintf("Until the start of %s or its end? Say %s 0:00 or %s 24:00.", to.words, to.words, to.words)
	default:
		after := span.Start
		if to.day == noDay {
			after = after.Add(time.Second) // "9am-9am" is a day and a night
		}
		if span.End, problem = to.after(after, zone); problem != "" {
			return span, problem
		}
	}
	span.Start, span.End = span.Start.UTC().Truncate(time.Second), span.End.UTC().Truncate(time.Second)
	return span, bounded(&span, now)
}

// plainly writes the words of a span in one way.
func plainly(s string) string {
	s = strings.ToLower(strings.Join(strings.Fields(s), " "))
	return strings.ReplaceAll(strings.ReplaceAll(s, "–", "-"), "—", "-")
}

// bounded refuses what lies in the past, ends before it starts or is too long.
func bounded(span *oncall.Span, now time.Time) string {
	switch {
	case !span.End.After(span.Start):
		return "That ends before it starts. Say for example: fri 18:00 - mon 9:00."
	case !span.End.After(now):
		return "That lies in the past. Say for example: for 2h, or tomorrow 9:00 - 17:00."
	}
	if span.Start.Before(now) {
		span.Start = now.Round(0).UTC()
	}
	if span.End.Sub(span.Start) > maxSpan {
		return "That is over 30 days; a longer change belongs in the file. Say for example: for 30d."
	}
	return ""
}

var (
	ranges  = regexp.MustCompile(`^(?:from )?(.+?)(?: to | until | - )(.+)$`)
	lengths = regexp.MustCompile(`^(?:from )?(.+?) for (.+)$`)
)

// spoken splits a span into its start and its end or length.
func spoken(s string, now time.Time, zone *time.Location) (from, to said, length time.Duration, problem string) {
	begin := func(words string) bool { from, problem = parseSaid(words, now, zone); return problem == "" }
	if rest, ok := strings.CutPrefix(s, "for "); ok {
		length, problem = parseLength(rest)
		return said{at: now}, to, length, problem
	}
	if rest, ok := strings.CutPrefix(s, "until "); ok {
		to, problem = parseSaid(rest, now, zone)
		return said{at: now}, to, 0, problem
	}
	if m := ranges.FindStringSubmatch(s); m != nil {
		if begin(m[1]) {
			to, problem = parseSaid(m[2], now, zone)
		}
		return from, to, 0, problem
	}
	if m := lengths.FindStringSubmatch(s); m != nil {
		if begin(m[1]) {
			length, problem = parseLength(m[2])
		}
		if problem == "" && from.day != noDay && !from.timed {
			problem = fmt.Sprintf("From when on %s? Say %s 9:00 for %s, or %s alone for all of it.", from.words, from.words, m[2], from.words)
		}
		return from, to, length, problem
	}
	if begin(s) {
		return alone(s, now, zone)
	}
	if from, to, ok := compact(s, now, zone); ok {
		return from, to, 0, ""
	}
	return alone(s, now, zone)
}

// compact reads "9am-5pm", whose dash may stand in a date as well: a moment by itself
// is none of those.
func compact(s string, now time.Time, zone *time.Location) (from, to said, ok bool) {
	for i, r := range s {
		if r != '-' {
			continue
		}
		first, wrong := parseSaid(s[:i], now, zone)
		last, unclear := parseSaid(s[i+1:], now, zone)
		if wrong == "" && unclear == "" {
			return first, last, true
		}
	}
	return from, to, false
}

// alone reads a day that is meant as a whole: "tomorrow", "fri", "weekend".
func alone(s string, now time.Time, zone *time.Location) (from, to said, length time.Duration, problem string) {
	if s == "weekend" || s == "this weekend" {
		return weekend(now, zone)
	}
	s = strings.TrimPrefix(s, "from ")
	from, problem = parseSaid(s, now, zone)
	switch {
	case problem != "":
		if length, wrong := parseLength(s); wrong == "" {
			return said{at: now}, to, length, "" // "2h"
		}
		return from, to, 0, problem
	case from.day == noDay || from.timed || !from.at.IsZero():
		until := "until " + s
		if rest, ok := strings.CutPrefix(s, "in "); ok {
			until = "for " + rest
		}
		return from, to, 0, fmt.Sprintf("From then on, or until then? Say %s for 2h, or %s.", s, until)
	}
	day := from.date
	if from.day == aWeekday {
		start, _ := from.after(now.Add(-24*time.Hour), zone) // today counts, though it has begun
		day = oncall.WallOf(start, zone)
	}
	from = said{words: s, at: startOf(day, zone)}
	return from, said{at: startOf(addDays(day, 1), zone)}, 0, near(from.at, now)
}

// weekend is the coming one, or what is left of the present one.
func weekend(now time.Time, zone *time.Location) (from, to said, length time.Duration, problem string) {
	day := oncall.WallOf(now, zone)
	ahead := int(time.Saturday - date(day).Weekday())
	if date(day).Weekday() == time.Sunday {
		ahead = -1
	}
	saturday := addDays(day, ahead)
	return said{at: startOf(saturday, zone)}, said{at: startOf(addDays(saturday, 2), zone)}, 0, ""
}

func startOf(day oncall.Wall, zone *time.Location) time.Time { return day.At(0).In(zone) }

var unit = regexp.MustCompile(`(\d)(m|h|d|w)(?:inutes?|ins?|ours?|rs?|ays?|eeks?)`)

// parseLength reads "2h", "2 hours", "1d12h".
func parseLength(s string) (time.Duration, string) {
	s = unit.ReplaceAllString(strings.ReplaceAll(s, " ", ""), "$1$2")
	if s != "" && strings.Trim(s, "0123456789") == "" {
		return 0, fmt.Sprintf("%s what? Say %sh or %sm.", s, s, s)
	}
	d, err := oncall.ParseDuration(s)
	switch {
	case err != nil:
		return 0, fmt.Sprintf("%q is no duration such as 90m, 2h or 1d.", tidy(s, 30))
	case d < time.Second:
		return 0, "That takes no time. Say for example: 2h."
	}
	return d, ""
}
