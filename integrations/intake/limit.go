package intake

import (
	"context"
	"time"
)

// limitTime bounds the question whether an integration is too fast.
const limitTime = time.Second

// wait takes one alert off the integration's allowance and returns zero, or takes
// nothing and returns how long to wait for the next. A store that can't say lets the
// alert through: whether it can be kept shows next.
func (d *Door) wait(ctx context.Context, from Integration, r Rate) time.Duration {
	if r.Alerts <= 0 || r.Per <= 0 {
		return 0
	}
	ctx, cancel := context.WithTimeout(ctx, limitTime)
	defer cancel()
	wait, err := d.options.Allow(ctx, from.Name, r.Per, r.Alerts)
	if err != nil {
		d.options.Log.WarnContext(ctx, "rate limit not asked", "integration", from.Name, "err", err)
		return 0
	}
	return wait
}
