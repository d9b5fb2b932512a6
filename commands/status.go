package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// phases are how far the work on an incident has come, as outsiders are told.
var phases = []string{"investigating", "identified", "monitoring", "resolved"}

// maxNext bounds how far off the next update may be said to be.
const maxNext = 7 * 24 * time.Hour

// Tidings are what stakeholders are told of an incident.
type tidings struct {
	phase string
	next  time.Duration // until the next one; 0: nothing is said of it
	text  string
}

// String reads "identified: a disk is full; next update in 30m".
func (u tidings) String() string {
	s := u.phase + ": " + u.text
	if u.next > 0 {
		s += "; next update in " + oncall.FormatDuration(u.next)
	}
	return s
}

// status tells the team's stakeholders how an incident stands: in one message that shows
// the newest, with all before in its thread.
func (t turn) status(ctx context.Context) Reply {
	c := t.pick(ctx, true)
	if len(c.ins) == 0 {
		return c.reply
	}
	in := c.ins[0]
	t.word.name = "tell stakeholders of"
	refusal, ok := t.may(in)
	team := t.roster.Teams[in.Team]
	u, problem := readUpdate(c.rest, in)
	switch {
	case !ok:
		return Reply{Incident: in.ID, Text: refusal}
	case team.Stakeholders == oncall.Channels{}:
		return refuse(fmt.Sprintf("Team %s has no channel for stakeholders: its setting \"stakeholders\" names one.", t.teamName(in.Team)))
	case problem != "":
		return t.wrong("next", problem)
	case u.text == "":
		return t.missing("What should stakeholders be told?", statusForm(in, u))
	}
	reply := t.rebook(ctx, func(t turn, b oncall.Book) (oncall.Change, Reply) {
		return oncall.Change{
			Book: b, Rows: []oncall.Row{t.row(in, "status", "", u.String())}, Letters: t.updates(in, u),
		}, Reply{Incident: in.ID, OK: true, Text: fmt.Sprintf("Stakeholders are told of %s: %s.", in.ID, u)}
	})
	if !reply.OK {
		return reply
	}
	if _, err := t.desk.Handle(ctx, incident.StatusTold{ID: in.ID, By: t.By, Text: u.String()}); err != nil {
		reply.Lines, reply.Err = []string{"Its timeline does not say so: please add a note."}, fmt.Errorf("status of %s: %w", in.ID, err)
	}
	return reply
}

// readUpdate reads "identified next 30m a disk is full". Without a phase it is that of an
// incident that has just begun, or is over.
func readUpdate(s string, in incident.Incident) (u tidings, problem string) {
	u.phase = phases[0]
	if !in.Open() {
		u.phase = phases[len(phases)-1]
	}
	if first, rest := cutWord(s); slices.Contains(phases, strings.ToLower(first)) {
		u.phase, s = strings.ToLower(first), rest
	}
	if rest, ok := cutPrefixFold(s, "next "); ok {
		length, more := cutWord(rest)
		if next, err := oncall.ParseDuration(length); err == nil {
			u.next, s = next, more
		}
	}
	if u.next > maxNext {
		problem = "The next update comes within a week."
	}
	u.text = tidy(s, maxNote)
	return u, problem
}

// updates are the letters that tell stakeholders: the message that shows the newest, and
// a line of its thread.
func (t turn) updates(in incident.Incident, u tidings) []oncall.Letter {
	zone := t.teamZone(in.Team)
	at, by := t.now.In(zone).Format("Mon 2 Jan 15:04 MST"), t.teller()
	lines := []string{u.text, fmt.Sprintf("%s, %s", at, by)}
	if u.next > 0 {
		lines = slices.Insert(lines, 1, "Next update by "+t.now.Add(u.next).In(zone).Format("Mon 2 Jan 15:04 MST"))
	}
	key := "status " + string(in.ID)
	return []oncall.Letter{
		{Key: key, Team: in.Team, Stakeholders: true, Text: fmt.Sprintf("%s %s: %s", in.ID, tidy(in.Title, maxTitle), u.phase), Lines: lines},
		{Under: key, Team: in.Team, Stakeholders: true, Text: fmt.Sprintf("%s, %s: %s", at, by, u)},
	}
}

// teller is whoever speaks, as others call them.
func (t turn) teller() string {
	if t.By.Person != "" {
		return t.roster.People[t.By.Person].DisplayName()
	}
	return tidy(t.By.Name, maxTitle)
}

// firstStatus is the form of which nothing is filled in yet.
func (t turn) firstStatus(c choice) Form { return statusForm(c.ins[0], tidings{phase: phases[0]}) }

func statusForm(in incident.Incident, u tidings) Form {
	phase := Field{Name: "phase", Label: "How far it has come", Kind: Choice, Value: u.phase}
	for _, p := range phases {
		phase.Options = append(phase.Options, Option{p, strings.ToUpper(p[:1]) + p[1:]})
	}
	next := Field{Name: "next", Label: "Next update", Kind: Choice, Optional: true, Value: "next 30m"}
	for _, o := range [][2]string{{"15m", "15 minutes"}, {"30m", "30 minutes"}, {"1h", "an hour"}, {"2h", "2 hours"}, {"4h", "4 hours"}, {"1d", "a day"}} {
		next.Options = append(next.Options, Option{"next " + o[0], "In " + o[1]})
	}
	return Form{
		Title: "Status update", Submit: "Tell", Words: "status " + string(in.ID) + " {phase} {next} {text}",
		Note:   "Stakeholders see it in their channel, with all updates before in its thread.",
		Fields: []Field{{Name: "text", Label: "What they should know", Kind: Line}, phase, next},
	}
}
