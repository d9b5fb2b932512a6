package gateway

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"text/template"
)

// A Recipe says how a gateway is asked to send one SMS. URL, Body and the values
// of Headers are templates over a message; empty fields are left out.
type Recipe struct {
	URL         string
	Method      string // empty: POST
	Headers     map[string]string
	Body        string
	ContentType string   // empty: by what the body looks like
	Secret      string   // signs the addresses for receipts
	Hidden      []string // what else may appear nowhere
}

// A message is what the templates see.
type message struct {
	ID       string // of the page
	To       string // E.164
	Text     string
	Callback string // the address for its receipt; empty: there is none
}

// A Flaw is what is wrong with one field of a Recipe.
type Flaw struct {
	Field  string // as the configuration has it: "url", "headers.X-Key"
	Wrong  string
	Cause  error // a parser's words, which may quote the value; nil: none
	Remedy string
}

// A Setup is a Recipe that was tried. The zero Setup is no gateway. Printing it
// tells nothing.
type Setup struct{ plan *plan }

// Ready reports whether there is a gateway.
func (s Setup) Ready() bool { return s.plan != nil }

// Receipts reports whether the gateway is asked to tell what became of an SMS.
func (s Setup) Receipts() bool { return s.plan != nil && s.plan.receipts }

// plan is what requests are made by.
type plan struct {
	method      string
	url, body   *template.Template
	headers     []header
	contentType string
	receipts    bool
	key         []byte // signs the addresses for receipts
	hidden      string // all that may be told nowhere
}

type header struct {
	name  string
	value *template.Template
}

// functions are what templates may call beside the language's own, of which
// urlquery and html escape.
var functions = template.FuncMap{
	"json": func(text string) (string, error) {
		quoted, err := json.Marshal(text)
		return string(quoted), err
	},
	"digits": func(number string) string { return strings.TrimPrefix(number, "+") },
}

// Compile parses the templates and tries them. With a Flaw there is no Setup.
func Compile(r Recipe) (Setup, []Flaw) {
	var flaws []Flaw
	parse := func(field, text string) *template.Template {
		t, err := template.New(field).Option("missingkey=error").Funcs(functions).Parse(text)
		if err != nil {
			flaws = append(flaws, Flaw{field, "this is no template", plain(err), "write {{.To}}, {{.Text}}, {{.Callback}} or {{.ID}}"})
		}
		return t
	}
	p := &plan{method: r.Method, url: parse("url", r.URL), body: parse("body", r.Body), contentType: r.ContentType}
	if p.method == "" {
		p.method = http.MethodPost
	}
	for _, name := range slices.Sorted(maps.Keys(r.Headers)) {
		p.headers = append(p.headers, header{name, parse(headersField+name, r.Headers[name])})
	}
	if len(flaws) > 0 {
		return Setup{}, flaws
	}
	if flaws = p.try(r); len(flaws) > 0 {
		return Setup{}, flaws
	}
	key, err := hkdf.Key(sha256.New, []byte(r.Secret), nil, "earshot gateway receipts", sha256.Size)
	if err != nil {
		return Setup{}, []Flaw{{"secret", "no key can be made of it", err, "use another"}}
	}
	p.key = key
	p.hidden = strings.Join(slices.Concat(slices.Collect(maps.Values(r.Headers)), r.Hidden, []string{r.URL, r.Secret}), "\n")
	return Setup{p}, nil
}

// headersField is what the field of a header is called before its name.
const headersField = "headers."

// plain is a template's error without what everybody knows.
func plain(err error) error {
	return errors.New(strings.TrimPrefix(err.Error(), "template: "))
}

// maxRequest bounds what a template may make of a message.
const maxRequest = 64 << 10

// bounded is a text of at most maxRequest bytes.
type bounded struct{ strings.Builder }

// Write implements io.Writer.
func (b *bounded) Write(more []byte) (int, error) {
	if b.Len()+len(more) > maxRequest {
		return 0, fmt.Errorf("longer than %d bytes", maxRequest)
	}
	return b.Builder.Write(more)
}

// fill makes one field of a request.
func fill(t *template.Template, m message) (string, error) {
	var b bounded
	if err := t.Execute(&b, m); err != nil {
		return "", plain(err)
	}
	return b.String(), nil
}

// origin is what no message may change about an address.
func origin(u *url.URL) string { return u.Scheme + "://" + u.User.String() + "@" + u.Host }
