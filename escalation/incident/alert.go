package incident

import (
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A Severity says how bad it is.
type Severity string

// The severities, worst first.
const (
	Critical Severity = "critical"
	Error    Severity = "error"
	Warning  Severity = "warning"
	Info     Severity = "info"
)

// ParseSeverity reads a sender's word; anything unknown is Critical, since an
// alert too loud is better than one too quiet.
func ParseSeverity(s string) Severity {
	switch v := Severity(strings.ToLower(strings.TrimSpace(s))); v {
	case Error, Warning, Info:
		return v
	}
	return Critical
}

// Worse reports whether s is a higher severity than t.
func (s Severity) Worse(t Severity) bool { return s.rank() > t.rank() }

func (s Severity) rank() int {
	switch s {
	case Info:
		return 0
	case Warning:
		return 1
	case Error:
		return 2
	}
	return 3
}

// A Link leads to a runbook, a chart or the sender.
type Link struct {
	Href string `json:"href"`
	Text string `json:"text,omitempty"`
}

// An Alert is what a sender said, cleaned of what could do harm: valid UTF-8
// without control and bidirectional characters, bounded in length.
type Alert struct {
	Title       string
	Severity    Severity
	Source      string
	RoutingKey  string
	Labels      map[string]string
	Annotations map[string]string
	Links       []Link
	Members     []Member // of a group: those that fire
	Repeats     bool     // the sender says it again while it lasts, so that its silence means something
}

// A Group says with which other alerts an alert belongs: those of the same name that
// fire while the window since the first of them lasts share its incident. The zero
// Group is an alert by itself.
type Group struct {
	Name   string // the values that they have in common
	Window time.Duration
}

// A Claim asks for the incident that an alert opens.
type Claim struct {
	Key   Key
	Team  oncall.TeamID
	Old   ID // where the key pointed when it was read
	Group Group
}

// A Route says where an alert goes.
type Route struct {
	Team    oncall.TeamID
	Policy  string          // empty: the team's default
	Person  oncall.PersonID // in place of the policy: that person alone
	Urgency oncall.Urgency  // empty: oncall.High
	Because string          // "route 2 (severity=\"info\")", "integration prometheus", "catch_all"
	Matched string          // the matchers of the route that claimed it; empty: none did
	Warning string          // for the card: an unknown routing key, the catch-all
}
