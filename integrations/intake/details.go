package intake

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// detail sorts what a sender knows besides: a short value becomes a label, so that
// routes can ask for it; a long or nested one is read, not matched, and becomes an
// annotation.
func detail(a *incident.Alert, name string, raw json.RawMessage) {
	value := fields{name: raw}.loose(name)
	nested := strings.IndexByte("{[", raw[0]) >= 0
	if nested || len(value) > maxWord || strings.Contains(value, "\n") {
		a.Annotations[name] = value
		return
	}
	a.Labels[name] = value
}

// details sorts every member of an object. Anything else that a sender put in its
// place is an annotation of the object's name: no alert is lost over its details.
func (f fields) details(a *incident.Alert, name string) {
	var inner fields
	if err := json.Unmarshal(f[name], &inner); err != nil {
		a.Annotations[name] = f.loose(name)
		return
	}
	for _, key := range slices.Sorted(maps.Keys(inner)) {
		detail(a, key, inner[key])
	}
}

// label sets those labels that a field has words for, over what details said.
func (f fields) label(a *incident.Alert, names ...string) {
	for _, name := range names {
		if value := f.loose(name); strings.TrimSpace(value) != "" {
			a.Labels[name] = value
		}
	}
}

// words joins a list of words by commas, or takes the one that stands in its place.
func (f fields) words(name string) string {
	all, err := f.list(name)
	if err != nil {
		return f.loose(name)
	}
	words := make([]string, len(all))
	for i, raw := range all {
		words[i] = fields{name: raw}.loose(name)
	}
	return strings.Join(words, ",")
}

// sub reads an object inside another; there may be none.
func (f fields) sub(name string) (fields, error) {
	if !f.has(name) {
		return fields{}, nil
	}
	return read(name, f[name])
}

// addresses reads a list of objects that lead somewhere. What is no such object is
// left out: no alert is lost over a link.
func (f fields) addresses(list, href, text string) []incident.Link {
	all, err := f.list(list)
	if err != nil {
		return nil
	}
	var links []incident.Link
	for _, raw := range all {
		var link fields
		if err := json.Unmarshal(raw, &link); err == nil {
			links = append(links, incident.Link{Href: link.loose(href), Text: link.loose(text)})
		}
	}
	return links
}
