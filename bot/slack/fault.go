package slack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	sdk "github.com/slack-go/slack"

	"github.com/earshot-oncall/earshot/bot/wire"
	"github.com/earshot-oncall/earshot/escalation/incident"
)

// classify knows the six shapes in which Slack says no.
func classify(err error) *wire.Failure {
	var (
		wait    *sdk.RateLimitedError
		status  sdk.StatusCodeError
		answer  sdk.SlackErrorResponse
		network *url.Error
	)
	switch {
	case errors.As(err, &wait):
		return &wire.Failure{Fault: incident.Fault{Reason: "Slack asks to slow down", Retry: max(wait.RetryAfter, time.Second)}, Class: wire.Limit}
	case errors.As(err, &status) && status.Code == http.StatusTooManyRequests:
		return &wire.Failure{Fault: incident.Fault{Reason: "Slack asks to slow down", Retry: wire.AfterLimit}, Class: wire.Limit}
	case errors.As(err, &status) && status.Code < 500:
		return &wire.Failure{Fault: incident.Fault{
			Reason: fmt.Sprintf("Slack answered %d", status.Code), Retry: wire.AfterOutage,
			Admin: fmt.Sprintf("Slack's API answers %d: look at SLACK_API_URL, and at what stands between", status.Code),
		}, Class: wire.Outage}
	case errors.As(err, &status):
		return &wire.Failure{Fault: incident.Fault{Reason: fmt.Sprintf("Slack answered %d", status.Code), Retry: wire.AfterOutage, Unknown: true}, Class: wire.Outage}
	case errors.As(err, &answer):
		return refuse(answer)
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return &wire.Failure{Fault: incident.Fault{Reason: "Slack did not answer in time", Retry: wire.AfterOutage, Unknown: !wire.Unsent(err)}, Class: wire.Silence}
	case errors.As(err, &network):
		return &wire.Failure{Fault: incident.Fault{Reason: "Slack cannot be reached", Retry: wire.AfterOutage, Unknown: !wire.Unsent(err)}, Class: wire.Silence}
	}
	return &wire.Failure{Fault: incident.Fault{Reason: "Slack's answer makes no sense", Retry: wire.AfterOutage, Unknown: true}, Class: wire.Outage}
}

// refuse looks an ok:false up.
func refuse(r sdk.SlackErrorResponse) *wire.Failure {
	f, ok := verdicts[r.Err]
	if !ok {
		f = wire.Failure{Fault: incident.Fault{Retry: wire.AfterOdd, Admin: "Slack refuses what Earshot asks: " + r.Err}}
	}
	f.Reason = "Slack: " + r.Err
	if r.Err == "missing_scope" && r.Needed != "" {
		f.Admin += " (needed: " + r.Needed + ")"
	}
	return &f
}
