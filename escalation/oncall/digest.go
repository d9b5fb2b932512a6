package oncall

import "time"

// A Digest is the report of each week that is told in one channel. The zero Digest is
// none.
type Digest struct {
	Slack   string   // the channel there; empty: none
	Discord string   // the channel there; empty: none
	Teams   []TeamID // whose figures; empty: every team's
	Day     time.Weekday
	At      Clock
}

// week is how many days a digest looks back.
const week = 7

// Last returns the week that ended last before now, or ends just then, on the clock of
// a zone; ok is false where there is no digest.
func (d Digest) Last(now time.Time, zone *time.Location) (span Span, ok bool) {
	if d.Slack == "" && d.Discord == "" {
		return Span{}, false
	}
	today := WallOf(now, zone)
	date := time.Date(today.Year, today.Month, today.Day, 0, 0, 0, 0, time.UTC)
	back := (int(date.Weekday()) - int(d.Day) + week) % week
	end := func(days int) time.Time { return WallOf(date.AddDate(0, 0, -days), time.UTC).At(d.At).In(zone) }
	if end(back).After(now) {
		back += week
	}
	return Span{Start: end(back + week), End: end(back)}, true
}
