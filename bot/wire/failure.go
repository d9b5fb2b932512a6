package wire

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// When to come back: soon enough that a card stands within half a minute of a
// platform's return, and less often where a person has to mend something first.
const (
	AfterLimit  = 5 * time.Second
	AfterOutage = 10 * time.Second
	AfterOdd    = time.Minute
	AfterMend   = 10 * time.Minute
)

// A Class is what kind of no it was.
type Class int

// The kinds of a platform's no.
const (
	Refusal Class = iota // it is well and will not do it
	Limit                // it asks to slow down
	Outage               // it says that it is in trouble
	Silence              // no answer, or a broken one
)

// A Failure is a Fault that still knows its class.
type Failure struct {
	incident.Fault
	Class Class
	Code  int   // the platform's number for it, where it has numbers
	Cause error // the end of the caller's context, where that is why
}

// Error implements error.
func (f *Failure) Error() string { return f.Reason }

// Unwrap returns the end of the caller's context, where that is why.
func (f *Failure) Unwrap() error { return f.Cause }

func (f *Failure) fault(own incident.Fault) error {
	if f.Cause != nil {
		return fmt.Errorf("%w: %w", &own, f.Cause)
	}
	return &own
}

// Settle hands the outside a plain Fault, with the end of the context beside it.
func Settle(err error) error {
	var f *Failure
	if !errors.As(err, &f) {
		return err
	}
	return f.fault(f.Fault)
}

// Final is a page's view of an error: unless the platform will take it within
// seconds, the person's next step runs at once. Only silence leaves open whether it
// arrived.
func Final(err error) error {
	var f *Failure
	if !errors.As(err, &f) {
		return err
	}
	own := f.Fault
	own.Gone, own.Unknown = false, own.Unknown && f.Class == Silence
	if f.Class != Limit || own.Retry > AfterLimit {
		own.Retry = 0
	}
	return f.fault(own)
}

// Is reports whether an error is a Failure of a class.
func Is(err error, class Class) bool {
	var f *Failure
	return errors.As(err, &f) && f.Class == class
}

// Coded reports whether an error is a Failure of one of the platform's numbers.
func Coded(err error, codes ...int) bool {
	var f *Failure
	return errors.As(err, &f) && slices.Contains(codes, f.Code)
}

// Down reports whether an error says that the platform as a whole is in trouble.
func Down(err error) bool { return Is(err, Outage) || Is(err, Silence) }

// Gone is about a message that cannot be edited any more.
func Gone() Failure { return Failure{Fault: incident.Fault{Retry: time.Second, Gone: true}} }

// Mend is about something that stays broken until a person acts.
func Mend(admin string) Failure {
	return Failure{Fault: incident.Fault{Retry: AfterMend, Admin: admin}}
}

// Unsent reports whether a request certainly never left.
func Unsent(err error) bool {
	var op *net.OpError
	var dns *net.DNSError
	return errors.As(err, &dns) || errors.As(err, &op) && op.Op == "dial"
}

// ErrSlow ends an errand that takes too long; it is no wish of the caller.
var ErrSlow = fmt.Errorf("the platform is slow: %w", context.DeadlineExceeded)

// An errand is a series of calls: one card, one page.
const errandTime = incident.Lease - 3*time.Second

// Errand bounds a series of calls so that it ends before the lease on it does.
func Errand(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, errandTime, ErrSlow)
}

// Stopped passes the end of the caller's context on. A post that was on its way may
// have arrived.
func Stopped(ctx context.Context, method string, posting bool) error {
	if !posting {
		return fmt.Errorf("call %s: %w", method, ctx.Err())
	}
	return &Failure{
		Fault: incident.Fault{Reason: "stopped while the platform was asked", Retry: time.Second, Unknown: true},
		Class: Silence, Cause: ctx.Err(),
	}
}
