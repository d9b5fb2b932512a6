package calendar

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	ical "github.com/emersion/go-ical"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

const secret = "kQ9-secret_of_ana"

// world is a book and a roster that a test may change, and the time.
type world struct {
	book   oncall.Book
	roster oncall.Roster
	now    time.Time
	away   error // what the store answers
	log    bytes.Buffer
}

// newWorld has a weekly rotation of ana, the pair of ben and cem, and dot, on
// Mondays at nine in New York, and one of a few days in London.
func newWorld(t *testing.T, now string) *world {
	t.Helper()
	person := func(id oncall.PersonID, name string) oncall.Person {
		return oncall.Person{ID: id, Name: name, Phone: "+16175550101", Email: string(id) + "@example.com", Slack: "U0" + strings.ToUpper(string(id))}
	}
	return &world{
		now: at(t, now),
		book: oncall.Book{Wishes: map[oncall.PersonID]oncall.Wish{
			"ana": {Calendar: secret}, "ben": {}, "gil": {Calendar: "secret-of-gil"}, "zoe": {Calendar: "secret-of-zoe"},
		}},
		roster: oncall.Roster{
			People: map[oncall.PersonID]oncall.Person{
				"ana": person("ana", "Ana Ortiz"), "ben": person("ben", "Ben Fox"), "cem": person("cem", "Cem Kaya"),
				"dot": person("dot", ""), "gil": {ID: "gil", Inactive: true},
			},
			Teams: map[oncall.TeamID]oncall.Team{
				"platform": {ID: "platform", Name: "Platform", Schedules: map[string]oncall.Schedule{
					"techops": {Team: "platform", Name: "techops", Zone: zone(t, "America/New_York"), Layers: []oncall.Layer{{
						Participants: [][]oncall.PersonID{{"ana"}, {"ben", "cem"}, {"dot"}},
						Turn:         oncall.Turn{N: 1, Unit: oncall.Weeks}, Start: oncall.Wall{Year: 2026, Month: time.January, Day: 5, Hour: 9},
					}}},
					"second": {Team: "platform", Name: "second"},
				}},
				"web": {ID: "web", Schedules: map[string]oncall.Schedule{
					"devs": {Team: "web", Name: "devs", Zone: zone(t, "Europe/London"), Layers: []oncall.Layer{{
						Participants: [][]oncall.PersonID{{"dot"}, {"ana"}},
						Turn:         oncall.Turn{N: 10, Unit: oncall.Days}, Start: oncall.Wall{Year: 2026, Month: time.January, Day: 1, Hour: 8},
						Hours: []oncall.Window{{From: 8 * 60, To: 18 * 60}},
					}}},
				}},
			},
		},
	}
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func at(t *testing.T, s string) time.Time {
	t.Helper()
	when, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return when
}

// override books a span of platform/techops.
func (w *world) override(t *testing.T, from, to string, insteadOf oncall.PersonID, who ...oncall.PersonID) {
	t.Helper()
	w.book.Last++
	w.book.Bookings = append(w.book.Bookings, oncall.Booking{
		Override: oncall.Override{ID: string(rune('0' + w.book.Last)), Start: at(t, from), End: at(t, to), OnCall: who, InsteadOf: insteadOf},
		Team:     "platform", Schedule: "techops", By: "ana", Why: "override", Made: w.now,
	})
}

// ask sends a request; header is a list of names and values.
func (w *world) ask(method, path string, header ...string) *httptest.ResponseRecorder {
	c := New(Options{
		Book: func(context.Context) (oncall.Book, oncall.Roster, error) {
			return w.book, w.roster.With(w.book), w.away
		},
		Now: func() time.Time { return w.now },
		Log: slog.New(slog.NewTextHandler(&w.log, nil)),
	})
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer := httptest.NewRecorder()
	c.Handler().ServeHTTP(answer, r)
	return answer
}

// An entry is an event as another library reads it.
type entry struct {
	uid, summary, text string
	start, end, stamp  time.Time
}

// String is the entry on one line.
func (e entry) String() string {
	const layout = "2006-01-02T15:04Z07"
	s := e.start.Format(layout) + " " + e.end.Format(layout) + " " + e.summary
	if e.text != "" {
		s += " | " + strings.ReplaceAll(e.text, "\n", " | ")
	}
	return s
}

// fetch asks for a feed and returns its title and what stands in it.
func (w *world) fetch(t *testing.T, path string) (title string, entries []entry) {
	t.Helper()
	answer := w.ask("GET", path)
	if answer.Code != 200 {
		t.Fatalf("status %d: %s", answer.Code, answer.Body)
	}
	cal, err := ical.NewDecoder(bytes.NewReader(answer.Body.Bytes())).Decode()
	if err != nil {
		t.Fatalf("%v in\n%s", err, answer.Body)
	}
	if len(cal.Children) > 0 {
		if err := ical.NewEncoder(io.Discard).Encode(cal); err != nil { // it checks what must be there, and how often
			t.Fatalf("%v in\n%s", err, answer.Body)
		}
	}
	text := func(p ical.Props, name string) string {
		s, err := p.Text(name)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for _, e := range cal.Events() {
		one := entry{uid: text(e.Props, ical.PropUID), summary: text(e.Props, ical.PropSummary), text: text(e.Props, ical.PropDescription)}
		for name, into := range map[string]*time.Time{ical.PropDateTimeStart: &one.start, ical.PropDateTimeEnd: &one.end, ical.PropDateTimeStamp: &one.stamp} {
			if *into, err = e.Props.DateTime(name, nil); err != nil || !strings.HasSuffix(e.Props.Get(name).Value, "Z") {
				t.Fatalf("%s is %q, %v", name, e.Props.Get(name).Value, err)
			}
		}
		if !one.start.Before(one.end) {
			t.Fatalf("%v has no length", one)
		}
		entries = append(entries, one)
	}
	return text(cal.Props, "X-WR-CALNAME"), entries
}

// within keeps what overlaps a span, a line each.
func within(t *testing.T, entries []entry, from, to string) string {
	t.Helper()
	var b strings.Builder
	for _, e := range entries {
		if e.start.Before(at(t, to)) && e.end.After(at(t, from)) {
			b.WriteString(e.String() + "\n")
		}
	}
	return b.String()
}
