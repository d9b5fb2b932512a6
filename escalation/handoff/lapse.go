package handoff

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// lapses ends the asks that nobody answered in time.
func (p *plan) lapses() {
	for _, a := range p.book.Asks {
		if a.Until.After(p.now) {
			continue
		}
		p.book = p.book.Close(a.ID, oncall.Lapsed, "", p.now)
		at := string(a.Team) + "/" + a.Schedule
		edit := oncall.Letter{Key: "ask " + a.ID, Team: a.Team, To: a.To, Text: fmt.Sprintf("%s's question about %s has lapsed. Nothing changed.", p.name(a.By), at)}
		p.tell(edit)
		p.tell(oncall.Letter{To: a.By, Team: a.Team, Text: fmt.Sprintf("Nobody answered your %s of %s, %s: it stays with you.", a.Kind, at, a.Give.In(p.zone(a.By)))})
		p.rows = append(p.rows, oncall.Row{
			At: p.now, From: "earshot", Team: a.Team, What: fmt.Sprintf("%s %s on %s lapsed", a.Kind, a.ID, at),
			Before: p.name(a.By), After: p.name(a.By),
		})
	}
}

// kept is how long a booking stays in the book after its end.
const kept = 400 * 24 * time.Hour

// prune drops what nobody asks for any more, whenever the book is written anyway; a
// schedule that is gone is forgotten, so that it begins silently if it returns.
func (p *plan) prune() {
	for key, held := range maps.Clone(p.book.Told) {
		team, name, _ := strings.Cut(key, "/")
		_, ok := p.roster.Teams[oncall.TeamID(team)].Schedules[name]
		if !ok && p.now.Sub(held.Since) >= settling {
			delete(p.book.Told, key)
			p.due = true
		}
	}
	for key, start := range maps.Clone(p.book.Reminded) {
		if p.now.Sub(start) > 24*time.Hour {
			delete(p.book.Reminded, key)
		}
	}
	p.book.Bookings = slices.DeleteFunc(slices.Clone(p.book.Bookings), func(b oncall.Booking) bool { return p.now.Sub(b.End) > kept })
}
