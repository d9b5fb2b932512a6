package intake

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// A dialect is how one kind of sender speaks and wants to be answered.
type dialect struct {
	kind    Kind   // of the integrations whose keys it takes
	tooFast int    // the status that this sender understands as "later"
	dryRuns bool   // it may ask what an alert would do
	scheme  string // of the header Authorization that has the key; empty: it stands elsewhere
	decode  func(from Integration, c call, body []byte) (said, error)
	accept  func(w http.ResponseWriter, s said, about incident.Incident)
	refuse  func(w http.ResponseWriter, status int, err error)

	// keyIn finds the key in the body; nil: the call has it.
	keyIn func(body []byte) (key string, wrong *refusal)
	// sender finds whose key it is; nil: an integration's of that kind.
	sender func(s Setup, c call) (Integration, *refusal)
	// named is our own id of the incident that the call may mean; nil: it never
	// means one.
	named func(s Setup, from Integration, c call) incident.ID
}

// said is what one request says.
type said struct {
	events  []incident.Event // an AlertFired has no Route yet
	key     string           // the sender's name of it, or the one made up
	action  string           // what it wants to be done, where it may ask for a dry run
	skipped string           // what of it could not be read
	note    string           // words for the timeline of the incident it is about
	change  *change          // what else happened in the team's house
	beat    string           // the heartbeat that beats
	next    time.Time        // when it is missed next
	took    time.Duration    // to store it
}

// A call is a request whose path is understood.
type call struct {
	dialect    dialect
	method     string
	key        string
	routingKey string            // from the path or the query
	parts      map[string]string // of the path, by the names in the pattern
	query      url.Values
	at         time.Time         // when it came
	about      incident.Incident // the integration's own that it names by our id; zero: none
}

// sender finds the integration that a call's key belongs to.
func (c call) sender(s Setup) (Integration, *refusal) {
	if c.dialect.sender != nil {
		return c.dialect.sender(s, c)
	}
	from, ok := s.integration(c.dialect.kind, c.key)
	if !ok {
		return from, wrongKey("is not one of an integration of type " + string(c.dialect.kind))
	}
	return from, nil
}

func wrongKey(problem string) *refusal {
	return &refusal{&mistake{"key", problem}, http.StatusUnauthorized, WrongKey}
}

// A way is a path on which a sender speaks.
type way struct {
	method  string
	pattern string // {name} is any one piece; a last {name?} may be left out
	dialect dialect
	key     func(*http.Request) string // nil: the piece {key} of the path
}

// ways are all of them.
var ways = slices.Concat(
	nativeWays, victorOpsWays, alertmanagerWays, pagerDutyWays, opsgenieWays, incidentIOWays, grafanaWays, goAlertWays, grafanaOnCallWays, heartbeatWays,
)

// address reads a request's path. It cuts the path itself: a redirect to a
// cleaner one would lose the alert, since many senders follow it with a GET. allow
// are the methods that the path has; none: there is no such path.
func address(r *http.Request) (c call, allow []string, ok bool) {
	var pieces []string
	for piece := range strings.SplitSeq(strings.Trim(r.URL.EscapedPath(), "/"), "/") {
		plain, err := url.PathUnescape(piece)
		if err != nil {
			return c, nil, false
		}
		pieces = append(pieces, plain)
	}
	for _, way := range ways {
		parts, fits := match(way.pattern, pieces)
		if !fits {
			continue
		}
		if allow = append(allow, way.method); way.method != r.Method && c.method == "" {
			c.dialect = way.dialect // it answers that the method is wrong
			continue
		}
		if way.method != r.Method {
			continue
		}
		c = call{dialect: way.dialect, method: r.Method, key: parts["key"], parts: parts, query: r.URL.Query()}
		if way.key != nil {
			c.key = way.key(r)
		}
		c.routingKey = cmp.Or(parts[routingKeyLabel], c.query.Get(routingKeyLabel))
		ok = true
	}
	return c, allow, ok
}

// match holds a path against a pattern and returns its named pieces.
func match(pattern string, pieces []string) (parts map[string]string, ok bool) {
	wanted := strings.Split(pattern, "/")
	if last := wanted[len(wanted)-1]; strings.HasSuffix(last, "?}") && len(pieces) == len(wanted)-1 {
		wanted = wanted[:len(wanted)-1]
	}
	if len(wanted) != len(pieces) {
		return nil, false
	}
	parts = map[string]string{}
	for i, want := range wanted {
		name, named := strings.CutPrefix(want, "{")
		if !named && want != pieces[i] {
			return nil, false
		}
		if named {
			parts[strings.TrimRight(name, "?}")] = pieces[i]
		}
	}
	return parts, true
}

// bearer reads the key after the word Bearer.
func bearer(r *http.Request) string { return authorized(r, "Bearer") }

// authorized reads the key that stands after a scheme's name.
func authorized(r *http.Request, scheme string) string {
	sent, key, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(sent, scheme) {
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
