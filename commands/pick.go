package commands

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// A choice is what a person's words turned out to be about.
type choice struct {
	ins   []incident.Incident // one; several only where all were asked for
	ids   []incident.ID       // in place of those: of a storm, too many to be read first
	rest  string              // the words after the id
	reply Reply               // in place of incidents: what to pick from, or what is wrong
}

// pick finds the incident that is meant. With free, the words go on with a text
// of the speaker's own, in which anything may stand.
func (t turn) pick(ctx context.Context, free bool) choice {
	if !free {
		t.rest = bare(t.rest)
	}
	first, rest := cutWord(t.rest)
	if id, ok := incident.ParseID(first); ok {
		if _, known := t.roster.TeamByPrefix(string(id.Home())); known || !free {
			return t.named(ctx, id, rest)
		}
	}
	if t.Slots != nil {
		if id, isNumber := t.slot(first); isNumber {
			if id == "" {
				return choice{reply: t.codes(ctx, "You have no incident "+tidy(first, 8)+".")}
			}
			return t.named(ctx, id, rest)
		}
	}
	if strings.EqualFold(first, "storm") && (t.word.done != "" || t.word.name == "list") {
		return t.storm(ctx, rest)
	}
	if strings.EqualFold(first, "all") && rest == "" && t.word.done != "" {
		return t.all(ctx)
	}
	c := t.unnamed(ctx)
	c.rest = t.rest
	return c
}

// named finds the incident of an id.
func (t turn) named(ctx context.Context, id incident.ID, rest string) choice {
	in, err := t.desk.Find(ctx, id)
	if errors.Is(err, incident.ErrNotFound) {
		return choice{reply: refuse(fmt.Sprintf("There is no incident %s. \"list\" shows the open ones.", tidy(string(id), 40)))}
	}
	if err != nil {
		return choice{reply: broken(fmt.Errorf("find %s: %w", id, err))}
	}
	return choice{ins: []incident.Incident{in}, rest: rest}
}

// unnamed finds the incident that can only be meant: that of the thread, the only
// one with the speaker, the only one of the channel's team.
func (t turn) unnamed(ctx context.Context) choice {
	if t.Focus != "" {
		return t.named(ctx, t.Focus, "")
	}
	ins, err := t.own(ctx)
	if err != nil {
		return choice{reply: broken(err)}
	}
	if len(ins) == 0 && t.Team != "" && t.Slots == nil {
		if ins, _, err = t.desk.Newest(ctx, t.Team, mostListed); err != nil {
			return choice{reply: broken(fmt.Errorf("list open incidents of %s: %w", t.Team, err))}
		}
	}
	switch len(ins) {
	case 1:
		return choice{ins: ins}
	case 0:
		if t.Slots != nil {
			return choice{reply: refuse("You have no open incidents.")}
		}
		return choice{reply: t.misuse("Which incident?")}
	}
	if t.Slots != nil {
		return choice{reply: t.codes(ctx, "Which one?")}
	}
	reply := refuse(fmt.Sprintf("Which one? Say it with its id, such as: %s %s", t.word.name, ins[0].ID))
	reply.Lines = t.lines(ins, mostChoices)
	return choice{reply: reply}
}

// mostChoices is how many incidents are offered to pick from.
const mostChoices = 20

// all are the incidents with the speaker that the word can still do something to.
func (t turn) all(ctx context.Context) choice {
	own, err := t.own(ctx)
	if err != nil {
		return choice{reply: broken(err)}
	}
	if t.Slots != nil {
		if own, err = t.paging(ctx, own); err != nil {
			return choice{reply: broken(err)}
		}
	}
	if own = t.undone(own); len(own) == 0 {
		return choice{reply: refuse("You have no incidents to " + t.word.name + ".")}
	}
	return choice{ins: own}
}

// paging adds the incidents that page the speaker and have no number: a message that
// stands for thousands names few of them.
func (t turn) paging(ctx context.Context, own []incident.Incident) ([]incident.Incident, error) {
	open, err := t.desk.Own(ctx, t.By.Person)
	if err != nil {
		return nil, err
	}
	known := map[incident.ID]bool{}
	for _, in := range own {
		known[in.ID] = true
	}
	for _, in := range open {
		if !known[in.ID] && in.State == incident.Triggered && slices.Contains(running(in), t.By.Person) {
			own = append(own, in)
		}
	}
	return own, nil
}

// undone are those that the word can still do something to.
func (t turn) undone(ins []incident.Incident) []incident.Incident {
	if t.word.name != "ack" {
		return ins
	}
	return slices.DeleteFunc(ins, func(in incident.Incident) bool {
		return in.State == incident.Acknowledged && in.ReackDue.IsZero()
	})
}

// storm are the open incidents for which the summary of a channel stands.
func (t turn) storm(ctx context.Context, channel string) choice {
	if team := t.roster.Teams[t.Team]; channel == "" && t.Team != "" {
		channel = cmp.Or(team.SlackChannel, team.DiscordChannel)
	}
	all, err := t.desk.Stormy(ctx, channel)
	if err != nil {
		return choice{reply: broken(fmt.Errorf("read the storm of %s: %w", channel, err))}
	}
	all = slices.DeleteFunc(all, func(g incident.Glimpse) bool {
		return g.State == incident.Resolved || g.State == incident.Acknowledged && t.word.name == "ack"
	})
	none := choice{reply: refuse("No incident of a storm is left to " + t.word.name + ".")}
	if len(all) == 0 {
		return none
	}
	slices.SortFunc(all, func(a, b incident.Glimpse) int {
		return cmp.Or(a.OpenedAt.Compare(b.OpenedAt), cmp.Compare(len(a.ID), len(b.ID)), cmp.Compare(a.ID, b.ID))
	})
	c := choice{ids: make([]incident.ID, len(all))}
	for i, g := range all {
		c.ids[i] = g.ID
	}
	if len(c.ids) > atOnce && t.word.name != "list" {
		return c
	}
	for _, id := range c.ids[max(0, len(c.ids)-mostListed):] {
		one := t.named(ctx, id, "")
		if one.reply.Err != nil {
			return one
		}
		c.ins = append(c.ins, one.ins...) // none where it was seen, and never saved
	}
	if len(c.ins) == 0 {
		return none
	}
	return c
}

// own are the open incidents with the speaker: numbered by SMS; elsewhere those
// that page them, and, for words that do not take one on, those that they
// acknowledged.
func (t turn) own(ctx context.Context) ([]incident.Incident, error) {
	if t.Slots != nil {
		ins, _, err := t.numbered(ctx)
		return ins, err
	}
	if t.By.Person == "" {
		return nil, nil
	}
	open, err := t.desk.Own(ctx, t.By.Person)
	if err != nil {
		return nil, err
	}
	var own []incident.Incident
	for _, in := range open {
		mine := in.State == incident.Acknowledged && in.AckedBy == t.By && t.word.name != "ack" && t.word.name != "takeover"
		if mine || in.State == incident.Triggered && slices.Contains(running(in), t.By.Person) {
			own = append(own, in)
		}
	}
	return own, nil
}
