package simulate

import (
	"slices"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A mismatch is where what went out differs from what a test expected.
type mismatch struct {
	missing []*lack
	extra   []*surplus
}

// A lack is an expectation that did not come true, with the page that came
// nearest to it, if any did.
type lack struct {
	Expectation
	near *surplus
}

// A surplus is a page that no line of a test expects, with the expectation that
// it came nearest to, if it did.
type surplus struct {
	Got
	near *lack
}

// match pairs what was expected with what went out. What happens at the same
// moment may come in any order. The line `fallback: person:paul` stands for the
// pages by that person's own policy, too, unless the test lists any of them.
func match(want []Expectation, got []Got) mismatch {
	got = slices.DeleteFunc(slices.Clone(got), func(g Got) bool { return g.backup && !lists(want, g) })
	var m mismatch
	for _, w := range want {
		i := slices.IndexFunc(got, w.is)
		if i < 0 {
			m.missing = append(m.missing, &lack{Expectation: w})
			continue
		}
		got = slices.Delete(got, i, i+1)
	}
	for _, g := range got {
		m.extra = append(m.extra, &surplus{Got: g})
	}
	m.pair()
	return m
}

func (m mismatch) empty() bool { return len(m.missing) == 0 && len(m.extra) == 0 }

// nearby is how far apart in time a page may be from the line that meant it.
const nearby = 15 * time.Minute

// pair finds near misses, the nearest kind first: the same person at the same
// moment, by the same method, at all, and then somebody else at the same moment.
func (m mismatch) pair() {
	kinds := []func(Expectation, Got) bool{
		func(w Expectation, g Got) bool { return w.whom() == g.whom() && w.At == g.At },
		func(w Expectation, g Got) bool { return w.whom() == g.whom() && w.Via == g.Via && w.close(g) },
		func(w Expectation, g Got) bool { return w.whom() == g.whom() && w.close(g) },
		func(w Expectation, g Got) bool { return w.At == g.At && (w.Fallback == "") == (g.Fallback == "") },
	}
	for _, like := range kinds {
		for _, l := range m.missing {
			for _, s := range m.extra {
				free := l.near == nil && s.near == nil
				if free && like(l.Expectation, s.Got) {
					l.near, s.near = s, l
				}
			}
		}
	}
}

// is reports whether a page is the one expected.
func (w Expectation) is(g Got) bool {
	if w.At != g.At || w.Fallback != g.Fallback {
		return false
	}
	if w.Fallback == "" && (w.Page != g.Page || w.Via != "" && w.Via != g.Via) {
		return false
	}
	return w.about(g)
}

// about reports whether a page is about the incidents expected.
func (w Expectation) about(g Got) bool {
	return len(w.Incidents) == 0 || slices.Equal(slices.Sorted(slices.Values(w.Incidents)), slices.Sorted(slices.Values(g.Incidents)))
}

func (w Expectation) close(g Got) bool { return (w.At-g.At).Abs() <= nearby && w.about(g) }

func (w Expectation) whom() string { return w.Page + w.Fallback }

func (g Got) whom() string { return g.Page + g.Fallback }

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
		parts = append(parts, "page: "+page)
	}
	if via != "" {
		parts = append(parts, "via: "+string(via))
	}
	switch {
	case len(incidents) == 1:
		parts = append(parts, "incident: "+incidents[0])
	case len(incidents) > 1:
		parts = append(parts, "incidents: ["+strings.Join(incidents, ", ")+"]")
	}
	return "{" + strings.Join(parts, ", ") + "}"
}
