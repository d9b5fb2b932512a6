package configfile

import (
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func (r *reader) clock(t text) oncall.Clock {
	c, err := oncall.ParseClock(t.value)
	if err != nil {
		r.fault(t.at, `write it like "09:00"`, "%s", t.wrong("time of day", err))
	}
	return c
}

// weekday reads one day; none where there is a mistake.
func (r *reader) weekday(i item) []time.Weekday {
	t, ok := r.text(i, "days")
	if !ok {
		return nil
	}
	d, err := oncall.ParseWeekday(t.value)
	if err != nil {
		days := []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
		r.fault(t.at, nearest(t.node.Value, days, ""), "%s", t.wrong("day", err))
		return nil
	}
	return []time.Weekday{d}
}

func (r *reader) weekdayClock(t text) (time.Weekday, oncall.Clock) {
	d, c, err := oncall.ParseWeekdayClock(t.value)
	if err != nil {
		r.fault(t.at, `write it like "fri 17:00"`, "%s", t.wrong("moment of the week", err))
	}
	return d, c
}
