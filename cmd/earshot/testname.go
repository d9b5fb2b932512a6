package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// names looks up everything that the tests name in the configuration, so that a
// misspelt person is a mistake with its place and not a page that never comes.
func (s suite) names() error {
	src, err := os.ReadFile(s.path)
	if err != nil {
		return err
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(src, &doc); err != nil {
		return fmt.Errorf("%s: %w", s.path, err)
	}
	var l lookup
	for _, test := range value(doc.Content[0], "tests").Content {
		l.rosters, l.keys = []oncall.Roster{s.setup.Roster}, nil
		l.test(s, test)
	}
	slices.SortStableFunc(l.wrong, func(a, b misnomer) int {
		return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.column, b.column))
	})
	var all []error
	for _, m := range l.wrong {
		all = append(all, fmt.Errorf("%s:%d:%d: %s", s.path, m.line, m.column, m.text))
	}
	return errors.Join(all...)
}

// A lookup knows the names that a test may use: those of its configuration and of
// every other one that it loads.
type lookup struct {
	rosters []oncall.Roster
	team    oncall.TeamID
	keys    []string // incidents that the test triggers
	wrong   []misnomer
}

// A misnomer is a name that stands for nothing.
type misnomer struct {
	line, column int
	text         string
}

func (l *lookup) test(s suite, test *yaml.Node) {
	events := value(test, "events").Content
	for _, e := range events {
		if n := value(e, "reload"); n.Value != "" {
			setup, err := s.load(n.Value)
			if err != nil {
				l.fault(n, "reload %s: %v", n.Value, err)
			}
			l.rosters = append(l.rosters, setup.Roster)
		}
		if n := value(e, "trigger"); n.Value != "" {
			l.keys = append(l.keys, n.Value)
		}
	}
	l.team = oncall.TeamID(value(test, "team").Value)
	l.known(value(test, "team"), "team", l.teams())
	l.known(value(test, "policy"), "policy of team "+string(l.team), l.policies())
	for _, e := range events {
		l.event(e)
	}
	for _, e := range value(test, "expect").Content {
		l.expectation(e)
	}
}

func (l *lookup) event(e *yaml.Node) {
	for _, key := range []string{"by", "instead_of", "undelivered"} {
		l.known(value(e, key), "person", l.people())
	}
	for _, n := range several(value(e, "on_call")) {
		l.known(n, "person", l.people())
	}
	l.known(value(e, "via"), "way to page", []string{"chat", "sms", "voice"})
	l.known(value(e, "maintenance"), "team", l.teams())
	if n := value(e, "override"); n.Value != "" {
		l.known(n, "schedule", l.schedules(strings.Contains(n.Value, "/")))
	}
	switch n := value(e, "to"); {
	case strings.HasPrefix(n.Value, "policy:"):
		l.prefixed(n, "policy:", "policy of team "+string(l.team), l.policies())
	case strings.HasPrefix(n.Value, "person:"), strings.HasPrefix(n.Value, "team:"):
		l.target(n)
	default:
		l.known(n, "team", l.teams())
	}
}

func (l *lookup) expectation(e *yaml.Node) {
	l.known(value(e, "page"), "person", append(l.people(), "channel"))
	l.known(value(e, "via"), "way to page", []string{"chat", "sms", "voice", "channel"})
	for _, key := range []string{"incident", "incidents"} {
		for _, n := range several(value(e, key)) {
			l.known(n, "triggered incident", l.keys)
		}
	}
	if n := value(e, "fallback"); n.Value != "" && n.Value != "channel" {
		l.target(n)
	}
}

// target looks up "person:ben" or "team:web".
func (l *lookup) target(n *yaml.Node) {
	if strings.HasPrefix(n.Value, "team:") {
		l.prefixed(n, "team:", "team", l.teams())
		return
	}
	l.prefixed(n, "person:", "person", l.people())
}

func (l *lookup) prefixed(n *yaml.Node, prefix, what string, there []string) {
	name, ok := strings.CutPrefix(n.Value, prefix)
	if !ok {
		l.fault(n, "%q is not channel, person:NAME or team:NAME", n.Value)
		return
	}
	bare := *n
	bare.Value = name
	l.known(&bare, what, there)
}

// known reports a name that is not among those there are.
func (l *lookup) known(n *yaml.Node, what string, there []string) {
	if n.Value == "" || slices.Contains(there, n.Value) {
		return
	}
	there = slices.Compact(slices.Sorted(slices.Values(there)))
	l.fault(n, "there is no %s %q; %s", what, n.Value, oneOf(there))
}

func (l *lookup) fault(n *yaml.Node, format string, args ...any) {
	l.wrong = append(l.wrong, misnomer{n.Line, n.Column, fmt.Sprintf(format, args...)})
}

func (l *lookup) people() (all []string) {
	for _, r := range l.rosters {
		for id := range maps.Keys(r.People) {
			all = append(all, string(id))
		}
	}
	return all
}

func (l *lookup) teams() (all []string) {
	for _, r := range l.rosters {
		for _, id := range r.TeamIDs() {
			all = append(all, string(id))
		}
	}
	return all
}

func (l *lookup) policies() (all []string) {
	for _, r := range l.rosters {
		all = slices.AppendSeq(all, maps.Keys(r.Teams[l.team].Policies))
	}
	return all
}

// schedules are the test's own team's, or everybody's with their teams.
func (l *lookup) schedules(qualified bool) (all []string) {
	for _, r := range l.rosters {
		if !qualified {
			all = append(all, r.Teams[l.team].ScheduleNames()...)
			continue
		}
		for _, id := range r.TeamIDs() {
			for _, name := range r.Teams[id].ScheduleNames() {
				all = append(all, string(id)+"/"+name)
			}
		}
	}
	return all
}

// value is what stands at a key of a mapping; an empty node where nothing does.
func value(n *yaml.Node, key string) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return &yaml.Node{}
}

// several are the items of a list, or a single value in place of one.
func several(n *yaml.Node) []*yaml.Node {
	if n.Kind == yaml.ScalarNode {
		return []*yaml.Node{n}
	}
	return n.Content
}
