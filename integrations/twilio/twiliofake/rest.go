package twiliofake

import (
	"cmp"
	"crypto/subtle"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// version is the path and the api_version of the REST API.
const version = "2010-04-01"

// maxBody bounds a request and an answer of the app.
const maxBody = 1 << 20

// e164 is what Twilio takes for a phone number.
var e164 = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)

// restError is an error as Twilio words it.
type restError struct {
	Code     int    `json:"code"`
	Message  string `json:"message"`
	MoreInfo string `json:"more_info"`
	Status   int    `json:"status"`
}

func newError(status, code int, message string) restError {
	return restError{Code: code, Message: message, MoreInfo: "https://www.twilio.com/docs/errors/" + strconv.Itoa(code), Status: status}
}

func (e restError) Error() string { return fmt.Sprintf("%d: %s", e.Code, e.Message) }

func bad(code int, format string, args ...any) error {
	return newError(http.StatusBadRequest, code, fmt.Sprintf(format, args...))
}

// ServeHTTP answers the REST API.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	request := Request{Operation: "unknown", Begin: s.options.Now()}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if err := r.ParseForm(); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	request.Form = r.Form
	account, resource, sid := split(r.URL.Path)
	if resource == "" {
		resource, sid = splitMessaging(r.URL.Path)
		account = s.Options().AccountSID
	}
	request.SID = sid
	run, ok := s.operations()[r.Method+" "+resource]
	if ok {
		request.Operation = run.name
	}
	s.serve(w, r, request, func() (int, any) {
		missing := newError(http.StatusNotFound, 20404, "The requested resource "+r.URL.Path+" was not found")
		o := s.Options()
		user, password, _ := r.BasicAuth()
		switch {
		case !equal(user, o.AccountSID) || !equal(password, o.AuthToken):
			return http.StatusUnauthorized, newError(http.StatusUnauthorized, 20003, "Authenticate")
		case !ok || account != o.AccountSID:
			return missing.Status, missing
		}
		body, err := run.do(sid, r.Form)
		if refused, is := errors.AsType[restError](err); is {
			return refused.Status, refused
		}
		if err != nil {
			return missing.Status, missing
		}
		return run.status, body
	})
}

type operation struct {
	name   string
	status int
	do     func(sid string, form url.Values) (any, error)
}

func (s *Server) operations() map[string]operation {
	all := map[string]operation{
		"GET Account":              {"account.fetch", http.StatusOK, s.fetchAccount},
		"GET IncomingPhoneNumbers": {"numbers.list", http.StatusOK, s.listNumbers},
		"POST Messages":            {"messages.create", http.StatusCreated, s.createMessage},
		"GET Messages":             {"messages.list", http.StatusOK, s.listMessages},
		"GET Messages/":            {"messages.fetch", http.StatusOK, s.fetchMessage},
		"POST Calls":               {"calls.create", http.StatusCreated, s.createCall},
		"GET Calls":                {"calls.list", http.StatusOK, s.listCalls},
		"GET Calls/":               {"calls.fetch", http.StatusOK, s.fetchCall},
		"POST Calls/":              {"calls.update", http.StatusOK, s.updateCall},
	}
	maps.Copy(all, s.messagingOperations())
	return all
}

// split reads /2010-04-01/Accounts/{account}[/{resource}[/{sid}]].json; a
// resource with a sid ends in a slash.
func split(path string) (account, resource, sid string) {
	rest, ok := strings.CutPrefix(path, "/"+version+"/Accounts/")
	rest, isJSON := strings.CutSuffix(rest, ".json")
	if !ok || !isJSON {
		return "", "", ""
	}
	parts := strings.Split(rest, "/")
	switch len(parts) {
	case 1:
		return parts[0], "Account", ""
	case 2:
		return parts[0], parts[1], ""
	case 3:
		return parts[0], parts[1] + "/", parts[2]
	}
	return "", "", ""
}

func (s *Server) fetchAccount(string, url.Values) (any, error) {
	s.mu.Lock()
	o, status := s.options, cmp.Or(s.status, "active")
	s.mu.Unlock()
	return map[string]any{
		"sid": o.AccountSID, "owner_account_sid": o.AccountSID, "friendly_name": "Fake", "status": status, "type": "Full",
		"uri": "/" + version + "/Accounts/" + o.AccountSID + ".json",
	}, nil
}

// newSID makes up the id of a resource: two letters and 32 hex digits.
func (s *Server) newSID(kind string) string {
	s.serial++
	return fmt.Sprintf("%s%032x", kind, s.serial)
}

func (s *Server) uri(resource, sid string) string {
	return "/" + version + "/Accounts/" + s.options.AccountSID + "/" + resource + "/" + sid + ".json"
}

// stamp is a time as the REST API writes it, null if there is none.
func stamp(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(time.RFC1123Z)
}

func nullable(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// checkURL reports whether the app may be called back at a URL.
func checkURL(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}
