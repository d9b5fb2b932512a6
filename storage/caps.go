package storage

import (
	"context"
	"fmt"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// day is the window of what a number and the installation may spend.
const day = 24 * time.Hour

// Spend takes one off what a person may spend of a kind, off what may go to that
// number and off what the installation may, and returns zero; or it takes nothing and
// returns how long to wait until all three have one left. The bounds are those of the
// roster, and hold for all instances together.
func (s *Store) Spend(ctx context.Context, kind oncall.Spending, person oncall.PersonID, phone oncall.Phone) (wait time.Duration, err error) {
	bounds := s.Roster().Caps.Of(kind)
	keys := []string{spentKey(kind, "person "+string(person)), spentKey(kind, "number "+string(phone)), spentKey(kind, "all")}
	args := []any{
		newToken(), s.now().UnixMilli(),
		bounds.Person, bounds.Per.Milliseconds(), bounds.Number, day.Milliseconds(), bounds.Day, day.Milliseconds(),
	}
	ms, err := spendScript.Run(ctx, s.redis, keys, args...).Int64()
	if err != nil {
		return 0, fmt.Errorf("what %s may spend on a %s: %w", person, kind, err)
	}
	return time.Duration(ms) * time.Millisecond, nil
}
