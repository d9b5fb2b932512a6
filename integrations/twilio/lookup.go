package twilio

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	api "github.com/twilio/twilio-go/rest/api/v2010"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// lookupTimeout leaves the larger part of timeout for sending again.
const lookupTimeout = 3 * time.Second

// lookupBack is how far back an earlier attempt is looked for when the page does
// not say since when it is due; lookupSkew is how far the clocks may be apart.
const (
	lookupBack = 5 * time.Minute
	lookupSkew = 5 * time.Second
)

// givenMost is how many of Twilio's names are remembered.
const givenMost = 1000

// given remembers which page each of Twilio's latest names was for. A call says
// nothing of its page, so that one to the same person about another incident would be
// taken for the one in doubt.
type given struct {
	mu    sync.Mutex
	pages map[string]incident.PageID
}

// note remembers a name.
func (g *given) note(ref string, page incident.PageID) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.pages == nil || len(g.pages) >= givenMost {
		g.pages = map[string]incident.PageID{}
	}
	g.pages[ref] = page
}

// another reports whether a name is known to be another page's.
func (g *given) another(ref string, page incident.PageID) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	of, known := g.pages[ref]
	return known && of != page
}

// lookupSize is how many of the latest messages or calls to a number are read.
const lookupSize = 20

// earlier looks for the attempt that was left in doubt, and returns Twilio's name
// for it. A look-up that fails finds nothing: of a page a duplicate is better
// than a loss.
func (c *Client) earlier(ctx context.Context, n incident.Notice, slots map[incident.ID]int) string {
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	since, known := attempts(n, c.opts.Now())
	find := c.messageSince
	if n.Via == oncall.Voice {
		find = c.callSince
	}
	ref, err := find(ctx, n, slots, func(ref, created, status string) bool {
		at, err := time.Parse(time.RFC1123Z, created)
		if err != nil || at.Before(since) || slices.Contains(known, ref) || c.given.another(ref, n.Page) {
			return false
		}
		return !slices.Contains([]string{"failed", "undelivered", "canceled"}, status)
	})
	switch {
	case err != nil:
		c.opts.Observe("lookup", "failed")
		c.opts.Log.WarnContext(ctx, "page in doubt not looked up", "page", n.Page, "err", err)
	case ref != "":
		c.opts.Observe("lookup", "found")
	default:
		c.opts.Observe("lookup", "none")
	}
	return ref
}

// attempts returns since when the page can have been attempted, and Twilio's
// names of the other pages: a repeat of the same words is not this page.
func attempts(n incident.Notice, now time.Time) (since time.Time, known []string) {
	since = now.Add(-lookupBack)
	for _, in := range n.Incidents {
		for _, p := range in.Pages {
			switch {
			case p.ID == n.Page && p.Due.After(since):
				since = p.Due
			case p.ID != n.Page && p.Ref != "" && !slices.Contains(p.With, n.Page):
				known = append(known, p.Ref)
			}
		}
	}
	return since.Add(-lookupSkew), known
}

func (c *Client) messageSince(ctx context.Context, n incident.Notice, slots map[incident.ID]int, recent func(ref, created, status string) bool) (string, error) {
	service, w := c.dial(ctx)
	page, err := service.PageMessage((&api.ListMessageParams{}).
		SetTo(number(string(n.To.Phone))).SetPageSize(lookupSize), "", "")
	if err != nil {
		return "", w.fault("look-up", err)
	}
	id := heading(n.Incidents[0])
	code := forSMS(offer(n.Incidents[0], slots[n.Incidents[0].ID], len(n.Incidents)+n.More > 1))
	for _, m := range page.Messages {
		body := value(m.Body)
		if c.senders.has(value(m.From), value(m.MessagingServiceSid)) && strings.Contains(body, forSMS(id)) && (c.public == "" || strings.Contains(body, code)) &&
			recent(value(m.Sid), value(m.DateCreated), value(m.Status)) {
			return value(m.Sid), nil
		}
	}
	return "", nil
}

func (c *Client) callSince(ctx context.Context, n incident.Notice, _ map[incident.ID]int, recent func(ref, created, status string) bool) (string, error) {
	service, w := c.dial(ctx)
	page, err := service.PageCall((&api.ListCallParams{}).
		SetTo(number(string(n.To.Phone))).SetPageSize(lookupSize), "", "")
	if err != nil {
		return "", w.fault("look-up", err)
	}
	for _, call := range page.Calls {
		if c.senders.has(value(call.From), "") && recent(value(call.Sid), value(call.DateCreated), value(call.Status)) {
			return value(call.Sid), nil
		}
	}
	return "", nil
}
