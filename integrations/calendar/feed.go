package calendar

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	ics "github.com/arran4/golang-ical"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A place is a schedule of a team.
type place struct {
	team     oncall.TeamID
	schedule string
}

// String writes the place as people say it: "platform/techops".
func (p place) String() string { return plain(string(p.team) + "/" + p.schedule) }

// A feed is what one address shows.
type feed struct {
	title    string
	own      oncall.PersonID // shows this person's shifts alone; empty: everybody's
	places   []place
	roster   oncall.Roster
	bookings []oncall.Booking
}

func (f *feed) add(team oncall.TeamID, schedules ...string) {
	for _, name := range schedules {
		f.places = append(f.places, place{team, name})
	}
}

// write returns the feed as iCalendar.
func (f feed) write(now time.Time) []byte {
	const refresh = "PT15M"
	cal := ics.NewCalendar()
	cal.SetProductId("-//Earshot//On call//EN")
	cal.SetName(f.title)
	cal.SetRefreshInterval(refresh) // the library says of itself that it is a duration
	cal.SetXPublishedTTL(refresh)   // the same for Outlook
	for _, p := range f.places {
		s := f.roster.Teams[p.team].Schedules[p.schedule]
		for _, t := range shifts(p, s, now.Add(-past), now.Add(future), f.roster.Active) {
			if f.own == "" || slices.Contains(t.OnCall, f.own) {
				cal.AddVEvent(f.event(t))
			}
		}
	}
	return []byte(cal.Serialize(ics.WithNewLineWindows))
}

func (f feed) event(t shift) *ics.VEvent {
	e := ics.NewEvent(t.uid())
	e.SetDtStampTime(f.stamp(t))
	e.SetStartAt(t.Start)
	e.SetEndAt(t.End)
	summary, lines := "On call: "+t.place.String(), []string(nil)
	if f.own == "" {
		summary = f.names(t.OnCall) + " on call: " + t.place.String()
	} else if with := f.names(slices.DeleteFunc(slices.Clone(t.OnCall), f.mine)); with != "" {
		lines = append(lines, "With "+with)
	}
	if t.Source == oncall.FromOverride {
		summary += " (override)"
	}
	switch {
	case len(t.next) > 0:
		lines = append(lines, "Next: "+f.names(t.next))
	case !t.last:
		lines = append(lines, "Next: nobody")
	}
	e.SetSummary(summary)
	if len(lines) > 0 {
		e.SetDescription(strings.Join(lines, "\n"))
	}
	e.SetTimeTransparency(ics.TransparencyTransparent) // on call is not busy
	return e
}

// stamp is when the shift became what it is, as far as that is known: when the last
// booking that may have shaped it was made, its start where there is none.
func (f feed) stamp(t shift) time.Time {
	stamp := time.Time{}
	for _, b := range f.bookings {
		at := place{b.Team, b.Schedule}
		if at == t.place && !b.Start.After(t.End) && !b.End.Before(t.Start) && b.Made.After(stamp) {
			stamp = b.Made
		}
	}
	if stamp.IsZero() {
		return t.Start
	}
	return stamp
}

// uid names the shift for ever: by where, who and since when.
func (t shift) uid() string {
	parts := []string{string(t.place.team), t.place.schedule, strconv.FormatInt(t.Start.Unix(), 10)}
	who := slices.Clone(t.OnCall)
	slices.Sort(who)
	for _, id := range who {
		parts = append(parts, string(id))
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:16]) + "@earshot"
}

func (f feed) mine(id oncall.PersonID) bool { return id == f.own }

func (f feed) names(ids []oncall.PersonID) string {
	names := make([]string, 0, len(ids))
	for _, id := range ids {
		names = append(names, f.name(id))
	}
	return strings.Join(names, ", ")
}

func (f feed) name(id oncall.PersonID) string { return plain(f.roster.People[id].DisplayName()) }

// plain makes one line of a name, without characters that show nothing: the
// library escapes line feeds, but not the other ways to begin a line.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) || unicode.Is(unicode.Cc, r):
			return ' '
		case unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Join(strings.Fields(s), " ")
}
