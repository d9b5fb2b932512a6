package slack

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	sdk "github.com/slack-go/slack"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// When to come back: soon enough that a card stands within half a minute of
// Slack's return, and less often where a person has to mend something first.
const (
	afterLimit  = 5 * time.Second
	afterOutage = 10 * time.Second
	afterOdd    = time.Minute
	afterMend   = 10 * time.Minute
)

// A class is what kind of no it was.
type class int

const (
	refusal class = iota // Slack is well and will not do it
	limit                // Slack asks to slow down
	outage               // Slack says that it is in trouble
	silence              // no answer, or a broken one
)

// A failure is a Fault that still knows its class.
type failure struct {
	incident.Fault
	class class
	cause error // the end of the caller's context, where that is why
}

// errSlow ends an errand of ours that takes too long; it is no wish of the caller.
var errSlow = fmt.Errorf("slack is slow: %w", context.DeadlineExceeded)

// classify knows the six shapes in which Slack says no.
func classify(err error) *failure {
	var (
		wait    *sdk.RateLimitedError
		status  sdk.StatusCodeError
		answer  sdk.SlackErrorResponse
		network *url.Error
	)
	switch {
	case errors.As(err, &wait):
		return &failure{Fault: incident.Fault{Reason: "Slack asks to slow down", Retry: max(wait.RetryAfter, time.Second)}, class: limit}
	case errors.As(err, &status) && status.Code == http.StatusTooManyRequests:
		return &failure{Fault: incident.Fault{Reason: "Slack asks to slow down", Retry: afterLimit}, class: limit}
	case errors.As(err, &status) && status.Code < 500:
		return &failure{Fault: incident.Fault{
			Reason: fmt.Sprintf("Slack answered %d", status.Code), Retry: afterOutage,
			Admin: fmt.Sprintf("Slack's API answers %d: look at SLACK_API_URL, and at what stands between", status.Code),
		}, class: outage}
	case errors.As(err, &status):
		return &failure{Fault: incident.Fault{Reason: fmt.Sprintf("Slack answered %d", status.Code), Retry: afterOutage, Unknown: true}, class: outage}
	case errors.As(err, &answer):
		return refuse(answer)
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return &failure{Fault: incident.Fault{Reason: "Slack did not answer in time", Retry: afterOutage, Unknown: !unsent(err)}, class: silence}
	case errors.As(err, &network):
		return &failure{Fault: incident.Fault{Reason: "Slack cannot be reached", Retry: afterOutage, Unknown: !unsent(err)}, class: silence}
	}
	return &failure{Fault: incident.Fault{Reason: "Slack's answer makes no sense", Retry: afterOutage, Unknown: true}, class: outage}
}

// refuse looks an ok:false up.
func refuse(r sdk.SlackErrorResponse) *failure {
	f, ok := verdicts[r.Err]
	if !ok {
		f = failure{Fault: incident.Fault{Retry: afterOdd, Admin: "Slack refuses what Earshot asks: " + r.Err}}
	}
	f.Reason = "Slack: " + r.Err
	if r.Err == "missing_scope" && r.Needed != "" {
		f.Admin += " (needed: " + r.Needed + ")"
	}
	return &f
}

// unsent reports whether the request certainly never left.
func unsent(err error) bool {
	var op *net.OpError
	var dns *net.DNSError
	return errors.As(err, &dns) || errors.As(err, &op) && op.Op == "dial"
}

// Error implements error.
func (f *failure) Error() string { return f.Reason }

// Unwrap returns the end of the caller's context, where that is why.
func (f *failure) Unwrap() error { return f.cause }

// settle hands the outside a plain Fault, with the end of the context beside it.
func settle(err error) error {
	var f *failure
	if !errors.As(err, &f) {
		return err
	}
	return f.fault(f.Fault)
}

func (f *failure) fault(own incident.Fault) error {
	if f.cause != nil {
		return fmt.Errorf("%w: %w", &own, f.cause)
	}
	return &own
}

// down reports whether err says that Slack as a whole is in trouble.
func down(err error) bool {
	var f *failure
	return errors.As(err, &f) && (f.class == outage || f.class == silence)
}

// final is a page's view of an error: unless Slack will take it within seconds, the
// person's next step runs at once. Only silence leaves open whether it arrived.
func final(err error) error {
	var f *failure
	if !errors.As(err, &f) {
		return err
	}
	own := f.Fault
	own.Gone, own.Unknown = false, own.Unknown && f.class == silence
	if f.class != limit || own.Retry > afterLimit {
		own.Retry = 0
	}
	return f.fault(own)
}
