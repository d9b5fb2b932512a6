package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// Lines tell the figures in words, compared with the span before; name says what a
// person is called.
func (r Report) Lines(before Report, name func(oncall.PersonID) string) []string {
	lines := []string{
		fmt.Sprintf("Incidents: %d%s%s", r.Incidents, stillOpen(r.Open), against(r.Incidents, before.Incidents)),
		"Acknowledged: " + r.Ack.text(before.Ack),
		"Resolved: " + r.Resolve.text(before.Resolve),
	}
	pages, nights := r.sums()
	pagesBefore, nightsBefore := before.sums()
	lines = append(lines,
		fmt.Sprintf("Pages: %d%s", pages, against(pages, pagesBefore)),
		fmt.Sprintf("Night wakes: %d%s", nights, against(nights, nightsBefore)),
	)
	for i, l := range r.People {
		if i == mostPeople {
			lines = append(lines, fmt.Sprintf("and %d more people", len(r.People)-mostPeople))
			break
		}
		lines = append(lines, fmt.Sprintf("%s: %s, %s, on call %s", name(l.Person), count(l.Pages, "page"), count(l.Nights, "night wake"), hours(l.OnCall)))
	}
	if len(r.Noisiest) > 0 {
		var all []string
		for _, n := range r.Noisiest {
			all = append(all, fmt.Sprintf("%s (%s, %s)", n.Name, count(n.Incidents, "incident"), count(n.Alerts, "alert")))
		}
		lines = append(lines, "Noisiest: "+strings.Join(all, "; "))
	}
	if r.Partial {
		lines = append(lines, "There were more incidents than can be read at once: the newest are counted.")
	}
	return lines
}

// mostPeople is how many people the words tell of.
const mostPeople = 15

func (r Report) sums() (pages, nights int) {
	for _, l := range r.People {
		pages, nights = pages+l.Pages, nights+l.Nights
	}
	return pages, nights
}

// text reads "median 38s, p90 4m (of 12; before: median 1m, p90 9m)".
func (t Took) text(before Took) string {
	if t.Of == 0 {
		return "none"
	}
	text := fmt.Sprintf("median %s, p90 %s (%d of them", short(t.Median), short(t.P90), t.Of)
	if before.Of > 0 {
		text += fmt.Sprintf("; before: %s, %s", short(before.Median), short(before.P90))
	}
	return text + ")"
}

func stillOpen(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", %d still open", n)
}

// against reads " (before: 12)".
func against(n, before int) string {
	switch {
	case n == before:
		return " (as before)"
	case n > before:
		return fmt.Sprintf(" (up from %d)", before)
	}
	return fmt.Sprintf(" (down from %d)", before)
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// short is a length of time as people say it: to the second below an hour, else to the
// minute.
func short(d time.Duration) string {
	if d < time.Hour {
		return oncall.FormatDuration(d.Round(time.Second))
	}
	return oncall.FormatDuration(d.Round(time.Minute))
}

// hours is a long time in whole hours.
func hours(d time.Duration) string { return fmt.Sprintf("%d h", int(d.Round(time.Hour)/time.Hour)) }
