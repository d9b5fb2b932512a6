package commands

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/escalation/report"
)

// night is a Sunday, 02:00 in New York.
var night = time.Date(2026, time.January, 11, 7, 0, 0, 0, time.UTC)

// desk is a Desk in memory that decides as the real one does.
type desk struct {
	mu        sync.Mutex // for many goroutines that act on many incidents
	now       time.Time
	roster    oncall.Roster
	incidents map[incident.ID]incident.Incident
	events    []incident.Event
	broken    error

	book    oncall.Book
	rows    []oncall.Row
	letters []oncall.Letter
	rival   func() // runs once, right before the next Write
	future  Forecast
	entries map[incident.ID][]incident.Entry // in place of what happened
	hidden  bool                             // no public address is known
	hearts  []Heartbeat

	recorded []oncall.Row  // beside the rows of changes
	pace     time.Duration // what whoever asks too much has to wait

	reaches map[oncall.PersonID]oncall.Reach
	unread  error         // returned in place of the reaches
	wait    time.Duration // until the next test may be paid for
	spent   int
	codes   codes
}

func (d *desk) Timeline(_ context.Context, id incident.ID) ([]incident.Entry, error) {
	if entries, ok := d.entries[id]; ok {
		return entries, d.broken
	}
	return d.incidents[id].Timeline, d.broken
}

func (d *desk) Foretell(context.Context, oncall.TeamID, oncall.PersonID) (Forecast, error) {
	return d.future, d.broken
}

func (d *desk) Heartbeats(context.Context) ([]Heartbeat, error) { return d.hearts, d.broken }

func (d *desk) Ways() Ways {
	return Ways{Integrations: []string{"prometheus", "cron"}, Routes: []string{`severity="info"`, `cluster=~"eu-.*"`}}
}

func (d *desk) Report(_ context.Context, team oncall.TeamID, span oncall.Span) (now, before report.Report, err error) {
	var all []incident.Incident
	for _, in := range d.incidents {
		all = append(all, in)
	}
	of := func(span oncall.Span) report.Report { return report.Of(all, d.roster, team, span) }
	return of(span), of(oncall.Span{Start: span.Start.Add(span.Start.Sub(span.End)), End: span.Start}), d.broken
}

func (d *desk) Picture(_ report.Report, title string, _ *time.Location) (*Picture, error) {
	return &Picture{Name: "report.png", PNG: []byte("PNG"), Alt: title}, nil
}

func (d *desk) Record(_ context.Context, r oncall.Row) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.recorded = append(d.recorded, r)
}

func (d *desk) Pace(context.Context, string) time.Duration { return d.pace }

func (d *desk) Later(do func(context.Context)) { do(context.Background()) }

func (d *desk) Link(path string) string {
	if d.hidden {
		return ""
	}
	return "https://oncall.example.com" + path
}

func (d *desk) Book(context.Context) (oncall.Book, oncall.Roster, error) {
	own := d.book
	own.Bookings, own.Asks, own.Wishes = slices.Clone(own.Bookings), slices.Clone(own.Asks), maps.Clone(own.Wishes)
	own.Maintenance = slices.Clone(own.Maintenance)
	return own, d.Roster(), d.broken
}

func (d *desk) Write(_ context.Context, c oncall.Change) error {
	if rival := d.rival; rival != nil {
		d.rival = nil
		rival()
	}
	if c.Book.Version != d.book.Version {
		return oncall.ErrChanged
	}
	c.Book.Version++
	d.book, d.rows, d.letters = c.Book, append(d.rows, c.Rows...), append(d.letters, c.Letters...)
	return d.broken
}

func (d *desk) Audit(_ context.Context, team oncall.TeamID, limit int) ([]oncall.Row, error) {
	var rows []oncall.Row
	for _, r := range slices.Backward(d.rows) {
		if (team == "" || r.Team == team) && len(rows) < limit {
			rows = append(rows, r)
		}
	}
	return rows, d.broken
}

func (d *desk) Handle(_ context.Context, ev incident.Event) (incident.Incident, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.broken != nil {
		return incident.Incident{}, d.broken
	}
	in, ok := d.incidents[ev.Subject().ID]
	if fired, raised := ev.(incident.AlertFired); raised {
		in, ok = incident.Incident{ID: incident.NewID(fired.Route.Team, int64(len(d.incidents)+1))}, true
	}
	if !ok {
		return incident.Incident{}, incident.ErrNotFound
	}
	next, _, err := incident.Decide(in, d.Roster(), ev, d.now)
	if err != nil {
		return in, err
	}
	next.Version++
	d.incidents[in.ID] = next
	d.events = append(d.events, ev)
	return next, nil
}

func (d *desk) Find(_ context.Context, id incident.ID) (incident.Incident, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	in, ok := d.incidents[id]
	if !ok {
		return in, incident.ErrNotFound
	}
	return in, nil
}

func (d *desk) Open(_ context.Context, team oncall.TeamID) ([]incident.Incident, error) {
	if errors.Is(d.broken, errStore) {
		return nil, d.broken
	}
	var open []incident.Incident
	for _, in := range d.incidents {
		if in.Open() && (team == "" || in.Team == team) {
			open = append(open, in)
		}
	}
	slices.SortFunc(open, func(a, b incident.Incident) int {
		return cmp.Or(a.OpenedAt.Compare(b.OpenedAt), strings.Compare(string(a.ID), string(b.ID)))
	})
	return open, nil
}

