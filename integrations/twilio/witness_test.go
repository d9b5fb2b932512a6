package twilio

import (
	"context"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func (d *desk) Reaches(context.Context, []oncall.PersonID) (map[oncall.PersonID]oncall.Reach, error) {
	return nil, d.broken
}

func (d *desk) Drilled(context.Context, oncall.DrillNews) (bool, error) { return false, d.broken }

func (d *desk) Spend(context.Context, oncall.Spending, oncall.PersonID, oncall.Phone) (time.Duration, error) {
	return 0, d.broken
}
