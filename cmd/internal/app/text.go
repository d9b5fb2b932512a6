package app

import (
	"context"
	"errors"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/integrations/twilio"
)

// texts reports whether anything can send an SMS.
func (a *App) texts() bool { return a.twilio != nil || a.gateway.Ready() }

// text sends an SMS that is no page: by Twilio, and by the gateway where Twilio is not
// set up or has clearly not sent it. The error is an incident.Fault.
func (a *App) text(ctx context.Context, to oncall.Phone, text string) error {
	text = twilio.Fit(text)
	if a.twilio == nil {
		return a.gateway.Tell(ctx, to, text)
	}
	err := a.twilio.Tell(ctx, to, text)
	if f := (*incident.Fault)(nil); errors.As(err, &f) && (f.Retry > 0 || f.Down) && !f.Unknown && a.gateway.Ready() {
		return a.gateway.Tell(ctx, to, text)
	}
	return err
}
