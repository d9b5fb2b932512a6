package twilio

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"maps"
	"net"
	"net/url"
	"slices"
	"strings"
)

// genuine reports whether the signature was made with the token over the address
// and every parameter. The library's validator looks at the first value of a
// repeated parameter alone, so that a second could be slipped in. Twilio signs
// some addresses with their port and some without: both are accepted.
func genuine(token, target string, form url.Values, signature string) bool {
	if token == "" || signature == "" {
		return false
	}
	for _, t := range []string{target, withPort(target), withoutPort(target)} {
		if hmac.Equal([]byte(sign(token, t, form)), []byte(signature)) {
			return true
		}
	}
	return false
}

// bodyHash is what an address says of a body that is no form.
const bodyHash = "bodySHA256"

// errBody refuses a body that is not the one whose hash was signed.
var errBody = errors.New("the body is not the one that was signed")

// parameters reads a body: a form, whose parameters are signed one by one, or an
// object in JSON, of which the signed address holds the hash.
func parameters(body []byte, query url.Values) (form, signed url.Values, err error) {
	if !query.Has(bodyHash) {
		form, err = url.ParseQuery(string(body))
		return form, form, err
	}
	sum := sha256.Sum256(body)
	if !hmac.Equal([]byte(hex.EncodeToString(sum[:])), []byte(query.Get(bodyHash))) {
		return nil, nil, errBody
	}
	var fields map[string]any
	if err := json.Unmarshal(body, &fields); err != nil {
		return nil, nil, err
	}
	form = url.Values{}
	for name, v := range fields {
		if text, ok := v.(string); ok {
			form.Set(name, text)
		}
	}
	return form, nil, nil
}

// sign is Twilio's signature of a form sent to an address.
func sign(token, target string, form url.Values) string {
	h := hmac.New(sha1.New, []byte(token))
	h.Write([]byte(target))
	for _, name := range slices.Sorted(maps.Keys(form)) {
		values := slices.Clone(form[name])
		slices.Sort(values)
		for _, v := range slices.Compact(values) {
			h.Write([]byte(name + v))
		}
	}
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// withPort names the port that the scheme stands for.
func withPort(target string) string {
	u, err := url.Parse(target)
	if err != nil || u.Port() != "" {
		return target
	}
	port := "80"
	if u.Scheme == "https" {
		port = "443"
	}
	return swapHost(target, u.Host, net.JoinHostPort(u.Hostname(), port))
}

// withoutPort leaves the port out, whatever it is.
func withoutPort(target string) string {
	u, err := url.Parse(target)
	if err != nil || u.Port() == "" {
		return target
	}
	return swapHost(target, u.Host, strings.TrimSuffix(u.Host, ":"+u.Port()))
}

// swapHost changes the host and nothing else: parsing and printing an address may
// escape it in another way.
func swapHost(target, old, host string) string { return strings.Replace(target, old, host, 1) }
