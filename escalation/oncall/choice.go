package oncall

import (
	"strings"
	"time"
)

// A Choice is which of a person's policies pages them, if the paging starts at
// one moment.
type Choice struct {
	Steps   []Step
	Window  int  // of When, counted from 0: the first that is open; -1: none is
	Forced  bool // force_primary passed over an open window
	Default bool // the person wrote no policy
}

// Choose returns the policy that pages the person if the paging starts at now.
// With forcePrimary the personal windows are passed over.
func (p Person) Choose(now time.Time, forcePrimary bool) Choice {
	c := Choice{Steps: p.Paging, Window: -1}
	for i, w := range p.When {
		if !w.Hours.Contains(now, p.Zone) {
			continue
		}
		if !forcePrimary {
			return Choice{Steps: w.Steps, Window: i}
		}
		c.Forced = true
		break
	}
	if len(p.Paging) == 0 {
		c.Steps, c.Default = p.defaults(), true
	}
	return c
}

// String writes the window as "mon,tue 09:00-17:00", "every day 09:00-17:00" or
// "fri 17:00 - mon 09:00"; the zero Window is "always".
func (w Window) String() string {
	switch {
	case w.Span:
		return abbreviated(w.FromDay) + " " + w.From.String() + " - " + abbreviated(w.ToDay) + " " + w.To.String()
	case len(w.Days) == 0 && w.From == w.To && w.From == 0:
		return "always"
	case len(w.Days) == 0:
		return "every day " + w.From.String() + "-" + w.To.String()
	}
	days := make([]string, len(w.Days))
	for i, d := range w.Days {
		days[i] = abbreviated(d)
	}
	return strings.Join(days, ",") + " " + w.From.String() + "-" + w.To.String()
}

func abbreviated(d time.Weekday) string { return strings.ToLower(d.String()[:3]) }
