package commands

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// me shows what Earshot knows of the speaker, and lets them set what is their own.
func (t turn) me(ctx context.Context) Reply {
	if !t.roster.Active(t.By.Person) {
		return refuse("You are not in Earshot's configuration: an admin has to add you there.")
	}
	first, rest := cutWord(t.rest)
	switch strings.ToLower(first) {
	case "":
		return t.myself(ctx)
	case "lead":
		return t.setLead(ctx, rest)
	case "calendar":
		return t.calendar(ctx, strings.ToLower(rest))
	case "reset":
		return t.wish(ctx, "me reset", func(*oncall.Wish) Reply {
			return Reply{OK: true, Text: "Reset: you are told an hour before your shifts, and your calendar's address is revoked."}
		}, true)
	}
	return t.misuse(fmt.Sprintf("There is no \"me %s\".", tidy(first, 20)))
}

// myself is all that Earshot knows of the speaker.
func (t turn) myself(ctx context.Context) Reply {
	book, roster, err := t.desk.Book(ctx)
	if err != nil {
		return broken(err)
	}
	t.roster = roster
	p := t.roster.People[t.By.Person]
	reply := Reply{OK: true, Text: t.name(t.By.Person) + ":"}
	say := func(format string, args ...any) { reply.Lines = append(reply.Lines, fmt.Sprintf(format, args...)) }
	usual := p.Choose(t.now, true)
	from := "from the file"
	if usual.Default {
		from = "the default"
	}
	say("You are paged by %s (%s)", stepsText(usual.Steps), from)
	for _, w := range p.When {
		say("In your window %s: %s", windowText(w.Hours), stepsText(w.Steps))
	}
	phone := "none"
	if p.Phone != "" {
		phone = p.Phone.String() + ", from the file"
	}
	say("Phone: %s. Your clock: %s", phone, oncall.ClockName(t.zone()))
	var teams []string
	for _, id := range t.roster.TeamIDs() {
		if t.roster.Teams[id].Has(t.By.Person) {
			teams = append(teams, t.teamName(id))
		}
	}
	if len(teams) > 0 {
		say("Teams: %s", strings.Join(teams, ", "))
	}
	own := t.shiftsOf(t.By.Person, t.places())
	for i, s := range own[:min(3, len(own))] {
		say("Shift %d: %s, %s", i+1, s.at, s.span.In(t.zone()))
	}
	if len(own) == 0 {
		say("No shifts in the next 90 days")
	}
	if lead := book.Lead(t.By.Person); lead > 0 {
		say("You are told %s before a shift; me lead 2h changes that", oncall.FormatDuration(lead))
	} else {
		say("You are not told before a shift; me lead 1h changes that")
	}
	if secret := book.Wishes[t.By.Person].Calendar; secret != "" {
		reply.Lines = append(reply.Lines, t.addresses(secret)...)
	} else {
		say("No calendar yet; me calendar makes one")
	}
	return reply
}

// stepsText reads "chat at once, SMS after 3m, calls from 6m on every 3m".
func stepsText(steps []oncall.Step) string {
	if len(steps) == 0 {
		return "nothing at all"
	}
	var all []string
	for _, s := range steps {
		name := map[oncall.Method]string{oncall.Chat: "chat", oncall.SMS: "SMS", oncall.Voice: "call"}[s.Via]
		switch at := oncall.FormatDuration(s.After); {
		case s.Every > 0 && s.After == 0:
			name += fmt.Sprintf(" at once and every %s", oncall.FormatDuration(s.Every))
		case s.Every > 0:
			name += fmt.Sprintf(" after %s and every %s", at, oncall.FormatDuration(s.Every))
		case s.After == 0:
			name += " at once"
		default:
			name += " after " + at
		}
		all = append(all, name)
	}
	return strings.Join(all, ", ")
}

func windowText(w oncall.Window) string {
	if w.Span {
		return fmt.Sprintf("%s %s - %s %s", w.FromDay.String()[:3], w.From, w.ToDay.String()[:3], w.To)
	}
	days := "every day"
	if len(w.Days) > 0 {
		var names []string
		for _, d := range w.Days {
			names = append(names, d.String()[:3])
		}
		days = strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s %s - %s", days, w.From, w.To)
}

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
	}, false)
}

// calendar makes or revokes the address of the speaker's shifts.
func (t turn) calendar(ctx context.Context, what string) Reply {
	switch {
	case what == "revoke":
		return t.wish(ctx, "me calendar revoke", func(w *oncall.Wish) Reply {
			w.Calendar = ""
			return Reply{OK: true, Text: "Revoked: the old addresses answer nobody any more. me calendar makes new ones."}
		}, false)
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
	}, false)
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
	text := "told " + oncall.FormatDuration(oncall.DefaultLead) + " before"
	if w.Lead != nil {
		text = "told " + oncall.FormatDuration(*w.Lead) + " before"
	}
	if w.Calendar != "" {
		text += ", with a calendar"
	}
	return text
}

// wish changes what the speaker set for themselves.
func (t turn) wish(ctx context.Context, what string, change func(*oncall.Wish) Reply, forget bool) Reply {
	return t.rebook(ctx, func(t turn, b oncall.Book) (oncall.Change, Reply) {
		before := b.Wishes[t.By.Person]
		w := before
		reply := change(&w)
		b.Wishes = maps.Clone(b.Wishes)
		if b.Wishes == nil {
			b.Wishes = map[oncall.PersonID]oncall.Wish{}
		}
		b.Wishes[t.By.Person] = w
		if forget {
			delete(b.Wishes, t.By.Person)
		}
		row := oncall.Row{At: t.now, By: t.By.Person, From: t.Source, What: what, Before: wishText(before), After: wishText(b.Wishes[t.By.Person])}
		return oncall.Change{Book: b, Rows: []oncall.Row{row}}, reply
	})
}
