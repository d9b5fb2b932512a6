package intake

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// A dialect is how one kind of sender speaks and wants to be answered.
type dialect struct {
	kind    Kind
	tooFast int // the status that this sender understands as "later"
	decode  func(from Integration, routingKey string, body []byte) (said, error)
	accept  func(w http.ResponseWriter, s said, about incident.Incident)
	refuse  func(w http.ResponseWriter, status int, err error)
}

// said is what one request says.
type said struct {
	events  []incident.Event // an AlertFired has no Route yet
	key     string           // the sender's name of it, or the one made up
	skipped string           // what of it could not be read
}

// A call is a request whose path is understood.
type call struct {
	dialect    dialect
	key        string
	routingKey string // from the path or the query
}

// address reads a request's path. It cuts the path itself: a redirect to a
// cleaner one would lose the alert, since many senders follow it with a GET.
func address(r *http.Request) (c call, ok bool) {
	var parts []string
	for part := range strings.SplitSeq(strings.Trim(r.URL.EscapedPath(), "/"), "/") {
		plain, err := url.PathUnescape(part)
		if err != nil {
			return c, false
		}
		parts = append(parts, plain)
	}
	after := func(path ...string) (rest []string, ok bool) {
		if len(parts) < len(path) {
			return nil, false
		}
		for i, want := range path {
			if parts[i] != want {
				return nil, false
			}
		}
		return parts[len(path):], true
	}
	if rest, ok := after("api", "v1", "alerts"); ok && len(rest) == 0 {
		return call{dialect: native, key: bearer(r)}, true
	}
	if rest, ok := after("integrations", "generic", "20131114", "alert"); ok && (len(rest) == 1 || len(rest) == 2) {
		return call{dialect: victorOps, key: rest[0], routingKey: strings.Join(rest[1:], "")}, true
	}
	if rest, ok := after("integrations", "alertmanager"); ok && len(rest) == 1 {
		return call{dialect: alertmanager, key: rest[0], routingKey: r.URL.Query().Get(routingKeyLabel)}, true
	}
	return c, false
}

func bearer(r *http.Request) string {
	scheme, key, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(key)
}

// A failure is the native answer to a request that changed nothing.
type failure struct {
	Error string `json:"error"`
	Field string `json:"field,omitempty"`
}

func refuse(w http.ResponseWriter, status int, err error) {
	f := failure{Error: err.Error()}
	if m := (*mistake)(nil); errors.As(err, &m) {
		f.Field = m.field
	}
	answer(w, status, f)
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // fails only when the caller is gone
}
