package intake

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// A mistake is what is wrong with a body, and where.
type mistake struct {
	field   string
	problem string
}

func (m *mistake) Error() string { return m.field + " " + m.problem }

// bodyField is the field of a mistake in the body as a whole.
const bodyField = "body"

// fields are the members of a JSON object, not read yet.
type fields map[string]json.RawMessage

// read takes a body, or a part of one that is called name, for a JSON object.
func read(name string, body []byte) (fields, error) {
	var f fields
	if name == bodyField {
		body = bytes.TrimPrefix(body, []byte("\uFEFF"))
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, &mistake{name, "is empty: a JSON object is wanted"}
	}
	if err := json.Unmarshal(body, &f); err != nil {
		if json.Valid(body) {
			return nil, &mistake{name, "is not a JSON object"}
		}
		return nil, &mistake{name, "is not JSON: " + reason(err)}
	}
	return f, nil
}

// reason keeps the parser's words only where they quote no more than a character.
func reason(err error) string {
	if s := visible(err.Error()); len(s) < 120 {
		return s
	}
	return "it cannot be read"
}

// within moves a mistake into the part of the body that it was found in.
func within(name string, err error) error {
	if m := (*mistake)(nil); errors.As(err, &m) {
		return &mistake{name + "." + m.field, m.problem}
	}
	return err
}

// has reports whether a field is there with a value.
func (f fields) has(name string) bool {
	raw, ok := f[name]
	return ok && string(raw) != "null"
}

// text reads a string; empty where there is none.
func (f fields) text(name string) (string, error) {
	if !f.has(name) {
		return "", nil
	}
	var s string
	if err := json.Unmarshal(f[name], &s); err != nil {
		return "", &mistake{name, "must be a string"}
	}
	return s, nil
}

// A word is a string field and where it goes.
type word struct {
	name string
	to   *string
}

// texts reads several strings.
func (f fields) texts(words ...word) (err error) {
	for _, w := range words {
		if *w.to, err = f.text(w.name); err != nil {
			return err
		}
	}
	return nil
}

// loose reads whatever is there as text: numbers as they are written, lists and
// objects as JSON.
func (f fields) loose(name string) string {
	if s, err := f.text(name); err == nil {
		return s
	}
	var b bytes.Buffer
	if err := json.Compact(&b, f[name]); err != nil {
		return ""
	}
	return b.String()
}

// pairs reads an object whose values are strings, numbers or booleans.
func (f fields) pairs(name string) (map[string]string, error) {
	if !f.has(name) {
		return nil, nil
	}
	var inner fields
	if err := json.Unmarshal(f[name], &inner); err != nil {
		return nil, &mistake{name, "must be an object of strings"}
	}
	all := make(map[string]string, len(inner))
	for key, raw := range inner {
		if strings.IndexByte("{[", raw[0]) >= 0 {
			return nil, &mistake{name + "." + line(key, maxWord), "must be a string"}
		}
		all[key] = inner.loose(key)
	}
	return all, nil
}

// list reads a list of anything.
func (f fields) list(name string) ([]json.RawMessage, error) {
	if !f.has(name) {
		return nil, nil
	}
	var all []json.RawMessage
	if err := json.Unmarshal(f[name], &all); err != nil {
		return nil, &mistake{name, "must be a list"}
	}
	return all, nil
}

// entry names one piece of a list.
func entry(name string, i int) string { return fmt.Sprintf("%s[%d]", name, i) }
