package storage

import (
	"context"
	"slices"

	"github.com/redis/go-redis/v9"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A lead is an entry elsewhere that leads to an incident.
type lead func(context.Context, redis.Pipeliner)

// leads are what has to be written before the commit of an incident: where its new
// members stand, with whom it is, which of its pages wait in a pool, and how it looks
// in the summary of a storm.
func (s *Store) leads(in incident.Incident) []lead {
	var all []lead
	if len(in.Joined) > 0 {
		all = append(all, func(ctx context.Context, p redis.Pipeliner) {
			// By its source: among others in one round trip there is no asking again.
			joinScript.Eval(ctx, p, []string{membersKey(in.Key.Integration)}, standing(in.ID, in.Joined)...)
		})
	}
	for _, page := range in.Pages {
		if slices.Contains(in.Pooled, page.ID) {
			all = append(all, func(ctx context.Context, p redis.Pipeliner) {
				pool := poolKey(page.Way().Person, page.Via)
				p.SAdd(ctx, pool, string(page.ID))
				p.PExpire(ctx, pool, bundleRetention)
			})
		}
	}
	for _, person := range in.Whose {
		all = append(all, func(ctx context.Context, p redis.Pipeliner) { p.SAdd(ctx, ownKey(person), string(in.ID)) })
	}
	was, known := s.guesses.last(in)
	for _, c := range in.Cards {
		same := known && was.Glimpse() == in.Glimpse() && slices.ContainsFunc(was.Cards, func(o incident.Card) bool {
			return o.Board == c.Board && o.Channel == c.Channel && o.Storm == c.Storm
		})
		if c.Storm > 0 && !same {
			all = append(all, glimpsed(in, c))
		}
	}
	return all
}

// glimpsed shows the summary of a storm how the incident is.
func glimpsed(in incident.Incident, c incident.Card) lead {
	return func(ctx context.Context, p redis.Pipeliner) {
		body, err := pack(in.Glimpse())
		if err != nil {
			return // strings and a time always encode
		}
		place := incident.Place{Board: c.Board, Channel: c.Channel}
		p.HSet(ctx, glimpsesKey(place, c.Storm), string(in.ID), body)
		p.PExpire(ctx, glimpsesKey(place, c.Storm), stormRetention)
		p.Incr(ctx, changesKey(place))
	}
}

// Gather implements escalation.Journal.
func (s *Store) Gather(ctx context.Context, person oncall.PersonID, via oncall.Method) ([]incident.PageID, []incident.Incident, error) {
	// A pool holds what a storm of an hour leaves at most.
	const most = 100_000
	popped, err := s.redis.SPopN(ctx, poolKey(person, via), most).Result()
	if err != nil || len(popped) == 0 {
		return nil, nil, err
	}
	ids := make([]incident.ID, len(popped))
	for i, p := range popped {
		ids[i] = incident.PageID(p).Incident()
	}
	found, err := s.findAll(ctx, ids)
	if err != nil {
		return nil, nil, err
	}
	byID := make(map[incident.ID]incident.Incident, len(found))
	for _, in := range found {
		byID[in.ID] = in
	}
	pages, ins := make([]incident.PageID, len(popped)), make([]incident.Incident, len(popped))
	for i, p := range popped {
		pages[i], ins[i] = incident.PageID(p), byID[ids[i]]
	}
	return pages, ins, nil
}
