package storage

import (
	"context"
	"crypto/rand"
	_ "embed"

	"github.com/redis/go-redis/v9"
)

//go:embed commit.lua
var commitSource string

//go:embed claim.lua
var claimSource string

//go:embed unlink.lua
var unlinkSource string

//go:embed overdue.lua
var overdueSource string

//go:embed repair.lua
var repairSource string

//go:embed bundle.lua
var bundleSource string

//go:embed slot.lua
var slotSource string

//go:embed once.lua
var onceSource string

var (
	commitScript  = redis.NewScript(commitSource)
	claimScript   = redis.NewScript(claimSource)
	unlinkScript  = redis.NewScript(unlinkSource)
	overdueScript = redis.NewScript(overdueSource)
	repairScript  = redis.NewScript(repairSource)
	bundleScript  = redis.NewScript(bundleSource)
	slotScript    = redis.NewScript(slotSource)
	onceScript    = redis.NewScript(onceSource)
)

// A call is one run of a script.
type call struct {
	keys []string
	args []any
}

// runAll runs a script several times in one round trip. A server that doesn't
// know the script yet is told it in a second one.
func (s *Store) runAll(ctx context.Context, script *redis.Script, calls []call) ([]*redis.Cmd, error) {
	out := make([]*redis.Cmd, len(calls))
	_, err := s.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, c := range calls {
			out[i] = script.EvalSha(ctx, p, c.keys, c.args...)
		}
		return nil
	})
	if err == nil {
		return out, nil
	}
	_, err = s.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, c := range calls {
			if redis.HasErrorPrefix(out[i].Err(), "NOSCRIPT") {
				out[i] = script.Eval(ctx, p, c.keys, c.args...)
			}
		}
		return nil
	})
	for _, cmd := range out {
		if cmd.Err() != nil {
			return nil, cmd.Err()
		}
	}
	return out, err
}

// newToken names one attempt to write, so that its repetition is known as such.
func newToken() string { return rand.Text() }
