package simulate

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
	"go.yaml.in/yaml/v3"
)

// A File is a file of unit tests: the configuration it is about, relative to the
// file, and the tests.
type File struct {
	Config string
	Tests  []Test
}

// ReadFile reads a file of tests. The error holds every mistake, each on a line of
// its own with file:line:column and what to do.
func ReadFile(path string) (File, error) {
	src, err := os.ReadFile(path)
	if err != nil {
		return File{}, err
	}
	return Parse(path, src)
}

// Parse reads the text of a file of tests.
func Parse(name string, src []byte) (File, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(src, &doc); err != nil {
		return File{}, fmt.Errorf("%s: %s", name, strings.TrimPrefix(err.Error(), "yaml: "))
	}
	p := &parser{name: name}
	var f File
	if len(doc.Content) == 0 {
		return f, fmt.Errorf("%s:1:1: the file is empty; it needs config and tests", name)
	}
	top := p.fields(doc.Content[0], "config", "tests")
	f.Config = top.text("config")
	if f.Config == "" {
		p.wrong(doc.Content[0], "config is missing; name the configuration file, relative to this one")
	}
	for _, n := range top.list("tests") {
		f.Tests = append(f.Tests, p.test(n))
	}
	return f, errors.Join(p.mistakes...)
}

type parser struct {
	name     string
	mistakes []error
}

func (p *parser) wrong(n *yaml.Node, format string, args ...any) {
	p.mistakes = append(p.mistakes, fmt.Errorf("%s:%d:%d: %s", p.name, n.Line, n.Column, fmt.Sprintf(format, args...)))
}

func (p *parser) test(n *yaml.Node) Test {
	m := p.fields(n, "name", "start", "team", "policy", "until", "events", "expect")
	t := Test{Name: m.text("name"), Team: oncall.TeamID(m.text("team")), Policy: m.text("policy"), Until: m.duration("until")}
	for _, field := range []string{"start", "team", "until"} {
		if m.nodes[field] == nil {
			p.wrong(n, "test %q has no %s", t.Name, field)
		}
	}
	t.Start = m.start()
	triggered := map[string]bool{}
	for _, e := range m.list("events") {
		h := p.happening(e)
		t.Events = append(t.Events, h)
		if h.Verb == "trigger" {
			triggered[h.Object] = true
		}
	}
	for i, h := range t.Events {
		switch h.Verb {
		case "acknowledge", "unacknowledge", "snooze", "escalate", "reassign":
			if !triggered[h.Object] {
				p.wrong(m.list("events")[i], "%s: nothing triggers %q in this test", h.Verb, h.Object)
			}
		}
	}
	for _, e := range m.list("expect") {
		t.Expect = append(t.Expect, p.expectation(e))
	}
	return t
}

// verbs are what can happen in a test, and what each may say besides.
var verbs = map[string][]string{
	"trigger":       {"summary", "severity"},
	"acknowledge":   {"by"},
	"unacknowledge": {"by"},
	"resolve":       {"by"},
	"snooze":        {"by", "for"},
	"escalate":      {"by"},
	"reassign":      {"by", "to"},
	"override":      {"on_call", "for", "instead_of", "by"},
	"maintenance":   {"for", "by"},
	"undelivered":   {"via"},
	"reload":        nil,
	"down":          nil,
	"up":            nil,
}

func (p *parser) happening(n *yaml.Node) Happening {
	h := Happening{Line: n.Line}
	known := []string{"at"}
	for i := 0; n.Kind == yaml.MappingNode && i < len(n.Content); i += 2 {
		if also, ok := verbs[n.Content[i].Value]; ok {
			h.Verb, h.Object = n.Content[i].Value, n.Content[i+1].Value
			known = append(append(known, h.Verb), also...)
		}
	}
	if h.Verb == "" {
		p.wrong(n, "an event is at: and one of %s", strings.Join(sortedVerbs(), ", "))
		return h
	}
	m := p.fields(n, known...)
	h.At, h.For = m.duration("at"), m.duration("for")
	h.Summary, h.Severity, h.To = m.text("summary"), m.text("severity"), m.text("to")
	h.By, h.Instead, h.Via = oncall.PersonID(m.text("by")), oncall.PersonID(m.text("instead_of")), oncall.Method(m.text("via"))
	for _, who := range m.texts("on_call") {
		h.OnCall = append(h.OnCall, oncall.PersonID(who))
	}
	needs := map[string]string{"snooze": "for", "override": "for", "maintenance": "for", "reassign": "to", "undelivered": "via"}[h.Verb]
	if needs != "" && m.nodes[needs] == nil {
		p.wrong(n, "%s needs %s:", h.Verb, needs)
	}
	return h
}

func (p *parser) expectation(n *yaml.Node) Expectation {
	m := p.fields(n, "at", "page", "via", "incident", "incidents", "fallback")
	w := Expectation{At: m.duration("at"), Line: n.Line, Page: m.text("page"), Via: oncall.Method(m.text("via")), Fallback: m.text("fallback")}
	w.Incidents = m.texts("incidents")
	if one := m.text("incident"); one != "" {
		w.Incidents = []string{one}
	}
	if (w.Page == "") == (w.Fallback == "") {
		p.wrong(n, "an expectation is at: with page: PERSON, via: METHOD, or with fallback: channel, person:P or team:T")
	}
	return w
}

func sortedVerbs() []string {
	names := make([]string, 0, len(verbs))
	for v := range verbs {
		names = append(names, v)
	}
	slices.Sort(names)
	return names
}

// mapping is a YAML mapping whose keys have been checked.
type mapping struct {
	p     *parser
	nodes map[string]*yaml.Node
}

func (p *parser) fields(n *yaml.Node, known ...string) mapping {
	m := mapping{p: p, nodes: map[string]*yaml.Node{}}
	if n.Kind != yaml.MappingNode {
		p.wrong(n, "this should be a mapping with %s", strings.Join(known, ", "))
		return m
	}
	for i := 0; i < len(n.Content); i += 2 {
		key := n.Content[i]
		if !slices.Contains(known, key.Value) {
			p.wrong(key, "unknown key %q; known here: %s", key.Value, strings.Join(known, ", "))
			continue
		}
		m.nodes[key.Value] = n.Content[i+1]
	}
	return m
}

func (m mapping) text(key string) string {
	if n := m.nodes[key]; n != nil {
		return n.Value
	}
	return ""
}

// texts reads a list, or a single value in place of one.
func (m mapping) texts(key string) []string {
	n := m.nodes[key]
	if n == nil {
		return nil
	}
	if n.Kind == yaml.ScalarNode {
		return []string{n.Value}
	}
	var all []string
	for _, item := range n.Content {
		all = append(all, item.Value)
	}
	return all
}

func (m mapping) list(key string) []*yaml.Node {
	n := m.nodes[key]
	if n == nil || n.Kind == yaml.ScalarNode && n.Value == "" {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		m.p.wrong(n, "%s should be a list", key)
		return nil
	}
	return n.Content
}

func (m mapping) duration(key string) time.Duration {
	n := m.nodes[key]
	if n == nil {
		return 0
	}
	d, err := oncall.ParseDuration(n.Value)
	if err != nil {
		m.p.wrong(n, "%s: %v", key, err)
	}
	return d
}

func (m mapping) start() time.Time {
	n := m.nodes["start"]
	if n == nil {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, n.Value)
	if err != nil {
		m.p.wrong(n, "start: %q is not a time with its offset, such as 2026-03-08T01:30:00-05:00", n.Value)
	}
	return at
}
