package simulate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A Test is one unit test of an on-call set-up.
type Test struct {
	Name   string
	Start  time.Time
	Team   oncall.TeamID
	Policy string        // empty: the team's default
	Until  time.Duration // after Start, inclusive
	Events []Happening
	Expect []Expectation
}

// A Happening is one line of a test's events.
type Happening struct {
	At   time.Duration // after Start
	Line int           // in the test file

	Verb     string // trigger, acknowledge, unacknowledge, resolve, snooze, escalate, reassign, override, maintenance, undelivered, reload, down, up
	Object   string // an incident's key, a schedule, a team, a person, a file
	Summary  string
	Severity string
	By       oncall.PersonID
	For      time.Duration
	To       string // reassign: web, policy:night, person:ben
	OnCall   []oncall.PersonID
	Instead  oncall.PersonID
	Via      oncall.Method
}

// An Expectation is one page, or one fallback told, that a test wants.
type Expectation struct {
	At        time.Duration
	Line      int
	Page      string // a person, or "channel"
	Via       oncall.Method
	Incidents []string // keys; empty: whichever
	Fallback  string   // "channel", "person:paul"
}

// A Setup is what a configuration file gives a test.
type Setup struct {
	Roster  oncall.Roster
	Urgency func(incident.Alert) oncall.Urgency // by the routes; nil: always high
}

// An Outcome is what a test came to. Got is everything that went out, in order.
type Outcome struct {
	Name string
	OK   bool
	Got  []Got
	Diff string // empty when OK
}

// Got is one page, or one fallback told, as a test names it.
type Got struct {
	At        time.Duration
	Page      string
	Via       oncall.Method
	Incidents []string
	Fallback  string
	backup    bool // a page of somebody who is the fallback
	why       Why
}

// senderOfTests is the integration whose alerts a test's events are.
const senderOfTests = "test"

// Run runs a test. load reads another configuration for a reload event. An error
// means that the test itself is wrong.
func Run(ctx context.Context, t Test, setup Setup, load func(file string) (Setup, error)) (Outcome, error) {
	s := &script{test: t, setup: setup, load: load, keys: map[incident.ID]string{}}
	s.world = NewWorld(setup.Roster, t.Start)
	events := slices.Clone(t.Events)
	slices.SortStableFunc(events, func(a, b Happening) int { return int(a.At - b.At) })
	for len(events) > 0 && events[0].At <= t.Until {
		at := events[0].At
		if err := s.world.Wind(ctx, t.Start.Add(at), false); err != nil {
			return Outcome{}, err
		}
		n := 0
		for n < len(events) && events[n].At == at {
			n++
		}
		if err := s.moment(ctx, events[:n]); err != nil {
			return Outcome{}, err
		}
		events = events[n:]
	}
	if err := s.world.Wind(ctx, t.Start.Add(t.Until), true); err != nil {
		return Outcome{}, err
	}
	got := s.got()
	diff := s.diff(got)
	return Outcome{Name: t.Name, OK: diff == "", Got: got, Diff: diff}, nil
}

type script struct {
	test  Test
	setup Setup
	load  func(string) (Setup, error)
	world *World
	keys  map[incident.ID]string
	book  oncall.Book // what was done in chat, which a reload leaves as it is
}

// moment plays everything that happens at the same time: people and senders come
// before timers, carriers' reports after them.
func (s *script) moment(ctx context.Context, events []Happening) error {
	for _, e := range events {
		if e.Verb != "undelivered" {
			if err := s.play(ctx, e); err != nil {
				return fmt.Errorf("line %d: %w", e.Line, err)
			}
		}
	}
	if err := s.world.Wind(ctx, s.world.Now(), true); err != nil {
		return err
	}
	for _, e := range events {
		if e.Verb == "undelivered" {
			if err := s.world.Undelivered(ctx, oncall.PersonID(e.Object), e.Via); err != nil {
				return fmt.Errorf("line %d: %w", e.Line, err)
			}
		}
	}
	return s.world.Wind(ctx, s.world.Now(), true)
}

