package app

import (
	"context"
	"fmt"
	"time"

	"github.com/earshot-oncall/earshot/escalation"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

const (
	// spendTime bounds a look at what may still be spent: a page waits for it.
	spendTime = 500 * time.Millisecond
	// capEvery is how often the admins are told that somebody's pages are held back.
	capEvery = 24 * time.Hour
)

// capped keeps pages to numbers that people linked by themselves within the caps. A
// number of the file is paged whatever was spent.
type capped struct {
	app   *App
	pager escalation.Pager
}

// Page implements escalation.Pager. Where the spending can't be counted, the page goes
// out: it matters more.
func (c capped) Page(ctx context.Context, n incident.Notice) (ref string, receipt bool, err error) {
	if n.To.Linked() {
		if f := c.spend(ctx, n); f != nil {
			return "", false, f
		}
	}
	return c.pager.Page(ctx, n)
}

func (c capped) spend(ctx context.Context, n incident.Notice) *incident.Fault {
	short, cancel := context.WithTimeout(ctx, spendTime)
	defer cancel()
	wait, err := c.app.store.Spend(short, oncall.LinkedPage, n.To.ID, n.To.Phone)
	if err != nil {
		c.app.log.WarnContext(ctx, "page not counted", "responder", string(n.To.ID), "err", err)
		return nil
	}
	if wait == 0 {
		return nil
	}
	first, err := c.app.store.Once(short, "capped", string(n.To.ID), capEvery)
	if err != nil || first {
		c.app.alarm(ctx, fmt.Sprintf("pages to the number that %s linked in chat are held back: the cap of a day is reached; see phones in the configuration, "+
			"or put the number into the file", n.To.DisplayName()))
	}
	return &incident.Fault{Reason: fmt.Sprintf("%s not sent: the day's cap of pages to numbers linked in chat is reached", n.Via)}
}

// Cancel implements escalation.Stopper for pagers that do.
func (c capped) Cancel(ctx context.Context, ref string) error {
	if s, ok := c.pager.(escalation.Stopper); ok {
		return s.Cancel(ctx, ref)
	}
	return nil
}
