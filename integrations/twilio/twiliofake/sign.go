package twiliofake

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"net/url"
	"slices"
	"strings"
)

// Sign returns the X-Twilio-Signature of a request to a URL with a form: the
// URL as the app was told to be addressed, then every parameter by name.
func (s *Server) Sign(target string, form url.Values) string {
	names := make([]string, 0, len(form))
	for name := range form {
		names = append(names, name)
	}
	slices.Sort(names)
	var text strings.Builder
	text.WriteString(target)
	for _, name := range names {
		for _, value := range form[name] {
			text.WriteString(name)
			text.WriteString(value)
		}
	}
	mac := hmac.New(sha1.New, []byte(s.Options().AuthToken))
	mac.Write([]byte(text.String()))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// Address returns where a callback URL is really sent: PublicURL replaced by AppURL.
func (s *Server) Address(target string) string {
	o := s.Options()
	public := strings.TrimSuffix(o.PublicURL, "/")
	rest, ok := strings.CutPrefix(target, public)
	if !ok || public == "" || o.AppURL == "" || rest != "" && !strings.ContainsAny(rest[:1], "/?#") {
		return target
	}
	return strings.TrimSuffix(o.AppURL, "/") + rest
}
