package commands

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// each does the same to every incident of a choice. make returns the event for
// one, tell what came of it.
func (t turn) each(ctx context.Context, c choice, event func(incident.ID) incident.Event, tell func(before, after incident.Incident) string) Reply {
	if len(c.ins) > atOnce {
		for _, in := range c.ins {
			c.ids = append(c.ids, in.ID)
		}
	}
	switch {
	case len(c.ids) > atOnce:
		return t.many(ctx, c.ids, event)
	case len(c.ins) == 0:
		return c.reply
	}
	var (
		done    []string
		replies []Reply
	)
	for _, in := range c.ins {
		reply := t.one(ctx, in, event(in.ID), tell)
		if replies = append(replies, reply); reply.OK {
			done = append(done, string(in.ID))
		}
	}
	if len(replies) == 1 {
		return replies[0]
	}
	reply := Reply{OK: len(done) > 0, Count: len(done), Text: "Nothing was done."}
	if reply.OK {
		reply.Text = t.word.done + ": " + strings.Join(done, ", ") + "."
	}
	for _, r := range replies {
		if !r.OK {
			reply.Lines, reply.Err = append(reply.Lines, r.Text), errors.Join(reply.Err, r.Err)
		}
	}
	return reply
}

// atOnce is how many incidents are seen to before the speaker is answered: chat has
// three seconds. Those of a storm are seen to behind the answer.
const atOnce = 50

// manyWorkers is how many of them at a time.
const manyWorkers = 16

// many does the same to more incidents than an answer may wait for. Whether the
// speaker may is told by the first of each team; the others are asked when their turn
// comes.
func (t turn) many(ctx context.Context, ids []incident.ID, event func(incident.ID) incident.Event) Reply {
	refusals, last := map[oncall.TeamID]string{}, ""
	var allowed []incident.ID
	for _, id := range ids {
		refusal, asked := refusals[id.Home()]
		if !asked {
			c := t.named(ctx, id, "")
			if c.reply.Err != nil {
				return c.reply
			}
			if len(c.ins) == 0 {
				continue
			}
			refusal, _ = t.may(c.ins[0])
			refusals[id.Home()] = refusal
		}
		if refusal == "" {
			allowed = append(allowed, id)
		} else {
			last = refusal
		}
	}
	if len(allowed) == 0 {
		return refuse(cmp.Or(last, "There is nothing left to "+t.word.name+"."))
	}
	t.desk.Later(func(ctx context.Context) {
		var group sync.WaitGroup
		slots := make(chan struct{}, manyWorkers)
		for _, id := range allowed {
			slots <- struct{}{}
			group.Go(func() {
				defer func() { <-slots }()
				if c := t.named(ctx, id, ""); len(c.ins) > 0 {
					t.one(ctx, c.ins[0], event(id), func(_, _ incident.Incident) string { return "" })
				}
			})
		}
		group.Wait()
	})
	reply := Reply{OK: true, Count: len(allowed), Text: fmt.Sprintf("%s: %d incidents, one after the other within seconds.", t.word.done, len(allowed))}
	if last != "" {
		reply.Lines = []string{fmt.Sprintf("%d more are not yours: %s", len(ids)-len(allowed), last)}
	}
	return reply
}

// one lets the core decide about one incident and says what came of it.
func (t turn) one(ctx context.Context, in incident.Incident, ev incident.Event, tell func(before, after incident.Incident) string) Reply {
	reply := Reply{Incident: in.ID}
	if refusal, ok := t.may(in); !ok {
		reply.Text = refusal
		return reply
	}
	after, err := t.desk.Handle(ctx, ev)
	if err == nil {
		reply.OK, reply.Count, reply.Text = true, 1, tell(in, after)
		return reply
	}
	if after.State == incident.Resolved {
		in = after
	}
	switch {
	case errors.Is(err, incident.ErrResolved) && in.State == incident.Resolved:
		reply.Text = fmt.Sprintf("%s is already resolved by %s (%s).", in.ID, t.actor(in.ResolvedBy), t.clock(in.ResolvedAt))
	case errors.Is(err, incident.ErrMarked):
		reply.OK, reply.Text = true, fmt.Sprintf("The message is on the timeline of %s already.", in.ID)
	case errors.Is(err, incident.ErrResolved), errors.Is(err, incident.ErrRefused):
		reply.Text = strings.TrimSuffix(err.Error(), ": "+incident.ErrRefused.Error()) + "."
	case errors.Is(err, incident.ErrNotFound):
		reply.Text = fmt.Sprintf("There is no incident %s any more.", in.ID)
	default:
		reply.Text = fmt.Sprintf("Earshot can't say whether that reached %s. Please look at its card, or try again.", in.ID)
		reply.Err = fmt.Errorf("%s %s: %w", t.word.name, in.ID, err)
	}
	return reply
}

