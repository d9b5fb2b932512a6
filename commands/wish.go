package commands

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"reflect"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// setLead sets how long before a shift the speaker is told.
func (t turn) setLead(ctx context.Context, s string) Reply {
	var lead time.Duration
	if !strings.EqualFold(s, "off") {
		d, problem := parseLength(s)
		if s == "" {
			problem = "How long before a shift?"
		}
		if problem == "" && d > maxSpan {
			problem = "At most 30 days before."
		}
		if problem != "" {
			return refuse(problem + " Say for example: me lead 2h, or me lead off")
		}
		lead = d
	}
	return t.wish(ctx, "me lead", func(w *oncall.Wish) Reply {
		w.Lead = &lead
		if lead == 0 {
			return Reply{OK: true, Text: "You are not told before your shifts any more."}
		}
		return Reply{OK: true, Text: fmt.Sprintf("You are told %s before your shifts.", oncall.FormatDuration(lead))}
	})
}

// calendar makes or revokes the address of the speaker's shifts.
func (t turn) calendar(ctx context.Context, what string) Reply {
	switch {
	case what == "revoke":
		return t.wish(ctx, "me calendar revoke", func(w *oncall.Wish) Reply {
			if w.Calendar == "" {
				return Reply{OK: true, Text: "You have no calendar to revoke."}
			}
			w.Calendar = ""
			return Reply{OK: true, Text: "Revoked: the old addresses answer nobody any more. me calendar makes new ones."}
		})
	case what != "":
		return t.misuse("Say me calendar, or me calendar revoke.")
	case t.desk.Link("/") == "":
		return refuse("There is no public address to read a calendar from: an admin has to set public_url or EARSHOT_PUBLIC_URL.")
	}
	return t.wish(ctx, "me calendar", func(w *oncall.Wish) Reply {
		if w.Calendar == "" {
			w.Calendar = rand.Text()
		}
		return Reply{OK: true, Text: "Keep these to yourself; whoever has them reads your shifts. me calendar revoke ends them.", Lines: t.addresses(w.Calendar)}
	})
}

// addresses are where the speaker's calendars are read.
func (t turn) addresses(secret string) []string {
	lines := []string{"Your shifts: " + t.desk.Link("/calendar/"+secret+".ics")}
	for _, id := range t.roster.TeamIDs() {
		if t.roster.Teams[id].Has(t.By.Person) {
			lines = append(lines, fmt.Sprintf("All of %s: %s", t.teamName(id), t.desk.Link(fmt.Sprintf("/calendar/%s~%s.ics", secret, id))))
			for _, name := range t.roster.Teams[id].ScheduleNames() {
				lines = append(lines, fmt.Sprintf("%s/%s: %s", id, name, t.desk.Link(fmt.Sprintf("/calendar/%s~%s~%s.ics", secret, id, name))))
			}
		}
	}
	return lines
}

// wishText is a wish as the audit has it: a calendar's address is a secret.
func wishText(w oncall.Wish) string {
	lead := oncall.DefaultLead
	if w.Lead != nil {
		lead = *w.Lead
	}
	text := "told " + oncall.FormatDuration(lead) + " before"
	if lead == 0 {
		text = "not told before"
	}
	if w.Calendar != "" {
		text += ", with a calendar"
	}
	if w.Phone != "" {
		text += ", with phone " + w.Phone.String()
	}
	if len(w.Paging) > 0 {
		text += ", paged by " + stepsText(w.Paging)
	}
	return text
}

// wish changes what the speaker set for themselves.
func (t turn) wish(ctx context.Context, what string, change func(*oncall.Wish) Reply) Reply {
	return t.rebook(ctx, func(t turn, b oncall.Book) (oncall.Change, Reply) {
		w := b.Wishes[t.By.Person]
		reply := change(&w)
		return t.wished(b, what, w), reply
	})
}

// wished is the change that gives the speaker another wish, and tells of another phone;
// none where it is the old one.
func (t turn) wished(b oncall.Book, what string, w oncall.Wish) oncall.Change {
	before := b.Wishes[t.By.Person]
	if reflect.DeepEqual(before, w) {
		return oncall.Change{}
	}
	b.Wishes = maps.Clone(b.Wishes)
	if b.Wishes == nil {
		b.Wishes = map[oncall.PersonID]oncall.Wish{}
	}
	if b.Wishes[t.By.Person] = w; reflect.DeepEqual(w, oncall.Wish{}) {
		delete(b.Wishes, t.By.Person)
	}
	row := oncall.Row{At: t.now, By: t.By.Person, From: t.Source, What: what, Before: wishText(before), After: wishText(w)}
	change := oncall.Change{Book: b, Rows: []oncall.Row{row}}
	if was, is := t.roster.People[t.By.Person].Phone, t.roster.With(b).People[t.By.Person].Phone; was != is {
		change.Letters = t.phoneMoved(was, is)
	}
	return change
}
