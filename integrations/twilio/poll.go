package twilio

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// pollAfter is when Twilio is asked what became of a page, each time counted from the
// last. After the last of them whatever is still on its way has long been followed by
// the person's next step.
var pollAfter = []time.Duration{
	2 * time.Second, 3 * time.Second, 5 * time.Second, 5 * time.Second, 5 * time.Second, 10 * time.Second,
	10 * time.Second, 20 * time.Second, 30 * time.Second, 30 * time.Second, 30 * time.Second,
}

const (
	maxFollowed = 10_000 // pages that may wait to be asked about; more are left to their time without a receipt
	pollers     = 4      // requests at once
	pollGlance  = 100 * time.Millisecond
)

// A pursuit is one page of which Twilio can't tell us by itself.
type pursuit struct {
	page  incident.PageID
	via   oncall.Method
	ref   string
	asked int
	due   time.Time
}

// follow has Run ask what becomes of a page.
func (c *Client) follow(ctx context.Context, p pursuit) {
	p.due = c.opts.Now().Add(pollAfter[p.asked])
	select { // whoever makes room must not wait for it
	case c.followed <- p:
	default:
		c.opts.Log.WarnContext(ctx, "page not followed", "page", p.page)
	}
}

// Run asks Twilio, until ctx ends, what became of the pages that were sent while there
// is no public URL to tell us at, or none that Twilio accepts. What it follows is not
// stored: after a crash those pages are without a receipt.
func (c *Client) Run(ctx context.Context, desk Desk) error {
	d := door{Client: c, desk: desk}
	due := make(chan pursuit)
	var group sync.WaitGroup
	defer group.Wait()
	defer close(due)
	for range pollers {
		group.Go(func() {
			for p := range due {
				if d.pursue(ctx, p) {
					c.again(ctx, p)
				}
			}
		})
	}
	tick := time.NewTicker(pollGlance)
	defer tick.Stop()
	var waiting []pursuit
	for {
		select {
		case <-ctx.Done():
			return nil
		case p := <-c.followed:
			if len(waiting) < maxFollowed {
				waiting = append(waiting, p)
			}
		case <-tick.C:
			now := c.opts.Now()
			for _, p := range waiting {
				if p.due.After(now) {
					continue
				}
				select {
				case due <- p:
				case <-ctx.Done():
					return nil
				}
			}
			waiting = slices.DeleteFunc(waiting, func(p pursuit) bool { return !p.due.After(now) })
		}
	}
}

// again follows a page on, unless it has been asked about often enough.
func (c *Client) again(ctx context.Context, p pursuit) {
	p.asked++
	if p.asked == len(pollAfter) {
		c.opts.Observe("poll", "given up")
		return
	}
	c.follow(ctx, p)
}

// pursue asks about a page once, and reports whether there is more to be heard of it.
func (d door) pursue(ctx context.Context, p pursuit) (more bool) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if !d.wanted(ctx, p.page) {
		return false
	}
	f, err := d.fate(ctx, p)
	if err == nil && p.via == oncall.Voice {
		err = d.rung(ctx, p.page, f)
	} else if err == nil {
		err = d.texted(ctx, p.page, f)
	}
	if err != nil {
		d.opts.Observe("poll", "failed")
		d.opts.Log.WarnContext(ctx, "page not followed", "page", p.page, "err", err)
		return !errors.Is(err, incident.ErrNotFound)
	}
	d.opts.Observe("poll", "ok")
	return !slices.Contains(final, f.status)
}

// wanted reports whether an incident waits for word of its page; if it can't be read,
// it may.
func (d door) wanted(ctx context.Context, id incident.PageID) bool {
	in, err := d.desk.Find(ctx, id.Incident())
	if err != nil {
		return !errors.Is(err, incident.ErrNotFound)
	}
	return slices.ContainsFunc(in.Pages, func(p incident.Page) bool {
		return p.ID == id && (p.Open() || p.Status == incident.PageCancelling)
	})
}

// final are the statuses that none follows.
var final = []string{"delivered", "read", "undelivered", "failed", "canceled", "completed", "busy", "no-answer"}

// fate asks Twilio what has become of a page.
func (c *Client) fate(ctx context.Context, p pursuit) (fate, error) {
	service, w := c.dial(ctx)
	if p.via == oncall.Voice {
		call, err := service.FetchCall(p.ref, nil)
		if err != nil {
			return fate{}, w.fault("look-up", err)
		}
		return fate{status: value(call.Status)}, nil
	}
	m, err := service.FetchMessage(p.ref, nil)
	if err != nil {
		return fate{}, w.fault("look-up", err)
	}
	return fate{status: value(m.Status), code: value(m.ErrorCode)}, nil
}
