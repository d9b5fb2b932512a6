package calendar

import (
	"crypto/sha256"
	"crypto/subtle"
	"strings"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// An address is what a path asks for.
type address struct {
	secret string
	rest   []string // a team, or a team and a schedule; empty: the person's own shifts
}

// parseAddress reads /calendar/{secret}[~{team}[~{schedule}]].ics.
func parseAddress(path string) (address, bool) {
	path, ok := strings.CutPrefix(path, "/calendar/")
	token, named := strings.CutSuffix(path, ".ics")
	parts := strings.SplitN(token, "~", 3)
	return address{parts[0], parts[1:]}, ok && named && parts[0] != ""
}

// open returns the feed at the address, if the secret is that of somebody active
// and the rest of it exists.
func (a address) open(book oncall.Book, roster oncall.Roster) (feed, bool) {
	who, ok := owner(book.Wishes, a.secret)
	if !ok || !roster.Active(who) {
		return feed{}, false
	}
	f := feed{roster: roster, bookings: book.Bookings}
	if len(a.rest) == 0 {
		f.own, f.title = who, "On call: "+f.name(who)
		for _, team := range roster.TeamIDs() {
			f.add(team, roster.Teams[team].ScheduleNames()...)
		}
		return f, true
	}
	id := oncall.TeamID(a.rest[0])
	team, ok := roster.Teams[id]
	if !ok {
		return feed{}, false
	}
	if len(a.rest) == 1 {
		f.title = "On call: " + plain(team.DisplayName())
		f.add(id, team.ScheduleNames()...)
		return f, true
	}
	f.title = "On call: " + place{id, a.rest[1]}.String()
	f.add(id, a.rest[1])
	_, ok = team.Schedules[a.rest[1]]
	return f, ok
}

// owner returns whose secret it is. How long that takes tells nothing about any.
func owner(wishes map[oncall.PersonID]oncall.Wish, secret string) (who oncall.PersonID, ok bool) {
	given := sha256.Sum256([]byte(secret))
	for id, wish := range wishes {
		kept := sha256.Sum256([]byte(wish.Calendar))
		if subtle.ConstantTimeCompare(given[:], kept[:]) == 1 && wish.Calendar != "" {
			who, ok = id, true
		}
	}
	return who, ok
}
