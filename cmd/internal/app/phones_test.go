package app

import (
	"context"
	"errors"
	"testing"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// provider is a phone provider that always answers the same.
type provider struct {
	ref   string
	err   error
	ready bool
	asked int
}

func (p *provider) Page(context.Context, incident.Notice) (ref string, receipt bool, err error) {
	p.asked++
	return p.ref, p.err == nil, p.err
}

func (p *provider) Ready() bool { return p.ready }

func TestWhichProviderSendsAnSMS(t *testing.T) {
	down := &incident.Fault{Reason: "SMS not sent: Twilio has been failing", Down: true}
	busy := &incident.Fault{Reason: "SMS refused: too many requests", Retry: 1}
	tests := []struct {
		name     string
		first    *provider // nil: not set up
		second   provider
		ref      string
		err      error
		received int // by the second
	}{
		{"Twilio takes it", &provider{ref: "SM1"}, provider{ready: true, ref: "gateway"}, "SM1", nil, 0},
		{"Twilio is down", &provider{err: down}, provider{ready: true, ref: "gateway"}, "gateway", nil, 1},
		{"Twilio is down and there is no gateway", &provider{err: down}, provider{}, "", down, 0},
		{"a refusal is Twilio's to tell", &provider{err: busy}, provider{ready: true, ref: "gateway"}, "", busy, 0},
		{"what is not wanted any more is not sent by another", &provider{err: incident.ErrWithdrawn}, provider{ready: true}, "", incident.ErrWithdrawn, 0},
		{"no Twilio", nil, provider{ready: true, ref: "gateway"}, "gateway", nil, 1},
		{"both are down", &provider{err: down}, provider{ready: true, err: busy}, "", busy, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := phones{second: &tt.second}
			if tt.first != nil {
				p.first = tt.first
			}
			ref, _, err := p.Page(t.Context(), incident.Notice{})
			if ref != tt.ref || !errors.Is(err, tt.err) || tt.second.asked != tt.received {
				t.Errorf("got %q, %v, the gateway asked %d times; want %q, %v, %d", ref, err, tt.second.asked, tt.ref, tt.err, tt.received)
			}
		})
	}
}
