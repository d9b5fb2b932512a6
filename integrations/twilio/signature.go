package twilio

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
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
