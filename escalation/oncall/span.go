package oncall

import (
	"strings"
	"time"
)

// A Span is half-open.
type Span struct {
	Start time.Time `json:"start"`
	End   time.Time `json:"end"`
}

// IsZero reports whether the span was never set.
func (s Span) IsZero() bool { return s.Start.IsZero() && s.End.IsZero() }

// In writes the span on a zone's clock: "Fri 6 Mar 18:00 - Sat 7 Mar 09:00 Madrid
// time", the day of its end only where it is another.
func (s Span) In(zone *time.Location) string {
	start, end := s.Start.In(zone), s.End.In(zone)
	layout := "Mon 2 Jan 15:04"
	if start.Format(time.DateOnly) == end.Format(time.DateOnly) {
		layout = "15:04"
	}
	return start.Format("Mon 2 Jan 15:04") + " - " + end.Format(layout) + " " + ClockName(zone)
}

// ClockName names a zone's clock as people do: "Madrid time", "UTC".
func ClockName(zone *time.Location) string {
	if name := City(zone); name != "UTC" {
		return name + " time"
	}
	return "UTC"
}

// City is the place whose clock a zone is: "Madrid", "New York", "UTC".
func City(zone *time.Location) string {
	if zone == nil {
		return "UTC"
	}
	name := zone.String()
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		return strings.ReplaceAll(name[i+1:], "_", " ")
	}
	return name
}
