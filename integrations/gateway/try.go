package gateway

import (
	"fmt"
	"strings"
)

// The messages that templates are tried with. What has to be escaped anywhere
// stands in the first; the second differs from it in everything.
var (
	thorny = message{
		ID: "PLATFORM-42/p3", To: "+16175550101",
		Text:     `PLATFORM-42 CRITICAL: "disk" & 100% of C:\ <full> + 1`,
		Callback: "https://oncall.example.com/gateway/status?page=PLATFORM-42%2Fp3&sig=c2ln",
	}
	other = message{ID: "WEB-7/p1", To: "+442071838750", Text: "WEB-7 ERROR: slow", Callback: "http://other.example.com/?page=WEB-7%2Fp1&sig=b3Ro"}
)

// minSecret is the shortest secret that is taken, in bytes.
const minSecret = 16

// try makes two requests that nobody gets, and sets what follows from them.
func (p *plan) try(r Recipe) []Flaw {
	first, flaws := p.draft(thorny)
	if len(flaws) > 0 {
		return flaws
	}
	second, flaws := p.draft(other)
	if len(flaws) > 0 {
		return flaws
	}
	flaws = append(p.judgeAddress(first.url, second.url), p.judgeHeaders(first)...)
	flaws = append(flaws, p.judgeBody(first.body)...)
	differs := func(change func(*message)) bool {
		m := thorny
		change(&m)
		d, _ := p.draft(m)
		return d.text() != first.text()
	}
	if !differs(func(m *message) { m.Text = other.Text }) {
		flaws = append(flaws, Flaw{"", "this gateway is never told the text", nil, "write {{.Text}} where it belongs"})
	}
	if !differs(func(m *message) { m.To = other.To }) {
		flaws = append(flaws, Flaw{"", "this gateway is never told the number", nil, "write {{.To}}, or {{digits .To}} without the +, where it belongs"})
	}
	p.receipts = differs(func(m *message) { m.Callback = "" })
	if p.receipts && len(r.Secret) < minSecret {
		flaws = append(flaws, Flaw{"secret", fmt.Sprintf("the secret that signs {{.Callback}} is shorter than %d characters", minSecret), nil,
			`add secret: "${NAME}", long and random, the same for all instances`})
	}
	return flaws
}

// A draft is a request as the templates make it.
type draft struct {
	url, body string
	headers   []string // as p.headers
}

func (d draft) text() string { return d.url + "\n" + strings.Join(d.headers, "\n") + "\n" + d.body }

// draft fills all templates.
func (p *plan) draft(m message) (draft, []Flaw) {
	var d draft
	var flaws []Flaw
	wrong := func(field string, err error) {
		if err != nil {
			flaws = append(flaws, Flaw{field, "this template can't be filled", err, "write {{.To}}, {{.Text}}, {{.Callback}} or {{.ID}}"})
		}
	}
	var err error
	d.url, err = fill(p.url, m)
	wrong("url", err)
	d.body, err = fill(p.body, m)
	wrong("body", err)
	for _, h := range p.headers {
		value, err := fill(h.value, m)
		wrong(headersField+h.name, err)
		d.headers = append(d.headers, value)
	}
	return d, flaws
}
