package wire

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/earshot-oncall/earshot/bot"
	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A Desk is where the handlers have commands carried out.
type Desk interface {
	// Run carries out what somebody said.
	Run(context.Context, commands.Request) commands.Reply
	// Roster returns the present roster.
	Roster() oncall.Roster
	// Once reports whether an id is seen for the first time, and remembers it.
	Once(ctx context.Context, scope, id string, ttl time.Duration) (first bool, err error)
	// Forget undoes Once for what could not be done after all.
	Forget(ctx context.Context, scope, id string) error
	// Settle remembers for ttl that what Once let through is done.
	Settle(ctx context.Context, scope, id string, ttl time.Duration) error
	// Settled reports whether it is.
	Settled(ctx context.Context, scope, id string) (bool, error)
}

// NotYet is said when the answer takes longer than a platform waits.
const NotYet = "Not recorded yet, as far as is known: Earshot is slow to answer. Please try again in a moment."

// Broken is said when something inside does not work; the log knows what.
const Broken = "That did not work, something inside Earshot is broken at the moment. Nothing is known to have changed, please try again."

const (
	// AnswerTime leaves an answer half a second to reach a platform, which gives up
	// after three.
	AnswerTime = 2500 * time.Millisecond

	// formTime is how long the store may take before a form opens without it: what a
	// platform hands out to open one with is good for three seconds.
	formTime = 1200 * time.Millisecond

	// seenFor is how long what is done is remembered against redelivery.
	seenFor = time.Hour

	// claimSpare is how much longer than its answer may take somebody has a request
	// alone, so that only the dead lose it to the next delivery.
	claimSpare = 1500 * time.Millisecond

	// claimWait is how long a second delivery waits for what the first comes to, and
	// claimEvery how often it looks.
	claimWait  = AnswerTime - 500*time.Millisecond
	claimEvery = 50 * time.Millisecond
)

// A Clerk has requests from one platform carried out, each once.
type Clerk struct {
	Source string // "slack": where requests say they come from
	Log    *slog.Logger
	Work   *sync.WaitGroup // of whoever waits for what is under way
	Now    func() time.Time
}

// An Outcome is what became of a request. First is false for a repeat, which is owed
// no answer; Open for one that somebody else is at, or died over: the platform has to
// deliver it again.
type Outcome struct {
	Reply commands.Reply
	First bool
	Open  bool
}

// Start has a request carried out once, however often it is delivered and to whomever
// of us, within a time. What failed, and what somebody died over, counts again when it
// is delivered again. The channel holds the one outcome: where a store that is slow or
// away keeps a form from opening, a form all the same.
func (c Clerk) Start(parent context.Context, desk Desk, id string, request commands.Request, within time.Duration) <-chan Outcome {
	form, certain := commands.Blank(request, desk.Roster(), c.Now())
	if !certain {
		return c.carry(parent, desk, id, request, within)
	}
	carried, done := c.carry(parent, desk, id, request, min(within, formTime)), make(chan Outcome, 1)
	c.Work.Go(func() {
		late := time.NewTimer(formTime)
		defer late.Stop()
		blank := Outcome{Reply: commands.Reply{Text: NotYet, Form: &form}, First: true}
		select {
		case o := <-carried:
			if o.Reply.Err != nil {
				o = blank
			}
			done <- o
		case <-late.C:
			done <- blank
		}
	})
	return done
}

// carry is Start for what changes something.
func (c Clerk) carry(parent context.Context, desk Desk, id string, request commands.Request, within time.Duration) <-chan Outcome {
	ctx, cancel := context.WithTimeout(parent, within)
	done := make(chan Outcome, 1)
	c.Work.Go(func() {
		defer cancel()
		ours, open, err := c.claim(ctx, desk, id, within+claimSpare)
		if err != nil {
			c.Log.ErrorContext(parent, "command not claimed", "id", id, "err", err)
			done <- Outcome{Reply: commands.Reply{Text: Broken, Err: err}, First: true}
			return
		}
		if !ours {
			done <- Outcome{Open: open}
			return
		}
		reply := c.contained(ctx, desk, request)
		if reply.Err != nil {
			c.Log.ErrorContext(parent, "command failed", "id", id, "err", reply.Err)
			c.settle(parent, desk, id, false)
			done <- Outcome{Reply: reply, First: true}
			return
		}
		done <- Outcome{Reply: reply, First: true}
		c.settle(parent, desk, id, true)
	})
	return done
}

// contained has a request carried out, and a panic told in the log.
func (c Clerk) contained(ctx context.Context, desk Desk, request commands.Request) (reply commands.Reply) {
	defer func() {
		if p := recover(); p != nil {
			c.Log.ErrorContext(ctx, "command panicked", "stack", string(debug.Stack()))
			reply = commands.Reply{Text: Broken, Err: fmt.Errorf("panic: %v", p)}
		}
	}()
	return desk.Run(ctx, request)
}

// Run is Start for a platform that has to be answered at once, whatever the rest does.
func (c Clerk) Run(parent context.Context, desk Desk, id string, request commands.Request) Outcome {
	done := c.Start(parent, desk, id, request, AnswerTime)
	late := time.NewTimer(AnswerTime)
	defer late.Stop()
	select {
	case o := <-done:
		return o
	case <-late.C:
	case <-parent.Done():
	}
	select {
	case o := <-done: // the work ended, and with it the context
		return o
	default:
		return Outcome{Reply: commands.Reply{Text: NotYet, Err: context.DeadlineExceeded}, First: true}
	}
}

// claim makes a delivery the one that counts, or waits for what becomes of the one
// that does: open says that nothing has come of it yet.
func (c Clerk) claim(ctx context.Context, desk Desk, id string, ttl time.Duration) (ours, open bool, err error) {
	late := time.NewTimer(claimWait)
	defer late.Stop()
	tick := time.NewTicker(claimEvery)
	defer tick.Stop()
	for {
		ours, err = desk.Once(ctx, c.Source, id, ttl)
		if err != nil || ours {
			return ours, false, err
		}
		done, err := desk.Settled(ctx, c.Source, id)
		if err != nil || done {
			return false, false, err
		}
		select {
		case <-tick.C:
		case <-late.C:
			return false, true, nil
		case <-ctx.Done():
			return false, true, nil
		}
	}
}

// settle remembers what is done, and lets the next delivery of what failed count,
// even where the time for the answer is over.
func (c Clerk) settle(parent context.Context, desk Desk, id string, ok bool) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(parent), AnswerTime)
	defer cancel()
	var err error
	if ok {
		err = desk.Settle(ctx, c.Source, id, seenFor)
	} else {
		err = desk.Forget(ctx, c.Source, id)
	}
	if err != nil {
		c.Log.WarnContext(parent, "command not settled", "id", id, "err", err)
	}
}

// Offers are the buttons of a reply. What was typed becomes one more where a form
// asks for the rest: pressing it gives the right to open one.
func Offers(reply commands.Reply, typed string) []oncall.Offer {
	if reply.Form == nil || typed == "" {
		return reply.Offers
	}
	return append(slices.Clone(reply.Offers), oncall.Offer{Label: reply.Form.Title, Words: typed, Style: string(bot.Primary)})
}
