package app

import (
	"context"
	"errors"

	"github.com/earshot-oncall/earshot/escalation"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/integrations/gateway"
	"github.com/earshot-oncall/earshot/integrations/twilio"
	"github.com/earshot-oncall/earshot/storage/configfile"
)

// phones sends SMS by Twilio, and by the gateway where Twilio is not set up or has
// been failing as a whole. Calls are Twilio's alone.
type phones struct {
	first  escalation.Pager // nil: Twilio is not set up
	second interface {
		escalation.Pager
		// Ready reports whether the configuration has a gateway.
		Ready() bool
	}
}

// Page implements escalation.Pager.
func (p phones) Page(ctx context.Context, n incident.Notice) (ref string, receipt bool, err error) {
	if p.first == nil {
		return p.second.Page(ctx, n)
	}
	ref, receipt, err = p.first.Page(ctx, n)
	var f *incident.Fault
	if errors.As(err, &f) && f.Down && p.second.Ready() {
		return p.second.Page(ctx, n)
	}
	return ref, receipt, err
}

// newGateway makes the client of the SMS gateway, which a reload may set up later.
func (a *App) newGateway() *gateway.Client {
	return gateway.New(gateway.Options{
		Setup: func() gateway.Setup { return a.config.Load().Gateway }, Words: twilio.Text,
		PublicURL: a.publicURL(), Log: a.log, Reach: reach{a},
		Observe: func(method, result string) { a.meters.phone.WithLabelValues("gateway", method, result).Inc() },
	})
}

// TryGateway looks whether the host of the configuration's SMS gateway answers, and
// returns what is wrong as TryCredentials does.
func TryGateway(ctx context.Context, s Settings, config *configfile.Config) []string {
	public := s.PublicURL
	if public == "" {
		public = config.PublicURL
	}
	c := gateway.New(gateway.Options{Setup: func() gateway.Setup { return config.Gateway }, PublicURL: public})
	var wrong []string
	for _, line := range c.Survey(ctx) {
		wrong = append(wrong, "SMS gateway: "+line)
	}
	return wrong
}
