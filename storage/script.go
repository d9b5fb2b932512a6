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

//go:embed number.lua
var numberSource string

//go:embed unlink.lua
var unlinkSource string

//go:embed open.lua
var openSource string

//go:embed join.lua
var joinSource string

//go:embed part.lua
var partSource string

//go:embed overdue.lua
var overdueSource string

//go:embed repair.lua
var repairSource string

//go:embed bundle.lua
var bundleSource string

//go:embed book.lua
var bookSource string

//go:embed letters.lua
var lettersSource string

//go:embed delivered.lua
var deliveredSource string

//go:embed slot.lua
var slotSource string

//go:embed once.lua
var onceSource string

//go:embed beat.lua
var beatSource string

//go:embed beatclaim.lua
var beatClaimSource string

//go:embed beatsettle.lua
var beatSettleSource string

//go:embed beatskeep.lua
var beatsKeepSource string

//go:embed verify.lua
var verifySource string

//go:embed spend.lua
var spendSource string

var (
	commitScript    = redis.NewScript(commitSource)
	bookScript      = redis.NewScript(bookSource)
	lettersScript   = redis.NewScript(lettersSource)
	deliveredScript = redis.NewScript(deliveredSource)
	claimScript     = redis.NewScript(claimSource)
	numberScript    = redis.NewScript(numberSource)
	unlinkScript    = redis.NewScript(unlinkSource)
	openScript      = redis.NewScript(openSource)
	joinScript      = redis.NewScript(joinSource)
	partScript      = redis.NewScript(partSource)
	overdueScript   = redis.NewScript(overdueSource)
	repairScript    = redis.NewScript(repairSource)
	bundleScript    = redis.NewScript(bundleSource)
	slotScript      = redis.NewScript(slotSource)
	onceScript      = redis.NewScript(onceSource)
	verifyScript    = redis.NewScript(verifySource)
	spendScript     = redis.NewScript(spendSource)

	beatScript       = redis.NewScript(beatSource)
	beatClaimScript  = redis.NewScript(beatClaimSource)
	beatSettleScript = redis.NewScript(beatSettleSource)
	beatsKeepScript  = redis.NewScript(beatsKeepSource)
)

// A call is one run of a script.
type call struct {
	keys []string
	args []any
}

// runAll runs a script several times in one round trip. A server that doesn't
// know the script yet is told it in a second one. The error is that of the first
// run that failed; the others stand.
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
	var unknown []int
	for i, cmd := range out {
		if redis.HasErrorPrefix(cmd.Err(), "NOSCRIPT") {
			unknown = append(unknown, i)
		}
	}
	if len(unknown) == 0 {
		return out, err
	}
	_, _ = s.redis.Pipelined(ctx, func(p redis.Pipeliner) error { // each run has its error
		for _, i := range unknown {
			out[i] = script.Eval(ctx, p, calls[i].keys, calls[i].args...)
		}
		return nil
	})
	for _, cmd := range out {
		if cmd.Err() != nil {
			return out, cmd.Err()
		}
	}
	return out, nil
}

// newToken names one attempt to write, so that its repetition is known as such.
func newToken() string { return rand.Text() }
