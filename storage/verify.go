package storage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// proofTries is how many tries a code has.
const proofTries = 5

// ErrNoProof reports that no code of that person's is open: none was sent, or it was
// used, replaced, guessed at too often, or is too old.
var ErrNoProof = errors.New("no code is open")

// A Proof is a code on its way to a number, by which its owner proves it. The code
// itself is not stored.
type Proof struct {
	Phone oncall.Phone
	Via   oncall.Method // how the code was sent
	Salt  string
	MAC   string // of the code, the person and the number
	Until time.Time
}

// OpenProof stores the proof of a person, in place of the one before.
func (s *Store) OpenProof(ctx context.Context, person oncall.PersonID, p Proof) error {
	key := proofKey(person)
	_, err := s.redis.TxPipelined(ctx, func(tx redis.Pipeliner) error {
		tx.Del(ctx, key)
		tx.HSet(ctx, key, "phone", string(p.Phone), "via", string(p.Via), "salt", p.Salt, "mac", p.MAC, "until", p.Until.UnixMilli())
		tx.PExpire(ctx, key, max(p.Until.Sub(s.now()), time.Millisecond))
		return nil
	})
	if err != nil {
		return fmt.Errorf("store a code of %s: %w", person, err)
	}
	return nil
}

// Proof returns what is stored of a person's code, without its MAC; TryProof says
// whether it is still open.
func (s *Store) Proof(ctx context.Context, person oncall.PersonID) (Proof, error) {
	fields, err := s.redis.HMGet(ctx, proofKey(person), "phone", "via", "salt").Result()
	if err != nil {
		return Proof{}, fmt.Errorf("look for a code of %s: %w", person, err)
	}
	phone, ok := text(fields, 0)
	if !ok {
		return Proof{}, ErrNoProof
	}
	via, _ := text(fields, 1)
	salt, _ := text(fields, 2)
	return Proof{Phone: oncall.Phone(phone), Via: oncall.Method(via), Salt: salt}, nil
}

// TryProof counts one try at a person's code and then compares the MAC of what was
// said with the stored one: ok once, and never again. Of a wrong one it returns how
// many tries are left.
func (s *Store) TryProof(ctx context.Context, person oncall.PersonID, p Proof) (left int, ok bool, err error) {
	n, err := verifyScript.Run(ctx, s.redis, []string{proofKey(person)}, newToken(), p.MAC, p.Salt, s.now().UnixMilli(), proofTries).Int()
	switch {
	case err != nil:
		return 0, false, fmt.Errorf("try a code of %s: %w", person, err)
	case n == -1:
		return 0, false, ErrNoProof
	}
	return max(n, 0), n == -2, nil
}