// alone is pick for words that take nothing but an incident.
func (t turn) alone(ctx context.Context) choice {
	c := t.pick(ctx, false)
	if c.rest == "" {
		return c
	}
	if len(c.ins) == 1 && c.rest != t.rest {
		return choice{reply: t.misuse(fmt.Sprintf("Only one incident at a time, without %q.", tidy(c.rest, 30)))}
	}
	return choice{reply: t.misuse(fmt.Sprintf("%q is no incident.", tidy(c.rest, 30)))}
}

func (t turn) ack(ctx context.Context) Reply {
	event := func(id incident.ID) incident.Event { return incident.Acked{ID: id, By: t.By, Page: t.Page} }
	return t.each(ctx, t.alone(ctx), event, func(before, after incident.Incident) string {
		raced := after.AckedBy != t.By && after.Policy.Ack != oncall.AckAll
		switch {
		case before.State == incident.Acknowledged && !before.ReackDue.IsZero() && after.ReackDue.IsZero():
			return fmt.Sprintf("%s acknowledged again. It stays with %s.", after.ID, t.actor(after.AckedBy))
		case after.State == incident.Acknowledged && (before.State == incident.Acknowledged || raced):
			return fmt.Sprintf("%s is already acknowledged by %s (%s).", after.ID, t.actor(after.AckedBy), t.clock(after.AckedAt))
		case after.State != incident.Acknowledged:
			return fmt.Sprintf("%s: your acknowledgement is noted. Everybody who was paged has to; still missing: %s.", after.ID, t.names(running(after)))
		}
		for _, id := range running(before) {
			if id != t.By.Person {
				return fmt.Sprintf("%s acknowledged. Others' pages have stopped.", after.ID)
			}
		}
		return fmt.Sprintf("%s acknowledged.", after.ID)
	})
}

func (t turn) unack(ctx context.Context) Reply {
	event := func(id incident.ID) incident.Event { return incident.Unacked{ID: id, By: t.By} }
	return t.each(ctx, t.alone(ctx), event, func(before, after incident.Incident) string {
		what := "given back"
		if before.State == incident.Snoozed {
			what = "woken from its snooze"
		}
		return fmt.Sprintf("%s %s. %s", after.ID, what, t.pages(after))
	})
}

func (t turn) escalate(ctx context.Context) Reply {
	event := func(id incident.ID) incident.Event { return incident.Escalated{ID: id, By: t.By} }
	return t.each(ctx, t.alone(ctx), event, func(before, after incident.Incident) string {
		if !before.EscalatedAt.IsZero() && after.EscalatedAt.Equal(before.EscalatedAt) {
			return fmt.Sprintf("%s was escalated just now. %s", after.ID, t.pages(after))
		}
		return fmt.Sprintf("%s escalated. %s", after.ID, t.pages(after))
	})
}

// pages reads "Now paged: Hal Byrne.": the people of the tier paged last.
func (t turn) pages(in incident.Incident) string {
	var ids []oncall.PersonID
	for _, r := range in.Runs {
		if r.Tier == in.Tier {
			ids = append(ids, r.Person)
		}
	}
	switch {
	case len(ids) > 0:
		return "Now paged: " + t.names(ids) + "."
	case in.HeldUntil.After(t.now):
		return "Maintenance holds its pages back until " + t.clock(in.HeldUntil) + "."
	}
	return "Nobody is on call to be paged."
}

func (t turn) resolve(ctx context.Context) Reply {
	c := t.pick(ctx, true)
	if len(c.ins) > 1 {
		c.rest = ""
	}
	event := func(id incident.ID) incident.Event {
		return incident.Closed{ID: id, By: t.By, Note: tidy(c.rest, maxNote)}
	}
	return t.each(ctx, c, event, func(_, after incident.Incident) string {
		return fmt.Sprintf("%s resolved. Nobody is paged for it any more.", after.ID)
	})
}
