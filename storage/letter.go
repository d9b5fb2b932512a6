package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// letterID names a letter that was written with a version of the book: by its key,
// so that a newer one takes its place.
func letterID(l oncall.Letter, version int64, i int) string {
	if l.Key != "" {
		return "key " + l.Key
	}
	return fmt.Sprintf("%d.%d", version, i)
}

// Letters returns letters that are due, at most limit. Each is claimed in the same
// step: nobody else finds it for that long.
func (s *Store) Letters(ctx context.Context, now time.Time, claim time.Duration, limit int) ([]oncall.Sending, error) {
	keys := []string{lettersKey(), lettersDueKey(), lettersTriedKey()}
	found, err := lettersScript.Run(ctx, s.redis, keys, now.UnixMilli(), now.Add(claim).UnixMilli(), limit).Slice()
	if err != nil {
		return nil, fmt.Errorf("look for letters: %w", err)
	}
	var due []oncall.Sending
	for ; len(found) >= 3; found = found[3:] {
		id, _ := found[0].(string)
		stored, _ := found[1].(string)
		tries, _ := found[2].(int64)
		letter := oncall.Sending{ID: id, Tries: int(tries), Doubtful: tries > 0}
		version, body, _ := strings.Cut(stored, " ")
		letter.Version, err = strconv.ParseInt(version, 10, 64)
		if err == nil {
			err = json.Unmarshal([]byte(body), &letter.Letter)
		}
		if err != nil {
			return nil, fmt.Errorf("letter %s: %w", id, err)
		}
		due = append(due, letter)
	}
	return due, s.addRefs(ctx, due)
}

// addRefs looks up which messages the letters edit, or stand under.
func (s *Store) addRefs(ctx context.Context, letters []oncall.Sending) error {
	if len(letters) == 0 {
		return nil
	}
	refs := make([]*redis.StringCmd, len(letters))
	_, err := s.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, l := range letters {
			id := l.ID
			if under := l.Letter.Under; under != "" {
				id = letterID(oncall.Letter{Key: under}, 0, 0)
			}
			refs[i] = p.Get(ctx, letterRefKey(id))
		}
		return nil
	})
	if err != nil && !errors.Is(err, redis.Nil) {
		return fmt.Errorf("look for the messages of letters: %w", err)
	}
	for i, ref := range refs {
		letters[i].Ref = ref.Val()
	}
	return nil
}

// Delivered strikes a letter off. The ref of its message, if it has one, is kept
// for later letters of the same key.
func (s *Store) Delivered(ctx context.Context, l oncall.Sending, ref string) error {
	if l.Letter.Key == "" {
		ref = ""
	}
	keys := []string{lettersKey(), lettersDueKey(), lettersTriedKey(), letterRefKey(l.ID)}
	err := deliveredScript.Run(ctx, s.redis, keys, l.ID, l.Version, ref, s.retention.Milliseconds(), s.now().UnixMilli()).Err()
	if err != nil {
		return fmt.Errorf("strike letter %s off: %w", l.ID, err)
	}
	return nil
}

// Postpone keeps a letter until a later time.
func (s *Store) Postpone(ctx context.Context, l oncall.Sending, until time.Time) error {
	err := s.redis.ZAddXX(ctx, lettersDueKey(), redis.Z{Score: float64(until.UnixMilli()), Member: l.ID}).Err()
	if err != nil {
		return fmt.Errorf("postpone letter %s: %w", l.ID, err)
	}
	return nil
}
