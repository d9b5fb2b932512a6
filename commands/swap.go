package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// askFor is how long a question waits for its answer.
const askFor = 24 * time.Hour

// swap asks somebody to trade shifts. Nothing changes until they accept.
func (t turn) swap(ctx context.Context) Reply {
	if !t.roster.Active(t.By.Person) {
		return refuse("Only people in Earshot's configuration have shifts to swap.")
	}
	name, rest := cutToken(t.rest)
	if name == "" {
		return t.swapForm("With whom, and which shift?", "")
	}
	to, problem := t.person(name)
	switch {
	case problem != "":
		return t.wrong("person", problem)
	case to == t.By.Person:
		return t.wrong("person", "That is you.")
	case rest == "":
		return t.swapForm("Which shift?", "@"+string(to))
	}
	ask, problem := t.readSwap(to, rest)
	if problem != "" {
		return t.wrong("shift", problem)
	}
	return t.ask(ctx, ask, func(t turn, ask oncall.Ask) ([]oncall.Letter, string) {
		lines := []string{fmt.Sprintf("%s gives you %s on %s.", t.name(ask.By), ask.Give.In(t.zoneOf(to)), ask.Team+"/"+oncall.TeamID(ask.Schedule))}
		if !ask.Take.IsZero() {
			lines = append(lines, fmt.Sprintf("%s takes yours, %s.", t.name(ask.By), ask.Take.In(t.zoneOf(to))))
		}
		lines = append(lines, "The question lapses "+ask.Until.In(t.zoneOf(to)).Format("Mon 2 Jan 15:04")+" "+oncall.ClockName(t.zoneOf(to))+".")
		return []oncall.Letter{{
			Key: "ask " + ask.ID, To: to, Team: ask.Team, Text: t.name(ask.By) + " asks to swap shifts with you:", Lines: lines,
			Offers: []oncall.Offer{{Label: "Accept", Words: "accept " + ask.ID, Style: "primary"}, {Label: "Decline", Words: "decline " + ask.ID}},
		}}, fmt.Sprintf("%s is asked.", t.name(to))
	})
}

// readSwap reads what is given and what is wanted in return.
func (t turn) readSwap(to oncall.PersonID, s string) (ask oncall.Ask, problem string) {
	s, name := cutOn(s)
	wanted := "next"
	if i := strings.LastIndex(strings.ToLower(s), " for "); i >= 0 {
		if _, noLength := parseLength(s[i+5:]); noLength != "" {
			s, wanted = s[:i], strings.ToLower(strings.TrimSpace(s[i+5:]))
		}
	}
	in, problem := t.everywhere(name)
	if problem != "" {
		return ask, problem
	}
	give, problem := t.pickShift(s, t.shiftsOf(t.By.Person, in))
	if problem != "" {
		return ask, problem
	}
	if !t.fits(to, give.at) {
		return ask, fmt.Sprintf("%s is neither a member of %s nor takes turns in %s.", t.name(to), t.teamName(give.at.team), give.at)
	}
	ask = oncall.Ask{Kind: oncall.Swap, Team: give.at.team, Schedule: give.at.name, By: t.By.Person, To: to, Give: give.span}
	if wanted == "nothing" {
		return ask, ""
	}
	apart := slices.DeleteFunc(t.shiftsOf(to, []place{give.at}), func(s turnOf) bool {
		return s.span.Start.Before(give.span.End) && give.span.Start.Before(s.span.End) || !s.span.Start.After(t.now)
	})
	if len(apart) == 0 {
		return ask, fmt.Sprintf("%s has no shift on %s to trade. Say \"for nothing\" at the end, or ask the team with: cover %s.", t.name(to), give.at, s)
	}
	take, problem := t.pickShift(wanted, apart)
	ask.Take = take.span
	return ask, problem
}

// fits reports whether a person may be asked to hold a schedule.
func (t turn) fits(who oncall.PersonID, at place) bool {
	if t.roster.Teams[at.team].Has(who) || t.roster.Admin(who) {
		return true
	}
	return slices.ContainsFunc(at.of(t.roster).Layers, func(l oncall.Layer) bool {
		return slices.ContainsFunc(l.Participants, func(entry []oncall.PersonID) bool { return slices.Contains(entry, who) })
	})
}

// ask writes a question down and has it told.
func (t turn) ask(ctx context.Context, ask oncall.Ask, letters func(turn, oncall.Ask) ([]oncall.Letter, string)) Reply {
	return t.rebook(ctx, func(t turn, b oncall.Book) (oncall.Change, Reply) {
		b, n := b.Next()
		ask.ID, ask.Made, ask.Until = fmt.Sprint(n), t.now.Round(0).UTC(), t.lapse(ask)
		b.Asks = append(slices.Clip(b.Asks), ask)
		told, done := letters(t, ask)
		at := place{ask.Team, ask.Schedule}
		row := oncall.Row{
			At: t.now, By: t.By.Person, From: t.Source, Team: ask.Team,
			What:   fmt.Sprintf("%s %s of %s, %s, asked", ask.Kind, ask.ID, at, ask.Give.In(time.UTC)),
			Before: t.name(ask.By), After: t.name(ask.By),
		}
		text := fmt.Sprintf("%s Yours: %s on %s", done, ask.Give.In(t.zone()), at)
		if !ask.Take.IsZero() {
			text += fmt.Sprintf("; for %s's: %s", t.name(ask.To), ask.Take.In(t.zone()))
		}
		text += fmt.Sprintf(". Nothing changes without a yes; the question lapses %s.", t.moment(ask.Until))
		offers := []oncall.Offer{{Label: "Withdraw", Words: "withdraw " + ask.ID}}
		return oncall.Change{Book: b, Rows: []oncall.Row{row}, Letters: told}, Reply{OK: true, Text: text, Offers: offers}
	})
}

// lapse is when a question ends that nobody answered: after a day, or when the first
// of its shifts begins; for one that runs already, when it is over.
func (t turn) lapse(ask oncall.Ask) time.Time {
	until := t.now.Add(askFor)
	for _, s := range []oncall.Span{ask.Give, ask.Take} {
		end := s.Start
		if !end.After(t.now) {
			end = s.End
		}
		if !s.IsZero() && end.Before(until) {
			until = end
		}
	}
	return until.Round(0).UTC()
}

// swapForm asks for what is missing.
func (t turn) swapForm(why, person string) Reply {
	reply := t.misuse(why)
	shifts := t.shiftField()
	if t.Form || len(shifts.Options) == 0 {
		return reply
	}
	who := t.personField(place{team: t.Team}, person)
	who.Options = slices.DeleteFunc(who.Options, func(o Option) bool { return o.Value == "@"+string(t.By.Person) })
	reply.Form = &Form{
		Title: "Swap a shift", Submit: "Ask", Words: "swap {person} {shift}", Note: "They are asked to trade it for their next one. Nothing changes until they accept.",
		Fields: []Field{who, shifts},
	}
	return reply
}
