package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// bundleRetention is far longer than any window of bundling.
const bundleRetention = 24 * time.Hour

// LoadBundle returns the page limit of one person and method; a new one where
// none is remembered.
func (s *Store) LoadBundle(ctx context.Context, person oncall.PersonID, via oncall.Method) (incident.Bundle, error) {
	fresh := incident.Bundle{Person: person, Via: via}
	fields, err := s.redis.HMGet(ctx, bundleKey(person, via), "body", "version").Result()
	if err != nil {
		return fresh, err
	}
	body, ok := text(fields, 0)
	if !ok {
		return fresh, nil
	}
	b := fresh
	if err := json.Unmarshal([]byte(body), &b); err != nil {
		return fresh, fmt.Errorf("bundle of %s: stored body: %w", person, err)
	}
	version, _ := text(fields, 1)
	if b.Version, err = strconv.ParseInt(version, 10, 64); err != nil {
		return fresh, fmt.Errorf("bundle of %s: stored version: %w", person, err)
	}
	return b, nil
}

// CommitBundle saves a page limit that was decided on what LoadBundle returned,
// or answers incident.ErrConflict when somebody else was faster.
func (s *Store) CommitBundle(ctx context.Context, b incident.Bundle) error {
	body, err := json.Marshal(b)
	if err != nil {
		return fmt.Errorf("bundle of %s: %w", b.Person, err)
	}
	ok, err := bundleScript.Run(ctx, s.redis, []string{bundleKey(b.Person, b.Via)},
		b.Version, newToken(), body, bundleRetention.Milliseconds()).Bool()
	if err != nil {
		return err
	}
	if !ok {
		return incident.ErrConflict
	}
	return nil
}
