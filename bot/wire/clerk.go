package wire

import (
	"context"
	"log/slog"
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
}

// NotYet is said when the answer takes longer than a platform waits.
const NotYet = "Not recorded yet, as far as is known: Earshot is slow to answer. Please try again in a moment."

// Broken is said when something inside does not work; the log knows what.
const Broken = "That did not work, something inside Earshot is broken at the moment. Nothing is known to have changed, please try again."

const (
	// AnswerTime leaves an answer half a second to reach a platform, which gives up
	// after three.
	AnswerTime = 2500 * time.Millisecond

	// seenFor is how long a click or command is remembered against redelivery.
	seenFor = time.Hour
)

// A Clerk has requests from one platform carried out, each once.
type Clerk struct {
	Source string // "slack": where requests say they come from
	Log    *slog.Logger
	Work   *sync.WaitGroup // of whoever waits for what is under way
}

// An Outcome is what became of a request. First is false for a repeat, which is owed
// no answer.
type Outcome struct {
	Reply commands.Reply
	First bool
}

// Start has a request carried out once, however often it is delivered, within a time.
// What failed may be delivered again. The channel holds the one outcome.
func (c Clerk) Start(parent context.Context, desk Desk, id string, request commands.Request, within time.Duration) <-chan Outcome {
	ctx, cancel := context.WithTimeout(parent, within)
	done := make(chan Outcome, 1)
	c.Work.Go(func() {
		defer cancel()
		first, err := desk.Once(ctx, c.Source, id, seenFor)
		if err != nil {
			done <- Outcome{commands.Reply{Text: Broken, Err: err}, true}
			return
		}
		if !first {
			done <- Outcome{}
			return
		}
		reply := desk.Run(ctx, request)
		if reply.Err != nil {
			c.Log.ErrorContext(parent, "command failed", "id", id, "err", reply.Err)
			c.forget(parent, desk, id)
		}
		done <- Outcome{reply, true}
	})
	return done
}

// Run is Start for a platform that has to be answered at once, whatever the rest does.
func (c Clerk) Run(parent context.Context, desk Desk, id string, request commands.Request) (reply commands.Reply, first bool) {
	done := c.Start(parent, desk, id, request, AnswerTime)
	late := time.NewTimer(AnswerTime)
	defer late.Stop()
	select {
	case o := <-done:
		return o.Reply, o.First
	case <-late.C:
	case <-parent.Done():
	}
	select {
	case o := <-done: // the work ended, and with it the context
		return o.Reply, o.First
	default:
		return commands.Reply{Text: NotYet, Err: context.DeadlineExceeded}, true
	}
}

// forget lets the next delivery of what failed count, even where the time for the
// answer is over.
func (c Clerk) forget(parent context.Context, desk Desk, id string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(parent), AnswerTime)
	defer cancel()
	if err := desk.Forget(ctx, c.Source, id); err != nil {
		c.Log.WarnContext(parent, "command stays remembered", "id", id, "err", err)
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
