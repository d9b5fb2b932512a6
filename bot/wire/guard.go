package wire

import (
	"context"
	"time"
)

// DeafFor is how long no connection may stand before the admins are told.
const DeafFor = time.Minute

// A Guard watches whether a platform can reach us over the connections that we keep.
type Guard struct {
	Standing <-chan int            // each connection that comes, 1, or goes, -1
	After    time.Duration         // how long none may stand
	Deaf     func(context.Context) // called each time that none stood for so long
	Heard    func(context.Context) // called when one stands again after that
}

// Run watches until ctx ends.
func (g Guard) Run(ctx context.Context) {
	deaf := time.NewTimer(g.After)
	defer deaf.Stop()
	up, told := 0, false
	for {
		select {
		case n := <-g.Standing:
			if up += n; up == 0 {
				deaf.Reset(g.After)
				continue
			}
			deaf.Stop()
			if told {
				told = false
				g.Heard(ctx)
			}
		case <-deaf.C:
			told = true
			g.Deaf(ctx)
			deaf.Reset(g.After)
		case <-ctx.Done():
			return
		}
	}
}
