package handoff

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

var update = flag.Bool("update", false, "write the golden files anew")

// monday is a handoff of techops, 09:00 in New York in winter.
var monday = time.Date(2026, time.January, 12, 14, 0, 0, 0, time.UTC)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// roster is a team whose techops go from Ana to Ben every Monday at nine, with a
// second schedule that has nobody at weekends.
func newRoster(t testing.TB) oncall.Roster {
	newYork := zone(t, "America/New_York")
	weekdays := oncall.Window{Days: []time.Weekday{1, 2, 3, 4, 5}, From: 0, To: 0}
	start := oncall.Wall{Year: 2026, Month: time.January, Day: 5, Hour: 9}
	schedule := func(name string, hours []oncall.Window, people ...[]oncall.PersonID) oncall.Schedule {
		return oncall.Schedule{Team: "platform", Name: name, Zone: newYork, Layers: []oncall.Layer{{
			Participants: people, Turn: oncall.Turn{N: 1, Unit: oncall.Weeks}, Start: start, Hours: hours,
		}}}
	}
	page := func(name string) oncall.Tier {
		return oncall.Tier{Page: []oncall.Target{{Kind: oncall.ToSchedule, Name: name}}, Wait: time.Minute}
	}
	return oncall.Roster{
		Zone: newYork,
		People: map[oncall.PersonID]oncall.Person{
			"ana": {ID: "ana", Name: "Ana Ortiz", Slack: "U0ANA", Zone: zone(t, "Europe/Madrid")},
			"ben": {ID: "ben", Name: "Ben Li", Slack: "U0BEN", Zone: newYork},
			"hal": {ID: "hal", Name: "Hal Byrne", Phone: "+16175550108", Zone: newYork},
		},
		Teams: map[oncall.TeamID]oncall.Team{"platform": {
			ID: "platform", Name: "Platform", Zone: newYork, SlackChannel: "C0PLATFORM",
			Members: []oncall.PersonID{"ana", "ben", "hal"},
			Schedules: map[string]oncall.Schedule{
				"techops": schedule("techops", nil, []oncall.PersonID{"ana"}, []oncall.PersonID{"ben", "hal"}),
				"office":  schedule("office", []oncall.Window{weekdays}, []oncall.PersonID{"hal"}),
			},
			Policies: map[string]oncall.Policy{"default": {Name: "default", Tiers: []oncall.Tier{page("techops")}}},
			Announce: oncall.Announcement{Usergroup: "S0PLATFORM", Topic: true, Pin: true},
		}},
	}
}

// An office writes down what it delivers; a doubtful letter that it has is found.
type office struct {
	mu   sync.Mutex
	got  []oncall.Sending
	seen map[string]bool
	no   func(oncall.Sending) error
}

func (o *office) Deliver(_ context.Context, s oncall.Sending, _ oncall.Roster) (string, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.no != nil {
		if err := o.no(s); err != nil {
			return "", err
		}
	}
	at := fmt.Sprint(s.ID, " ", s.Version)
	if s.Doubtful && o.seen[at] {
		return "ref " + s.ID, nil
	}
	if o.seen == nil {
		o.seen = map[string]bool{}
	}
	o.seen[at] = true
	o.got = append(o.got, s)
	return "ref " + s.ID, nil
}

// text is all that was delivered, and forgets it.
func (o *office) text() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	slices.SortFunc(o.got, func(a, b oncall.Sending) int {
		return cmp.Or(cmp.Compare(a.Version, b.Version), strings.Compare(a.ID, b.ID))
	})
	var b strings.Builder
	for _, s := range o.got {
		b.WriteString(written(s.Letter, s.Ref))
	}
	o.got = nil
	return b.String()
}

func written(l oncall.Letter, ref string) string {
	to := "#" + string(l.Team)
	if l.To != "" {
		to = "@" + string(l.To)
	}
	if l.Key != "" {
		to += " (" + l.Key + ")"
	}
	if ref != "" {
		to += " edits " + ref
	}
	s := fmt.Sprintf("to %s: %s%s\n", to, l.Text, l.Show)
	for _, line := range l.Lines {
		s += "    " + line + "\n"
	}
	for _, o := range l.Offers {
		s += fmt.Sprintf("    [%s] %s\n", o.Label, o.Words)
	}
	if !l.Expires.IsZero() {
		s += "    until " + l.Expires.UTC().Format(time.RFC3339) + "\n"
	}
	return s
}

// A world is one installation whose clock is wound by hand.
type world struct {
	*store
	*office
	now  time.Time
	open []incident.Incident
}

func newWorld(t testing.TB) *world {
	return &world{store: newStore(newRoster(t)), office: &office{}, now: monday.Add(-48 * time.Hour)}
}

func (w *world) desk() *Desk { return w.fast(0) }

// fast is a desk whose clock is ahead.
func (w *world) fast(ahead time.Duration) *Desk {
	return New(Options{
		Store: w.store, Office: w.office, Now: func() time.Time { return w.now.Add(ahead) }, Log: slog.New(slog.DiscardHandler),
		Open: func(context.Context, oncall.TeamID) ([]incident.Incident, error) { return slices.Clone(w.open), nil },
		Wake: func(_ context.Context, id incident.ID) error { return w.tick(id, ahead) },
	})
}

// tick has an incident look at what is due; the program may die before it does.
func (w *world) tick(id incident.ID, ahead time.Duration) error {
	w.store.mu.Lock()
	defer w.store.mu.Unlock()
	if err := w.killed(fmt.Sprint("before waking ", id)); err != nil {
		return err
	}
	return w.decide(incident.Tick{ID: id}, ahead)
}

// decide applies an event to an open incident, or opens it. The store is locked, or
// nobody else is at it.
func (w *world) decide(ev incident.Event, ahead time.Duration) error {
	i := slices.IndexFunc(w.open, func(in incident.Incident) bool { return in.ID == ev.Subject().ID })
	if i < 0 {
		i = len(w.open)
		w.open = append(w.open, incident.Incident{ID: incident.NewID("platform", int64(i+1))})
	}
	next, _, err := incident.Decide(w.open[i], w.roster.With(w.book), ev, w.now.Add(ahead))
	w.open[i] = next
	return err
}

// pass makes passes of a desk at a moment; one that dies is started again.
func (w *world) pass(t interface {
	Context() context.Context
	Helper()
	Fatal(args ...any)
}, d *Desk, at time.Time) {
	t.Helper()
	w.now = at
	for clean := 0; clean < 3; {
		switch err := d.Pass(t.Context()); {
		case err == nil:
			clean++
		case !errors.Is(err, errDied):
			t.Fatal(err)
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.MkdirAll("testdata", 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; look at it and run go test ./escalation/handoff -update\n%s", file, got)
	}
}
