package gateway

import (
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// A form is how a body is written.
type form int

const (
	asText form = iota
	asJSON
	asQuery
	asXML
)

// escapes are how a value is made harmless in each form.
var escapes = map[form]string{asQuery: "urlquery", asXML: "html", asJSON: "json"}

func (p *plan) judgeAddress(first, second string) []Flaw {
	u, err := url.Parse(first)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return []Flaw{{"url", "this is no address", nil, "write it like https://sms.example.com/send"}}
	}
	if v, err := url.Parse(second); err != nil || origin(u) != origin(v) {
		return []Flaw{{"url", "the message decides which host is asked", nil, "write the host out"}}
	}
	if v := bare(u.RawQuery, thorny.To, thorny.Text, thorny.Callback); v != "" {
		return []Flaw{unescaped("url", v, asQuery)}
	}
	if v := bare(first, thorny.Text, thorny.Callback); v != "" {
		return []Flaw{unescaped("url", v, asQuery)}
	}
	return nil
}

// ours are the headers that follow from the rest of a request.
var ours = []string{"Host", "Content-Length", "Transfer-Encoding", "Connection", "Trailer", "Te", "Upgrade"}

var token = regexp.MustCompile("^[0-9A-Za-z!#$%&'*+.^_`|~-]+$")

func (p *plan) judgeHeaders(d draft) []Flaw {
	var flaws []Flaw
	for i, h := range p.headers {
		name := http.CanonicalHeaderKey(h.name)
		switch {
		case !token.MatchString(h.name):
			flaws = append(flaws, Flaw{headersField + h.name, "no header has such a name", nil, "use letters, digits and -"})
		case slices.Contains(ours, name):
			flaws = append(flaws, Flaw{headersField + h.name, name + " is made from the rest", nil, "take it out"})
		case name == "Content-Type" && p.contentType != "":
			flaws = append(flaws, Flaw{headersField + h.name, "the type of the body stands in content_type already", nil, "keep one of the two"})
		case strings.ContainsAny(d.headers[i], "\r\n\x00"):
			flaws = append(flaws, Flaw{headersField + h.name, "a header can't have a line break", nil, "write it on one line"})
		case name == "Content-Type":
			p.contentType = d.headers[i]
		}
	}
	return flaws
}

var looksLikeForm = regexp.MustCompile(`^[\w.\[\]-]+=`)

// judgeBody finds out how the body is written, where nothing says it, and whether
// it survives a message that is hard to write so.
func (p *plan) judgeBody(body string) []Flaw {
	trimmed := strings.TrimSpace(body)
	if trimmed == "" {
		return nil
	}
	if p.method == http.MethodGet {
		return []Flaw{{"body", "a GET has no body", nil, "take it out, or write method: POST"}}
	}
	if p.contentType == "" {
		switch {
		case trimmed[0] == '{' || trimmed[0] == '[':
			p.contentType = "application/json"
		case trimmed[0] == '<':
			p.contentType = "application/xml"
		case looksLikeForm.MatchString(trimmed):
			p.contentType = "application/x-www-form-urlencoded"
		default:
			p.contentType = "text/plain; charset=utf-8"
		}
	}
	written, ok := formOf(p.contentType)
	v := bare(body, thorny.Text)
	if written == asQuery {
		v = bare(body, thorny.Text, thorny.To, thorny.Callback)
	}
	switch {
	case !ok:
		return []Flaw{{"content_type", "this is no type of a body", nil, "write it like application/json"}}
	case written == asJSON && !json.Valid([]byte(body)):
		return []Flaw{{"body", "this is no JSON when the text holds quotes", nil, `write {"to": {{json .To}}, "text": {{json .Text}}}, without quotes around them`}}
	case written != asJSON && written != asText && v != "":
		return []Flaw{unescaped("body", v, written)}
	}
	return nil
}

func formOf(contentType string) (form, bool) {
	kind, _, err := mime.ParseMediaType(contentType)
	switch {
	case err != nil:
		return asText, false
	case kind == "application/json", strings.HasSuffix(kind, "+json"):
		return asJSON, true
	case kind == "application/x-www-form-urlencoded":
		return asQuery, true
	case strings.HasSuffix(kind, "xml"):
		return asXML, true
	}
	return asText, true
}

// bare returns the first of the values that stands in the text as it is.
func bare(text string, values ...string) string {
	for _, v := range values {
		if strings.Contains(text, v) {
			return v
		}
	}
	return ""
}

func unescaped(field, value string, f form) Flaw {
	name := map[string]string{thorny.To: ".To", thorny.Text: ".Text", thorny.Callback: ".Callback"}[value]
	return Flaw{field, "{{" + name + "}} is not escaped here", nil, "write {{" + escapes[f] + " " + name + "}}"}
}
