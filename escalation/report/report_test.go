package report

import (
	"fmt"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func newYork(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func roster(t *testing.T) oncall.Roster {
	t.Helper()
	zone := newYork(t)
	layer := oncall.Layer{Participants: [][]oncall.PersonID{{"ana"}, {"ben"}}, Zone: zone}
	layer.Start = oncall.Wall{Year: 2026, Month: time.March, Day: 2, Hour: 9}
	layer.Turn = oncall.Turn{N: 1, Unit: oncall.Days}
	return oncall.Roster{
		Zone:   zone,
		People: map[oncall.PersonID]oncall.Person{"ana": {ID: "ana"}, "ben": {ID: "ben", Zone: time.UTC}},
		Teams: map[oncall.TeamID]oncall.Team{"platform": {
			ID: "platform", Zone: zone,
			Schedules: map[string]oncall.Schedule{"techops": {Team: "platform", Name: "techops", Zone: zone, Layers: []oncall.Layer{layer}}},
		}},
	}
}

// at is a moment of March 2026 in New York; the clocks jump on the 8th.
func at(t *testing.T, day, hour int) time.Time {
	return time.Date(2026, time.March, day, hour, 0, 0, 0, newYork(t))
}

// of makes an incident that was opened, acknowledged after ack and resolved after end;
// zero: not at all.
func of(opened time.Time, name string, ack, end time.Duration) incident.Incident {
	in := incident.Incident{Team: "platform", Title: name, OpenedAt: opened, Count: 1, State: incident.Triggered}
	if ack > 0 {
		in.State, in.AckedAt = incident.Acknowledged, opened.Add(ack)
	}
	if end > 0 {
		in.State, in.ResolvedAt = incident.Resolved, opened.Add(end)
	}
	return in
}

func TestFiguresOfASpan(t *testing.T) {
	span := oncall.Span{Start: at(t, 6, 0), End: at(t, 9, 0)}
	var all []incident.Incident
	for i := range 10 {
		all = append(all, of(at(t, 7, 10+i), "Disk full", time.Duration(i+1)*time.Minute, time.Hour))
	}
	all = append(all,
		of(span.Start, "First moment", 0, 0),
		of(span.End, "Just after", time.Second, time.Second),
		of(span.Start.Add(-time.Nanosecond), "Just before", time.Second, time.Second),
	)
	foreign := of(at(t, 7, 1), "Another team's", time.Second, time.Second)
	foreign.Team = "web"
	all = append(all, foreign)

	r := Of(all, roster(t), "platform", span)
	if r.Incidents != 11 || r.Open != 1 {
		t.Errorf("incidents = %d, %d open, want 11 and 1", r.Incidents, r.Open)
	}
	if want := (Took{10, 5 * time.Minute, 9 * time.Minute}); r.Ack != want {
		t.Errorf("acknowledged in %+v, want %+v", r.Ack, want)
	}
	if want := (Took{10, time.Hour, time.Hour}); r.Resolve != want {
		t.Errorf("resolved in %+v, want %+v", r.Resolve, want)
	}
	if len(r.Noisiest) != 2 || r.Noisiest[0] != (Noise{"Disk full", 10, 10}) {
		t.Errorf("noisiest = %+v", r.Noisiest)
	}
	var days []string
	for _, d := range r.Days {
		days = append(days, fmt.Sprintf("%s %d", d.Start.In(newYork(t)).Format("2 15:04"), d.Incidents))
	}
	if got, want := fmt.Sprint(days), "[6 00:00 1 7 00:00 10 8 00:00 0]"; got != want {
		t.Errorf("days = %s, want %s", got, want)
	}
}

func TestPagesAndNightsOfPeople(t *testing.T) {
	page := func(to oncall.PersonID, due time.Time) incident.Page {
		return incident.Page{To: to, Via: oncall.SMS, Due: due, Ref: "SM1"}
	}
	night := of(at(t, 7, 2), "Disk full", time.Minute, 0)
	night.Paged = map[oncall.PersonID]int{"ana": 3, "ben": 1}
	night.Pages = []incident.Page{page("ana", at(t, 7, 2)), page("ana", at(t, 7, 3)), page("ben", at(t, 7, 2))}
	day := of(at(t, 7, 12), "Disk full", time.Minute, 0)
	day.Paged = map[oncall.PersonID]int{"ana": 1}
	day.Pages = []incident.Page{page("ana", at(t, 7, 12))}
	unsent := of(at(t, 7, 3), "Never sent", 0, 0)
	unsent.Pages = []incident.Page{{To: "ana", Via: oncall.SMS, Due: at(t, 7, 3)}}

	r := Of([]incident.Incident{night, day, unsent}, roster(t), "platform", oncall.Span{Start: at(t, 6, 9), End: at(t, 9, 9)})
	got := map[oncall.PersonID]Load{}
	for _, l := range r.People {
		got[l.Person] = l
	}
	// 02:00 in New York is 07:00 UTC, which is day for ben; in ben's turn the clocks jump.
	if want := (Load{"ana", 4, 1, 48 * time.Hour}); got["ana"] != want {
		t.Errorf("ana = %+v, want %+v", got["ana"], want)
	}
	if want := (Load{"ben", 1, 0, 23 * time.Hour}); got["ben"] != want {
		t.Errorf("ben = %+v, want %+v", got["ben"], want)
	}
	if total := r.Days[1].Nights; total != 1 {
		t.Errorf("the second day has %d wakes, want 1", total)
	}
}

func TestNothingHappened(t *testing.T) {
	r := Of(nil, roster(t), "platform", oncall.Span{Start: at(t, 6, 9), End: at(t, 7, 9)})
	if r.Incidents != 0 || r.Ack != (Took{}) || len(r.Noisiest) != 0 || len(r.Days) != 2 {
		t.Errorf("report = %+v", r)
	}
}

func TestTheWordsCompareWithTheSpanBefore(t *testing.T) {
	now := Report{
		Incidents: 12, Open: 2, Ack: Took{10, 38 * time.Second, 4 * time.Minute}, Resolve: Took{10, 25 * time.Minute, 3*time.Hour + 4*time.Minute + 5*time.Second},
		People:   []Load{{"ana", 9, 1, 47 * time.Hour}, {"ben", 1, 0, 20 * time.Minute}},
		Noisiest: []Noise{{"Disk full", 7, 31}, {"Lag", 1, 1}},
	}
	before := Report{Incidents: 9, Ack: Took{9, time.Minute, 9 * time.Minute}, People: []Load{{"ana", 10, 3, 0}}}
	got := now.Lines(before, func(id oncall.PersonID) string { return string(id) })
	want := []string{
		"Incidents: 12, 2 still open (up from 9)",
		"Acknowledged: median 38s, p90 4m (10 of them; before: 1m, 9m)",
		"Resolved: median 25m, p90 3h4m (10 of them)",
		"Pages: 10 (as before)",
		"Night wakes: 1 (down from 3)",
		"ana: 9 pages, 1 night wake, on call 47 h",
		"ben: 1 page, 0 night wakes, on call 0 h",
		"Noisiest: Disk full (7 incidents, 31 alerts); Lag (1 incident, 1 alert)",
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
