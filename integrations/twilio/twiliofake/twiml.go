package twiliofake

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// verb is one element of a TwiML document.
type verb struct {
	name     string
	attrs    map[string]string
	text     string // its own text and that of the markup of speech in it
	children []verb
}

// ssml is the markup that may stand inside a Say.
var ssml = []string{"break", "emphasis", "lang", "p", "phoneme", "prosody", "s", "say-as", "sub", "w"}

// known is what may stand inside each element.
var known = map[string][]string{
	"Response": {"Say", "Pause", "Gather", "Redirect", "Hangup", "Message"},
	"Gather":   {"Say", "Pause"},
	"Message":  {"Body"},
	"Say":      ssml,
}

// parseTwiML reads an answer of the app as Twilio does, and refuses what the
// interpreter does not know.
func parseTwiML(a answer) ([]verb, error) {
	switch a.kind {
	case "text/xml", "application/xml":
	default:
		return nil, fmt.Errorf("12300: content type %q is not XML", a.kind)
	}
	decoder := xml.NewDecoder(bytes.NewReader(a.body))
	for {
		token, err := decoder.Token()
		if err != nil {
			return nil, fmt.Errorf("12100: no document: %w", err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if start.Name.Local != "Response" {
			return nil, fmt.Errorf("12100: the document is a <%s>", start.Name.Local)
		}
		root, err := parseVerb(decoder, start)
		if err != nil {
			return nil, err
		}
		for {
			rest, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				return root.children, nil
			}
			if _, more := rest.(xml.StartElement); err != nil || more {
				return nil, fmt.Errorf("12100: something follows </Response>: %w", err)
			}
		}
	}
}

func parseVerb(decoder *xml.Decoder, start xml.StartElement) (verb, error) {
	v := verb{name: start.Name.Local, attrs: map[string]string{}}
	for _, attr := range start.Attr {
		v.attrs[attr.Name.Local] = attr.Value
	}
	for {
		token, err := decoder.Token()
		if err != nil {
			return v, fmt.Errorf("12100: broken <%s>: %w", v.name, err)
		}
		switch token := token.(type) {
		case xml.CharData:
			v.text += string(token)
		case xml.EndElement:
			return v, nil
		case xml.StartElement:
			within := v.name
			if slices.Contains(ssml, within) {
				within = "Say"
			}
			if !slices.Contains(known[within], token.Name.Local) {
				return v, fmt.Errorf("12200: <%s> is not allowed in <%s>", token.Name.Local, v.name)
			}
			child, err := parseVerb(decoder, token)
			if err != nil {
				return v, err
			}
			if within == "Say" {
				v.text += " " + child.text + " "
				continue
			}
			v.children = append(v.children, child)
		}
	}
}

// words returns the text of a verb on one line; a Message may hold it in a Body.
func (v verb) words() string {
	text := v.text
	for _, child := range v.children {
		if child.name == "Body" {
			text += child.text
		}
	}
	if v.name == "Message" {
		return strings.TrimSpace(text)
	}
	return strings.Join(strings.Fields(text), " ")
}

// attr returns an attribute, or what Twilio takes for it.
func (v verb) attr(name, fallback string) string {
	if value, ok := v.attrs[name]; ok {
		return value
	}
	return fallback
}

// said returns everything a document would say, in order.
func said(verbs []verb) []string {
	var lines []string
	for _, v := range verbs {
		if v.name == "Say" {
			lines = append(lines, v.words())
		}
		lines = append(lines, said(v.children)...)
	}
	return lines
}
