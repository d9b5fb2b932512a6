package commands

import (
	"context"
	"fmt"
	"slices"
	"strconv"
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
		return t.swapForm("With whom, and which shift?", "", "")
	}
	if strings.EqualFold(name, "shift") {
		return t.swapForm("With whom?", "", rest)
	}
	if strings.EqualFold(name, "cancel") {
		t.rest = rest
		return t.withdraw(ctx)
	}
	to, problem := t.person(name)
	switch {
	case problem != "":
		return t.wrong("person", problem)
	case to == t.By.Person:
		return t.wrong("person", "That is you.")
	case rest == "":
		return t.swapForm("Which shift?", "@"+string(to), "")
	}
	ask, reply, ok := t.readSwap(to, rest)
	if !ok {
		return reply
	}
	return t.ask(ctx, ask, func(t turn, ask oncall.Ask) ([]oncall.Letter, string) {
		lines := []string{fmt.Sprintf("%s gives you %s on %s.", t.name(ask.By), ask.Give.In(t.zoneOf(to)), place{ask.Team, ask.Schedule})}
		if !ask.Take.IsZero() {
			lines = append(lines, fmt.Sprintf("%s takes yours, %s.", t.name(ask.By), ask.Take.In(t.zoneOf(to))))
		}
		lines = append(lines, "The question lapses "+ask.Until.In(t.zoneOf(to)).Format("Mon 2 Jan 15:04")+" "+oncall.ClockName(t.zoneOf(to))+".")
		return []oncall.Letter{{
			Key: "ask " + ask.ID, To: to, Team: ask.Team, Text: t.name(ask.By) + " asks to swap shifts with you:", Lines: lines, Expires: ask.Until,
			Offers: []oncall.Offer{{Label: "Accept", Words: "accept " + ask.ID, Style: "primary"}, {Label: "Decline", Words: "decline " + ask.ID}},
		}}, fmt.Sprintf("%s is asked.", t.name(to))
	})
}

// readSwap reads what is given and what is wanted in return: "SHIFT for THEIRS on
// TEAM/SCHEDULE".
func (t turn) readSwap(to oncall.PersonID, s string) (ask oncall.Ask, reply Reply, ok bool) {
	s, name := cutOn(s)
	wanted := ""
	if before, after, found := cutLast(s, "for"); found {
		if _, noLength := parseLength(after); noLength != "" {
			s, wanted = before, strings.ToLower(after)
		}
	}
	give, problem := t.ownShift(s, name)
	switch {
	case problem != "":
		return ask, t.wrong("shift", problem), false
	case !t.fits(to, give.at):
		return ask, t.wrong("person", fmt.Sprintf("%s is neither a member of %s nor takes turns in %s.", t.name(to), t.teamName(give.at.team), give.at)), false
	case t.holds(to, give.at, give.span):
		return ask, t.wrong("person", fmt.Sprintf("%s is on call for %s then already.", t.name(to), give.at)), false
	}
	ask = oncall.Ask{Kind: oncall.Swap, Team: give.at.team, Schedule: give.at.name, By: t.By.Person, To: to, Give: give.span}
	if wanted == "nothing" {
		return ask, reply, true
	}
	if name != "" {
		s += " on " + name
	}
	take, reply, ok := t.inReturn(to, give, wanted, s)
	ask.Take = take.span
	return ask, reply, ok
}

// inReturn finds the other's shift that is traded for one of the speaker's: the one
// that is wanted, else the next after it.
func (t turn) inReturn(to oncall.PersonID, give turnOf, wanted, said string) (take turnOf, reply Reply, ok bool) {
	apart := slices.DeleteFunc(t.shiftsOf(to, []place{give.at}), func(s turnOf) bool {
		overlaps := s.span.Start.Before(give.span.End) && give.span.Start.Before(s.span.End)
		return overlaps || !s.span.Start.After(t.now) || t.holds(t.By.Person, give.at, s.span)
	})
	if _, err := strconv.Atoi(wanted); err == nil {
		return take, t.wrong("theirs", fmt.Sprintf("%s's shifts have no numbers here. Say a day or a time of theirs, such as for fri.", t.name(to))), false
	}
	if wanted != "" && wanted != "next" && len(apart) > 0 {
		take, problem := t.pickShift(wanted, apart)
		return take, t.wrong("theirs", problem), problem == ""
	}
	for _, s := range apart {
		if !s.span.Start.Before(give.span.End) {
			return s, reply, true
		}
	}
	problem := fmt.Sprintf("%s has no shift on %s to trade after yours.", t.name(to), give.at)
	if t.Form {
		return take, Reply{Text: problem + " Choose nothing, or somebody else.", Field: "theirs"}, false
	}
	return take, refuse(fmt.Sprintf("%s Say: swap @%s %s for nothing, or ask the team with: cover %s", problem, to, said, said)), false
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
		until := "Nothing changes until somebody takes it"
		if ask.Kind == oncall.Swap {
			until = fmt.Sprintf("Nothing changes until %s accepts", t.name(ask.To))
		}
		if !ask.Take.IsZero() {
			text += fmt.Sprintf("; for %s's: %s", t.name(ask.To), ask.Take.In(t.zone()))
		}
		text += fmt.Sprintf(". %s; the question lapses %s.", until, t.moment(ask.Until))
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

// swapForm asks for what is missing, of one shift where that is said.
func (t turn) swapForm(why, person, shift string) Reply {
	who, shifts := t.personField(place{team: t.Team}, person), t.shiftField()
	if give, problem := t.ownShift(cutOn(shift)); shift != "" && problem == "" {
		shifts.Value = t.spelled(give)
	}
	if t.Form {
		return t.wrong("shift", why)
	}
	reply := t.misuse(why)
	if len(shifts.Options) == 0 {
		return reply
	}
	who.Options = slices.DeleteFunc(who.Options, func(o Option) bool { return o.Value == "@"+string(t.By.Person) })
	theirs := Field{Name: "theirs", Label: "For", Kind: Choice, Value: "next", Options: []Option{{"next", "their next shift after it"}, {"nothing", "nothing"}}}
	reply.Form = &Form{
		Title: "Swap a shift", Submit: "Ask", Words: "swap {person} {shift} for {theirs}", Note: "Nothing changes until they accept.",
		Fields: []Field{who, shifts, theirs},
	}
	return reply
}
