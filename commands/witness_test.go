package commands

import (
	"context"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func (d *desk) Reaches(context.Context, []oncall.PersonID) (map[oncall.PersonID]oncall.Reach, error) {
	return d.reaches, d.unread
}

func (d *desk) Drilled(_ context.Context, n oncall.DrillNews) (moved bool, err error) {
	d.book, moved = d.book.Drilled(n, d.now)
	if moved {
		d.book.Version++
	}
	return moved, d.broken
}

func (d *desk) Spend(context.Context, oncall.Spending, oncall.PersonID, oncall.Phone) (time.Duration, error) {
	if d.wait == 0 {
		d.spent++
	}
	return d.wait, d.broken
}
