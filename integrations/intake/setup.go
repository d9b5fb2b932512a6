package intake

import (
	"crypto/subtle"
	"fmt"
	"log/slog"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A Kind says which dialect an integration speaks.
type Kind string

// The kinds of integrations.
const (
	Alertmanager Kind = "alertmanager"
	VictorOps    Kind = "victorops"
	PagerDuty    Kind = "pagerduty"
	Opsgenie     Kind = "opsgenie"
	Grafana      Kind = "grafana"
	Generic      Kind = "generic" // the native API
	Heartbeat    Kind = "heartbeat"
)

// Kinds returns all kinds, as the configuration spells them.
func Kinds() []Kind {
	return []Kind{Alertmanager, VictorOps, PagerDuty, Opsgenie, Grafana, Generic, Heartbeat}
}

// redacted stands wherever a Secret would be seen.
const redacted = "[redacted]"

// A Secret prints and logs as "[redacted]"; string(s) is the secret itself.
type Secret string

// String hides the secret.
func (s Secret) String() string { return redacted }

// Format hides the secret from every verb of package fmt.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// LogValue keeps the secret out of every log line.
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText keeps the secret out of every encoding.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// An Integration is one sender with a key of its own.
type Integration struct {
	Name  string
	Kind  Kind
	Key   Secret
	Team  oncall.TeamID // empty: routes and the catch-all decide
	Every time.Duration // of a heartbeat: between two beats
	Grace time.Duration // of a heartbeat: how late one may be
}

// A Rate is how many alerts one key may send. The zero Rate is no limit.
type Rate struct {
	Per    time.Duration
	Alerts int
}

// A Setup is everything a Door has to know, as of one reading of the
// configuration.
type Setup struct {
	Integrations []Integration
	Routes       []Route
	Teams        []oncall.TeamID // a routing key that is one of them names that team
	CatchAll     oncall.TeamID   // the team of what nothing else claims
	Rate         Rate            // per key
	Grouping     Grouping
	Groupings    map[oncall.TeamID]Grouping // of the teams that set their own
}

// integration finds the sender a key belongs to. The time it takes says nothing
// about the keys but their length.
func (s Setup) integration(kind Kind, key string) (found Integration, ok bool) {
	for _, i := range s.Integrations {
		same := subtle.ConstantTimeCompare([]byte(i.Key), []byte(key)) == 1
		if same && i.Kind == kind && key != "" {
			found, ok = i, true
		}
	}
	return found, ok
}
