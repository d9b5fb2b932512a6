package intake

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

var alertmanagerWays = []way{{http.MethodPost, "integrations/alertmanager/{key}", alertmanager, nil}}

// alertmanager is the webhook of Prometheus' Alertmanager, version 4.
var alertmanager = dialect{
	kind:    Alertmanager,
	tooFast: http.StatusServiceUnavailable,
	decode:  decodeAlertmanager,
	refuse:  refuse,
	accept: func(w http.ResponseWriter, s said, about incident.Incident) {
		answer(w, http.StatusOK, struct {
			Status   string      `json:"status"`
			Incident incident.ID `json:"incident,omitempty"`
			Skipped  string      `json:"skipped,omitempty"`
		}{"accepted", about.ID, s.skipped})
	},
}

// A webhook is one notification about a group of alerts.
type webhook struct {
	status            string
	groupKey          string
	receiver          string
	externalURL       string
	groupLabels       map[string]string
	commonLabels      map[string]string
	commonAnnotations map[string]string
	truncated         bool // some of the alerts are not in it
	firing, resolved  []groupAlert
	skipped           string
}

// A groupAlert is one alert of a group.
type groupAlert struct {
	resolved     bool
	fingerprint  string
	generatorURL string
	labels       map[string]string
	annotations  map[string]string
}

func decodeAlertmanager(from Integration, c call, body []byte) (said, error) {
	hook, err := readWebhook(body)
	if err != nil {
		return said{}, err
	}
	key := incident.Key{Integration: from.Name, Dedup: hook.key()}
	by := incident.Actor{Name: from.Name}
	said := said{key: key.Dedup, skipped: hook.skipped}
	// What fires comes first, so that a group whose last alert ends while
	// another begins stays one incident.
	if len(hook.firing) > 0 {
		said.events = append(said.events, incident.AlertFired{Key: key, Alert: hook.alert(from, c.routingKey)})
	}
	switch {
	case hook.status == resolved && !hook.truncated && len(hook.firing)+len(hook.resolved) == 0:
		said.events = append(said.events, incident.AlertResolved{Key: key, By: by})
	case len(hook.resolved) > 0:
		// The status speaks of what is listed alone: what was cut off may fire.
		ended := incident.AlertResolved{Key: key, By: by, More: hook.truncated}
		for _, a := range hook.resolved {
			ended.Members = append(ended.Members, a.fingerprint)
		}
		said.events = append(said.events, ended)
	}
	return said, nil
}

const resolved = "resolved"

func readWebhook(body []byte) (hook webhook, err error) {
	f, err := read(bodyField, body)
	if err != nil {
		return hook, err
	}
	err = f.texts(word{"status", &hook.status}, word{"groupKey", &hook.groupKey}, word{"receiver", &hook.receiver}, word{"externalURL", &hook.externalURL})
	if err != nil {
		return hook, err
	}
	if hook.groupLabels, err = f.pairs("groupLabels"); err != nil {
		return hook, err
	}
	if hook.commonLabels, err = f.pairs("commonLabels"); err != nil {
		return hook, err
	}
	if hook.commonAnnotations, err = f.pairs("commonAnnotations"); err != nil {
		return hook, err
	}
	hook.truncated = f.has("truncatedAlerts") && f.loose("truncatedAlerts") != "0"
	list, err := f.list("alerts")
	if err != nil {
		return hook, err
	}
	if len(list) == 0 && hook.status != resolved {
		return hook, &mistake{"alerts", "must hold at least one alert"}
	}
	return hook, hook.sort(list)
}

// sort reads the alerts. One that can't be read is left out and reported, unless
// none is left.
func (hook *webhook) sort(list []json.RawMessage) error {
	var bad []error
	for i, raw := range list {
		a, err := readGroupAlert(entry("alerts", i), raw, hook.status)
		switch {
		case err != nil:
			bad = append(bad, err)
		case a.resolved:
			hook.resolved = append(hook.resolved, a)
		default:
			hook.firing = append(hook.firing, a)
		}
	}
	if len(bad) == 0 {
		return nil
	}
	if len(bad) == len(list) {
		return bad[0]
	}
	hook.skipped = fmt.Sprintf("%d of %d alerts could not be read: %s", len(bad), len(list), bad[0])
	return nil
}

// readGroupAlert reads one alert; without a status of its own it has the group's.
func readGroupAlert(name string, raw []byte, status string) (a groupAlert, err error) {
	f, err := read(name, raw)
	if err != nil {
		return a, err
	}
	own := ""
	err = f.texts(word{"status", &own}, word{"fingerprint", &a.fingerprint}, word{"generatorURL", &a.generatorURL})
	if err != nil {
		return a, within(name, err)
	}
	if a.labels, err = f.pairs("labels"); err != nil {
		return a, within(name, err)
	}
	if a.annotations, err = f.pairs("annotations"); err != nil {
		return a, within(name, err)
	}
	a.resolved = strings.EqualFold(cmp.Or(own, status), resolved)
	if a.fingerprint == "" {
		a.fingerprint = digest(flat(a.labels))
	}
	a.fingerprint = dedup(a.fingerprint)
	return a, nil
}
