package handoff

import (
	"fmt"
	"slices"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// Reaches returns what is known of how people are reached.
type Reaches func([]oncall.PersonID) (map[oncall.PersonID]oncall.Reach, error)

// readiness is a line for each of those who come on, of whether they can be reached;
// none where that is not known now.
func (p *plan) readiness(ids ...oncall.PersonID) []string {
	if p.reaches == nil || len(ids) == 0 {
		return nil
	}
	known, err := p.reaches(ids)
	if err != nil {
		return nil // a handoff is told all the same
	}
	var lines []string
	for _, id := range ids {
		ready := p.roster.People[id].Ready(known[id], p.book.Drills[id], p.now)
		lines = append(lines, fmt.Sprintf("Reach of %s: %s", p.name(id), ready))
	}
	return lines
}

// ask makes the letter of a handoff a roll call, where the team wants one.
func (p *plan) ask(l oncall.Letter, team oncall.Team, moves []move) oncall.Letter {
	wait := team.Announce.Rollcall
	if wait <= 0 {
		return l
	}
	c := oncall.Rollcall{Team: team.ID, Person: l.To, Asked: p.now, Until: p.now.Add(wait)}
	for _, m := range moves {
		if slices.Contains(without(m.is, m.was), l.To) {
			if c.Schedule == "" {
				c.Schedule = m.name
			}
			c.After = append(c.After, without(m.was, m.is)...)
		}
	}
	var n int
	p.book, n = p.book.Next()
	c.ID, c.After = fmt.Sprint(n), unique(c.After)
	within := oncall.FormatDuration(wait)
	if p.roster.People[l.To].HasChat() {
		l.Key = "call " + c.ID
		l.Lines = append(l.Lines, "Please say within "+within+" that you are here: else those before you and the admins are told.")
		l.Offers = append([]oncall.Offer{{Label: "I'm here", Words: "here " + c.ID, Style: "primary"}}, l.Offers...)
	} else {
		l.Text = "You are on call now, reply HERE within " + within + ":"
	}
	c.Letter = l
	p.book.Calls = append(slices.Clip(p.book.Calls), c)
	return l
}

// forgotten is how long a roll call stays in the book after its time.
const forgotten = 24 * time.Hour

// calls tell of those who came on and have not said that they are here.
func (p *plan) calls() {
	p.book.Calls = slices.DeleteFunc(slices.Clone(p.book.Calls), func(c oncall.Rollcall) bool { return c.Over && p.now.Sub(c.Until) > forgotten })
	for i, c := range p.book.Calls {
		if c.Over || c.Until.After(p.now) {
			continue
		}
		s := p.roster.Teams[c.Team].Schedules[c.Schedule]
		if !slices.Contains(s.At(p.now, p.roster.Active).OnCall, c.Person) {
			p.book.Calls[i].Over, p.due = true, true // somebody else has it by now
			continue
		}
		acked, ok := p.acked(c.Person)
		if !ok {
			continue
		}
		p.book.Calls[i].Over, p.due = true, true
		if acked.After(c.Asked) {
			p.book.Calls[i].Answered = acked
			if c.Letter.Key != "" {
				p.tell(p.book.Calls[i].Thanks(p.zone(c.Person)))
			}
			continue
		}
		p.silence(c)
	}
}

// acked is when somebody last acknowledged an incident; false: it is not known now.
func (p *plan) acked(id oncall.PersonID) (time.Time, bool) {
	if p.reaches == nil {
		return time.Time{}, true
	}
	known, err := p.reaches([]oncall.PersonID{id})
	if err != nil {
		p.failed(fmt.Errorf("whether %s is here: %w", id, err))
	}
	return known[id].Acked, err == nil
}

// silence tells those who go off, and the admins, before anything breaks.
func (p *plan) silence(c oncall.Rollcall) {
	at := string(c.Team) + "/" + c.Schedule
	for _, id := range unique(append(slices.Clone(c.After), p.roster.Admins...)) {
		if id == c.Person || !p.roster.Active(id) {
			continue
		}
		asked := c.Asked.In(p.zone(id)).Format("15:04")
		p.tell(oncall.Letter{To: id, Team: c.Team, Text: fmt.Sprintf(
			"%s has not said that they are here: on call for %s and asked at %s. Please reach them, or say: take %s for 2h",
			p.name(c.Person), at, asked, at)})
	}
	p.rows = append(p.rows, oncall.Row{
		At: p.now, From: "earshot", Team: c.Team, What: fmt.Sprintf("roll call of %s on %s", p.name(c.Person), at), After: "no answer",
	})
}