func (s *script) play(ctx context.Context, e Happening) error {
	key := incident.Key{Integration: senderOfTests, Dedup: e.Object}
	by := incident.By(e.By)
	id := s.world.store.keys[key]
	var ev incident.Event
	switch e.Verb {
	case "trigger":
		in, err := s.world.Apply(ctx, s.alert(key, e))
		s.keys[in.ID] = e.Object
		return err
	case "resolve":
		if e.By == "" {
			by = incident.Actor{Name: senderOfTests}
		}
		ev = incident.AlertResolved{Key: key, By: by}
	case "acknowledge":
		ev = incident.Acked{ID: id, By: by}
		if e.By == "" {
			ev = incident.AlertAcknowledged{Key: key, By: incident.Actor{Name: senderOfTests}}
		}
	case "unacknowledge":
		ev = incident.Unacked{ID: id, By: by}
	case "snooze":
		ev = incident.Slept{ID: id, By: by, For: e.For}
	case "escalate":
		ev = incident.Escalated{ID: id, By: by}
	case "reassign":
		ev = reassigned(id, by, e.To)
	default:
		return s.arrange(e)
	}
	_, err := s.world.Apply(ctx, ev)
	if errors.Is(err, incident.ErrRefused) || errors.Is(err, incident.ErrResolved) || errors.Is(err, incident.ErrNotFound) {
		return nil // people press buttons too late in life as well
	}
	return err
}

// arrange plays what concerns no single incident.
func (s *script) arrange(e Happening) error {
	now := s.world.Now()
	switch e.Verb {
	case "override":
		team, name := splitSchedule(e.Object, s.test.Team)
		id := strconv.Itoa(len(s.book.Bookings) + 1)
		o := oncall.Override{ID: id, Start: now, End: now.Add(e.For), OnCall: e.OnCall, InsteadOf: e.Instead}
		s.book.Bookings = append(s.book.Bookings, oncall.Booking{Override: o, Team: team, Schedule: name, By: e.By, Why: e.Verb, Made: now})
		s.refresh()
	case "maintenance":
		id := strconv.Itoa(len(s.book.Maintenance) + 1)
		m := oncall.Maintenance{ID: id, Team: oncall.TeamID(e.Object), Start: now, End: now.Add(e.For), By: e.By, Made: now}
		s.book.Maintenance = append(s.book.Maintenance, m)
		s.refresh()
	case "reload":
		setup, err := s.load(e.Object)
		if err != nil {
			return err
		}
		s.setup = setup
		s.refresh()
	case "down":
		s.world.Down()
	case "up":
		s.world.Up()
	}
	return nil
}

// refresh puts what was done in chat above the configuration.
func (s *script) refresh() {
	s.world.SetRoster(s.setup.Roster.With(s.book))
}

func (s *script) alert(key incident.Key, e Happening) incident.AlertFired {
	title := e.Summary
	if title == "" {
		title = e.Object
	}
	a := incident.Alert{Title: title, Severity: incident.ParseSeverity(e.Severity), Labels: map[string]string{"severity": e.Severity}}
	urgency := oncall.High
	if s.setup.Urgency != nil {
		urgency = s.setup.Urgency(a)
	}
	return incident.AlertFired{Key: key, Alert: a, Route: incident.Route{
		Team: s.test.Team, Policy: s.test.Policy, Urgency: urgency, Because: "the test says so",
	}}
}

// got names what went out as the test does.
func (s *script) got() []Got {
	var got []Got
	for _, p := range s.world.Paged {
		g := Got{At: p.At.Sub(s.test.Start), Page: string(p.Person), Via: p.Via, Fallback: p.Fallback, backup: p.ForBackup, why: p.Because}
		if p.Via == oncall.Channel {
			g.Page = string(oncall.Channel)
		}
		for _, id := range p.Incidents {
			g.Incidents = append(g.Incidents, s.keys[id])
		}
		got = append(got, g)
	}
	return got
}

func reassigned(id incident.ID, by incident.Actor, to string) incident.Event {
	ev := incident.Reassigned{ID: id, By: by}
	switch t, ok := oncall.ParseTarget(to); {
	case ok && t.Kind == oncall.ToPerson:
		ev.Person = oncall.PersonID(t.Name)
	case ok && t.Kind == oncall.ToTeam:
		ev.Team = t.Team
	default:
		policy, ok := strings.CutPrefix(to, "policy:")
		if ok {
			ev.Policy = policy
		} else {
			ev.Team = oncall.TeamID(to)
		}
	}
	return ev
}

// splitSchedule reads "platform/techops", or "techops" of the test's own team.
func splitSchedule(s string, own oncall.TeamID) (oncall.TeamID, string) {
	if team, name, ok := strings.Cut(s, "/"); ok {
		return oncall.TeamID(team), name
	}
	return own, s
}
