package storage

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"sync"

	"github.com/redis/go-redis/v9"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// batch is how many incidents are read in one round trip.
const batch = 500

// Load returns the incident an event is about and the roster, with all that people
// have changed by now. By ID it answers incident.ErrNotFound where there is none. By
// Key, an alert nobody has heard of is no error but the zero Incident.
func (s *Store) Load(ctx context.Context, about incident.Subject) (incident.Incident, oncall.Roster, error) {
	in, err := s.load(ctx, about)
	if err != nil {
		return incident.Incident{}, oncall.Roster{}, err
	}
	return in, s.Roster(), nil
}

func (s *Store) load(ctx context.Context, about incident.Subject) (incident.Incident, error) {
	if about.ID == "" && about.Key != (incident.Key{}) {
		return s.loadKey(ctx, about.Key)
	}
	if about.ID == "" {
		return incident.Incident{}, incident.ErrNotFound
	}
	var fields *redis.SliceCmd
	s.beside(ctx, func(p redis.Pipeliner) { fields = bodyOf(ctx, p, about.ID) })
	body, err := fields.Result()
	if err != nil {
		return incident.Incident{}, err
	}
	return found(about.ID, body)
}

// beside reads something and, in the same round trip, whether people have changed
// who is on call. Where only that can't be read, because the book is on another
// server of a cluster, what is known of it has to do: a page to somebody who was
// replaced a moment ago is better than none.
func (s *Store) beside(ctx context.Context, read func(redis.Pipeliner)) {
	var version *redis.StringCmd
	_, _ = s.redis.Pipelined(ctx, func(p redis.Pipeliner) error { // each command has its error
		read(p)
		version = p.HGet(ctx, bookKey(), "version")
		return nil
	})
	now, err := versionOf(version)
	if err == nil {
		err = s.fetch(ctx, now)
	}
	if err != nil && ctx.Err() == nil {
		s.log.WarnContext(ctx, "on-call book not read, the one known before is used", "err", err)
	}
}

func (s *Store) loadKey(ctx context.Context, key incident.Key) (incident.Incident, error) {
	index := indexKey(key)
	guess, known, recent := s.guesses.of(index)
	var held, version *redis.StringCmd
	var fields *redis.SliceCmd
	s.beside(ctx, func(p redis.Pipeliner) {
		held = p.Get(ctx, index)
		if recent {
			version = p.HGet(ctx, bodyKey(guess), "version")
		} else if guess != "" {
			fields = bodyOf(ctx, p, guess)
		}
	})
	id, err := held.Result()
	if errors.Is(err, redis.Nil) {
		return incident.Incident{}, nil
	}
	if err != nil {
		return incident.Incident{}, err
	}
	right := guess == incident.ID(id)
	var in incident.Incident
	switch {
	case right && recent && version.Val() == strconv.FormatInt(known.Version, 10):
		in = known
	case right && !recent && fields.Err() == nil:
		in, err = found(guess, fields.Val())
	default:
		in, err = s.Find(ctx, incident.ID(id))
		s.guesses.led(index, incident.ID(id))
	}
	if errors.Is(err, incident.ErrNotFound) {
		return incident.Incident{}, nil // claimed, never committed
	}
	if err != nil || slices.Contains(keysOf(in), key) {
		return in, err
	}
	// The team's numbers were set back by a restored or torn file: the id belongs
	// to another key now.
	s.log.WarnContext(ctx, "index led astray", "incident", in)
	if err := unlinkScript.Run(ctx, s.redis, []string{index}, id, 0).Err(); err != nil {
		return incident.Incident{}, fmt.Errorf("unlink %s: %w", id, err)
	}
	// The next claim gets a number further on, until one is free.
	if err := s.redis.HDel(ctx, homeOf(in.ID).pending(), index).Err(); err != nil {
		return incident.Incident{}, fmt.Errorf("unlink %s: %w", id, err)
	}
	return incident.Incident{}, nil
}

// Find returns one incident without its timeline, or incident.ErrNotFound.
func (s *Store) Find(ctx context.Context, id incident.ID) (incident.Incident, error) {
	if id == "" {
		return incident.Incident{}, incident.ErrNotFound
	}
	fields, err := bodyOf(ctx, s.redis, id).Result()
	if err != nil {
		return incident.Incident{}, err
	}
	return found(id, fields)
}

// found makes an incident of what bodyOf asked for, or incident.ErrNotFound.
func found(id incident.ID, fields []any) (incident.Incident, error) {
	in, ok, err := readBody(id, fields)
	if err == nil && !ok {
		err = fmt.Errorf("%w: %s", incident.ErrNotFound, id)
	}
	return in, err
}

// findAll returns those of the incidents that exist, in the order of their ids.
func (s *Store) findAll(ctx context.Context, ids []incident.ID) ([]incident.Incident, error) {
	found := make([]incident.Incident, 0, len(ids))
	for len(ids) > 0 {
		some := ids[:min(batch, len(ids))]
		ids = ids[len(some):]
		cmds := make([]*redis.SliceCmd, len(some))
		_, err := s.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
			for i, id := range some {
				cmds[i] = bodyOf(ctx, p, id)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		read, err := readBodies(some, cmds)
		if err != nil {
			return nil, err
		}
		found = append(found, read...)
	}
	return found, nil
}

// fewBodies is how many bodies are not worth another goroutine.
const fewBodies = 8

// readBodies reads many at once, on all processors: whoever lists waits for them.
func readBodies(ids []incident.ID, cmds []*redis.SliceCmd) ([]incident.Incident, error) {
	ins, oks, errs := make([]incident.Incident, len(ids)), make([]bool, len(ids)), make([]error, len(ids))
	share := max(fewBodies, (len(ids)+runtime.GOMAXPROCS(0)-1)/runtime.GOMAXPROCS(0))
	var group sync.WaitGroup
	for from := 0; from < len(ids); from += share {
		group.Go(func() {
			for i := from; i < min(from+share, len(ids)); i++ {
				ins[i], oks[i], errs[i] = readBody(ids[i], cmds[i].Val())
			}
		})
	}
	group.Wait()
	found := ins[:0]
	for i := range ins {
		if oks[i] {
			found = append(found, ins[i])
		}
	}
	return found, errors.Join(errs...)
}

func bodyOf(ctx context.Context, c redis.Cmdable, id incident.ID) *redis.SliceCmd {
	return c.HMGet(ctx, bodyKey(id), "body", "version", "lines")
}

// readBody makes an incident of what bodyOf asked for; false: there is none.
func readBody(id incident.ID, fields []any) (in incident.Incident, ok bool, err error) {
	body, ok := text(fields, 0)
	if !ok {
		return in, false, nil
	}
	if err := unpack(body, &in); err != nil {
		return in, false, fmt.Errorf("incident %s: stored body: %w", id, err)
	}
	version, _ := text(fields, 1)
	if in.Version, err = strconv.ParseInt(version, 10, 64); err != nil {
		return in, false, fmt.Errorf("incident %s: stored version: %w", id, err)
	}
	lines, _ := text(fields, 2)
	if in.Lines, err = strconv.Atoi(lines); err != nil {
		return in, false, fmt.Errorf("incident %s: stored lines: %w", id, err)
	}
	return in, true, nil
}

func text(fields []any, i int) (string, bool) {
	if i >= len(fields) {
		return "", false
	}
	v, ok := fields[i].(string)
	return v, ok
}
