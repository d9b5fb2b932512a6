package simulate

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// compare says where what went out differs from what was expected, line by line,
// or nothing. What happens at the same moment may come in any order. The line
// `fallback: person:paul` stands for the pages by that person's own policy, too,
// unless the test lists any of them.
func compare(want []Expectation, got []Got) string {
	got = slices.DeleteFunc(slices.Clone(got), func(g Got) bool { return g.backup && !lists(want, g) })
	var missing []Expectation
	for _, w := range want {
		i := slices.IndexFunc(got, w.is)
		if i < 0 {
			missing = append(missing, w)
			continue
		}
		got = slices.Delete(got, i, i+1)
	}
	if len(missing) == 0 && len(got) == 0 {
		return ""
	}
	type line struct {
		at   time.Duration
		text string
	}
	var lines []line
	for _, w := range missing {
		lines = append(lines, line{w.At, fmt.Sprintf("- %s   expected (line %d), did not happen", w, w.Line)})
	}
	for _, g := range got {
		lines = append(lines, line{g.At, fmt.Sprintf("+ %s   happened, not expected", g)})
	}
	slices.SortStableFunc(lines, func(a, b line) int { return int(a.at - b.at) })
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(l.text + "\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// is reports whether a page is the one expected.
func (w Expectation) is(g Got) bool {
	if w.At != g.At || w.Fallback != g.Fallback {
		return false
	}
	if w.Fallback == "" && (w.Page != g.Page || w.Via != "" && w.Via != g.Via) {
		return false
	}
	return len(w.Incidents) == 0 || slices.Equal(slices.Sorted(slices.Values(w.Incidents)), slices.Sorted(slices.Values(g.Incidents)))
}

// lists reports whether a test lists pages of that person from that moment on.
func lists(want []Expectation, g Got) bool {
	return slices.ContainsFunc(want, func(w Expectation) bool { return w.Page == g.Page && w.At >= g.At })
}

// String is the expectation as the test file writes it.
func (w Expectation) String() string { return text(w.At, w.Page, w.Via, w.Incidents, w.Fallback) }

// String is the page as the test file would write it.
func (g Got) String() string { return text(g.At, g.Page, g.Via, g.Incidents, g.Fallback) }

func text(at time.Duration, page string, via oncall.Method, incidents []string, fallback string) string {
	parts := []string{"at: " + oncall.FormatDuration(at)}
	if fallback != "" {
		parts = append(parts, "fallback: "+fallback)
	} else {
		parts = append(parts, "page: "+page, "via: "+string(via))
	}
	switch {
	case len(incidents) == 1:
		parts = append(parts, "incident: "+incidents[0])
	case len(incidents) > 1:
		parts = append(parts, "incidents: ["+strings.Join(incidents, ", ")+"]")
	}
	return "{" + strings.Join(parts, ", ") + "}"
}