func (d *desk) Newest(ctx context.Context, team oncall.TeamID, limit int) ([]incident.Incident, int, error) {
	open, err := d.Open(ctx, team)
	return open[max(0, len(open)-limit):], len(open), err
}

func (d *desk) Own(ctx context.Context, person oncall.PersonID) ([]incident.Incident, error) {
	open, err := d.Open(ctx, "")
	return slices.DeleteFunc(open, func(in incident.Incident) bool { return !in.With(person) }), err
}

func (d *desk) Stormy(ctx context.Context, channel string) ([]incident.Glimpse, error) {
	open, err := d.Open(ctx, "")
	var all []incident.Glimpse
	for _, in := range open {
		if slices.ContainsFunc(in.Cards, func(c incident.Card) bool { return c.Channel == channel && c.Storm > 0 }) {
			all = append(all, in.Glimpse())
		}
	}
	return all, err
}

func (d *desk) Roster() oncall.Roster { return d.roster.With(d.book) }

var errStore = errors.New("dial tcp: connection refused")

// fire opens a team's n-th incident.
func (d *desk) fire(t *testing.T, team oncall.TeamID, n int64, title string) incident.ID {
	t.Helper()
	id := incident.NewID(team, n)
	in, _, err := incident.Decide(incident.Incident{ID: id}, d.Roster(), incident.AlertFired{
		Key:   incident.Key{Integration: "prometheus", Dedup: string(id)},
		Alert: incident.Alert{Title: title, Severity: incident.Critical},
		Route: incident.Route{Team: team},
	}, d.now)
	if err != nil {
		t.Fatalf("open %s: %v", id, err)
	}
	in.Version = 1
	d.incidents[id] = in
	return id
}

// do lets time pass and something happen.
func (d *desk) do(t *testing.T, later time.Duration, ev incident.Event) {
	t.Helper()
	d.now = d.now.Add(later)
	if _, err := d.Handle(t.Context(), ev); err != nil {
		t.Fatalf("%T: %v", ev, err)
	}
	d.events = nil
}

func (d *desk) run(t *testing.T, r Request) Reply {
	t.Helper()
	return New(d, func() time.Time { return d.now }).Run(t.Context(), r)
}

// newDesk is a desk with two teams: platform, whose first tier pages Ana, its
// second Hal and its third Paul; and web, members only, which pages Wes.
func newDesk(t *testing.T) *desk {
	t.Helper()
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	madrid, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	person := func(id oncall.PersonID, name, slack string) oncall.Person {
		return oncall.Person{ID: id, Name: name, Slack: slack, Phone: oncall.Phone("+1617555010" + string(id[0])), Zone: newYork}
	}
	rotation := func(team oncall.TeamID, name string, people ...[]oncall.PersonID) map[string]oncall.Schedule {
		return map[string]oncall.Schedule{name: {Team: team, Name: name, Zone: newYork, Layers: []oncall.Layer{{
			Participants: people,
			Turn:         oncall.Turn{N: 1, Unit: oncall.Weeks},
			Start:        oncall.Wall{Year: 2026, Month: time.January, Day: 5, Hour: 9},
		}}}}
	}
	tier := func(targets ...string) oncall.Tier {
		tier := oncall.Tier{Wait: 10 * time.Minute}
		for _, s := range targets {
			target, ok := oncall.ParseTarget(s)
			if !ok {
				t.Fatalf("target %q", s)
			}
			tier.Page = append(tier.Page, target)
		}
		return tier
	}
	policies := func(p oncall.Policy) map[string]oncall.Policy {
		p.Name = oncall.DefaultPolicy
		return map[string]oncall.Policy{p.Name: p}
	}
	ana := person("ana", "Ana Ortiz", "U0ANA")
	ana.Zone = madrid
	gone := person("gus", "Gus Gone", "U0GUS")
	gone.Inactive = true
	return &desk{
		now:       night,
		incidents: map[incident.ID]incident.Incident{},
		roster: oncall.Roster{
			Zone:   newYork,
			Admins: []oncall.PersonID{"paul"},
			People: map[oncall.PersonID]oncall.Person{
				"ana": ana, "gus": gone,
				"ben":  person("ben", "Ben Li", "U0BEN"),
				"hal":  {ID: "hal", Name: "Hal Byrne", Phone: "+16175550108", Zone: newYork},
				"paul": person("paul", "Paul Reyes", "U0PAUL"),
				"wes":  person("wes", "Wes Hu", "U0WES"),
				"zoe":  person("zoe", "Zoe Poe", "U0ZOE"),
			},
			Teams: map[oncall.TeamID]oncall.Team{
				"platform": {
					ID: "platform", Name: "Platform", Zone: newYork, SlackChannel: "C0PLATFORM",
					Members:   []oncall.PersonID{"ana", "ben", "hal"},
					Schedules: rotation("platform", "techops", []oncall.PersonID{"ana"}, []oncall.PersonID{"ben", "hal"}),
					Policies:  policies(oncall.Policy{Tiers: []oncall.Tier{tier("schedule:techops"), tier("person:hal"), tier("person:paul")}}),
				},
				"web": {
					ID: "web", Name: "Web", Zone: newYork, SlackChannel: "C0WEB", MembersOnly: true,
					Members:  []oncall.PersonID{"wes"},
					Policies: policies(oncall.Policy{Ack: oncall.AckAll, Tiers: []oncall.Tier{tier("person:wes", "person:ana")}}),
				},
			},
		},
	}
}

// from are requests of people at their usual places.
func from(person oncall.PersonID, text string) Request {
	return Request{Text: text, By: incident.By(person), Source: "slack", Team: "platform"}
}
