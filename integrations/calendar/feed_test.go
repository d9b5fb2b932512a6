package calendar

import (
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestFeeds(t *testing.T) {
	tests := []struct {
		name     string
		rest     string
		from, to string
		change   func(*testing.T, *world)
		title    string
		want     string
	}{
		{"one's own shifts across the clock's change in March", "", "2026-03-14T00:00:00Z", "2026-03-18T00:00:00Z", nil, "On call: Ana Ortiz", `
2026-03-09T13:00Z 2026-03-16T13:00Z On call: platform/techops | Next: Ben Fox, Cem Kaya
2026-03-14T08:00Z 2026-03-14T18:00Z On call: web/devs | Next: nobody
2026-03-15T08:00Z 2026-03-15T18:00Z On call: web/devs | Next: nobody
2026-03-16T08:00Z 2026-03-16T18:00Z On call: web/devs | Next: nobody
2026-03-17T08:00Z 2026-03-17T18:00Z On call: web/devs | Next: nobody
`},
		{"a schedule across the change in March", "~platform~techops", "2026-03-01T00:00:00Z", "2026-03-10T00:00:00Z", nil, "On call: platform/techops", `
2026-02-23T14:00Z 2026-03-02T14:00Z Ben Fox, Cem Kaya on call: platform/techops | Next: dot
2026-03-02T14:00Z 2026-03-09T13:00Z dot on call: platform/techops | Next: Ana Ortiz
2026-03-09T13:00Z 2026-03-16T13:00Z Ana Ortiz on call: platform/techops | Next: Ben Fox, Cem Kaya
`},
		{"hours that London's change moves, and gaps that are no events", "~web", "2026-03-28T00:00:00Z", "2026-03-30T00:00:00Z", nil, "On call: web", `
2026-03-28T08:00Z 2026-03-28T18:00Z dot on call: web/devs | Next: nobody
2026-03-29T07:00Z 2026-03-29T17:00Z dot on call: web/devs | Next: nobody
`},
		{"a team's empty schedule shows nothing", "~platform~second", "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z", nil, "On call: platform/second", "\n"},
		{"overrides, of everybody and of one", "~platform", "2026-03-09T13:00:00Z", "2026-03-23T13:00:00Z", func(t *testing.T, w *world) {
			w.override(t, "2026-03-10T00:00:00Z", "2026-03-11T00:00:00Z", "", "dot")
			w.override(t, "2026-03-17T00:00:00Z", "2026-03-18T00:00:00Z", "ben", "ana")
			w.override(t, "2026-03-19T00:00:00Z", "2026-03-20T00:00:00Z", "")
		}, "On call: Platform", `
2026-03-09T13:00Z 2026-03-10T00:00Z Ana Ortiz on call: platform/techops | Next: dot
2026-03-10T00:00Z 2026-03-11T00:00Z dot on call: platform/techops (override) | Next: Ana Ortiz
2026-03-11T00:00Z 2026-03-16T13:00Z Ana Ortiz on call: platform/techops | Next: Ben Fox, Cem Kaya
2026-03-16T13:00Z 2026-03-17T00:00Z Ben Fox, Cem Kaya on call: platform/techops | Next: Ana Ortiz, Cem Kaya
2026-03-17T00:00Z 2026-03-18T00:00Z Ana Ortiz, Cem Kaya on call: platform/techops (override) | Next: Ben Fox, Cem Kaya
2026-03-18T00:00Z 2026-03-19T00:00Z Ben Fox, Cem Kaya on call: platform/techops | Next: nobody
2026-03-20T00:00Z 2026-03-23T13:00Z Ben Fox, Cem Kaya on call: platform/techops | Next: dot
`},
		{"one's own, in a pair by an override", "", "2026-03-16T20:00:00Z", "2026-03-17T07:00:00Z", func(t *testing.T, w *world) {
			w.override(t, "2026-03-17T00:00:00Z", "2026-03-18T00:00:00Z", "ben", "ana")
		}, "On call: Ana Ortiz", `
2026-03-17T00:00Z 2026-03-18T00:00Z On call: platform/techops (override) | With Cem Kaya | Next: Ben Fox, Cem Kaya
`},
		{"one alone for ever is one event, to the end of some year", "~web", "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z", func(_ *testing.T, w *world) {
			w.roster.Teams["web"].Schedules["devs"].Layers[0].Hours = nil
			w.roster.Teams["web"].Schedules["devs"].Layers[0].Participants = [][]oncall.PersonID{{"ana"}}
			w.roster.Teams["web"].Schedules["devs"].Layers[0].Start = oncall.Wall{Year: 2019, Month: time.May, Day: 6, Hour: 9}
		}, "On call: web", `
2019-05-06T08:00Z 2027-01-01T00:00Z Ana Ortiz on call: web/devs
`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, "2026-03-08T07:30:00Z")
			if tt.change != nil {
				tt.change(t, w)
			}
			title, entries := w.fetch(t, "/calendar/"+secret+tt.rest+".ics")
			if got := "\n" + within(t, entries, tt.from, tt.to); got != tt.want || title != tt.title {
				t.Errorf("%s:%s\nwant %s:%s", title, got, tt.title, tt.want)
			}
		})
	}
}

func TestAFeedReachesFromAMonthAgoToHalfAYearAhead(t *testing.T) {
	for _, tt := range []struct{ name, now, first, last string }{
		{"from winter to summer", "2026-03-08T07:30:00Z", "2026-02-02T14:00:00Z", "2026-09-07T13:00:00Z"},
		{"from summer to winter", "2026-11-01T06:30:00Z", "2026-09-28T13:00:00Z", "2027-05-03T13:00:00Z"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, entries := newWorld(t, tt.now).fetch(t, "/calendar/"+secret+"~platform.ics")
			first, last := entries[0], entries[len(entries)-1]
			if !first.start.Equal(at(t, tt.first)) || !last.end.Equal(at(t, tt.last)) {
				t.Errorf("from %v to %v, want from %s to %s", first, last, tt.first, tt.last)
			}
		})
	}
}

// What is fetched at one time is what is fetched at any other: the same shift has
// the same UID, and with it the same start, end and words.
func TestAShiftIsTheSameWheneverOneLooks(t *testing.T) {
	w := newWorld(t, "2026-03-08T07:30:00Z")
	w.override(t, "2026-03-10T00:00:00Z", "2026-03-11T00:00:00Z", "", "dot")
	w.override(t, "2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z", "ana", "ben")
	lone := w.roster.Teams["web"].Schedules["devs"]
	lone.Layers = []oncall.Layer{{
		Participants: [][]oncall.PersonID{{"ana"}}, Turn: oncall.Turn{N: 12, Unit: oncall.Hours},
		Start: oncall.Wall{Year: 2025, Month: time.March, Day: 1}, Until: oncall.Wall{Year: 2027, Month: time.February, Day: 1},
	}}
	w.roster.Teams["web"].Schedules["lone"] = lone
	for _, path := range []string{own, "/calendar/" + secret + "~platform.ics", "/calendar/" + secret + "~web.ics"} {
		seen, starts := map[string]string{}, map[string]string{}
		for range 90 {
			_, entries := w.fetch(t, path)
			for _, e := range entries {
				place := e.start.String() + e.summary
				if was, ok := seen[e.uid]; ok && was != e.String()+e.stamp.String() {
					t.Fatalf("at %v %s was\n%s\nand is\n%v", w.now, e.uid, was, e)
				}
				if was, ok := starts[place]; ok && was != e.uid {
					t.Fatalf("at %v %v has two names, %s and %s", w.now, e, was, e.uid)
				}
				seen[e.uid], starts[place] = e.String()+e.stamp.String(), e.uid
			}
			w.now = w.now.Add(101*time.Hour + 1234567*time.Nanosecond)
		}
		if len(seen) < 25 {
			t.Errorf("only %d shifts in a year of %s", len(seen), path)
		}
	}
}

func TestAnotherOverrideLeavesTheOtherShiftsTheirNames(t *testing.T) {
	w := newWorld(t, "2026-03-08T07:30:00Z")
	const path = "/calendar/" + secret + "~platform~techops.ics"
	_, before := w.fetch(t, path)
	w.override(t, "2026-03-10T00:00:00Z", "2026-03-11T00:00:00Z", "", "dot")
	for _, order := range [][]oncall.PersonID{{"ben", "cem"}, {"cem", "ben"}} {
		w.roster.Teams["platform"].Schedules["techops"].Layers[0].Participants[1] = order
		_, after := w.fetch(t, path)
		names := map[string]time.Time{}
		for _, e := range after {
			names[e.uid] = e.start
		}
		for _, e := range before {
			if !names[e.uid].Equal(e.start) {
				t.Errorf("%v is gone", e)
			}
		}
		if len(names) != len(before)+2 || len(after) != len(names) {
			t.Errorf("%d shifts of %d names, want two more than %d", len(after), len(names), len(before))
		}
	}
}

func TestAnotherPersonIsAnotherShift(t *testing.T) {
	w := newWorld(t, "2026-03-08T07:30:00Z")
	const path = "/calendar/" + secret + "~platform~techops.ics"
	_, before := w.fetch(t, path)
	w.override(t, "2026-03-09T13:00:00Z", "2026-03-16T13:00:00Z", "", "cem")
	_, after := w.fetch(t, path)
	for i, e := range before {
		taken := e.start.Equal(at(t, "2026-03-09T13:00:00Z"))
		if !after[i].start.Equal(e.start) || (after[i].uid != e.uid) != taken {
			t.Errorf("%v becomes %v, as %s and %s", e, after[i], e.uid, after[i].uid)
		}
	}
}

func TestWhoLeftIsOnNoCalendar(t *testing.T) {
	w := newWorld(t, "2026-03-08T07:30:00Z")
	w.roster.Teams["platform"].Schedules["techops"].Layers[0].Participants[2] = []oncall.PersonID{"gil"}
	_, entries := w.fetch(t, "/calendar/"+secret+"~platform.ics")
	want := `
2026-02-23T14:00Z 2026-03-02T14:00Z Ben Fox, Cem Kaya on call: platform/techops | Next: nobody
2026-03-09T13:00Z 2026-03-16T13:00Z Ana Ortiz on call: platform/techops | Next: Ben Fox, Cem Kaya
`
	if got := "\n" + within(t, entries, "2026-03-01T00:00:00Z", "2026-03-16T00:00:00Z"); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

func TestTheStampIsTheBookingsOrTheStart(t *testing.T) {
	w := newWorld(t, "2026-03-08T07:30:00Z")
	w.override(t, "2026-03-10T00:00:00Z", "2026-03-11T00:00:00Z", "", "dot")
	made := w.now
	w.now = w.now.Add(time.Hour)
	_, entries := w.fetch(t, "/calendar/"+secret+"~web.ics")
	for _, e := range entries {
		if !e.stamp.Equal(e.start) {
			t.Errorf("%v is stamped %v", e, e.stamp)
		}
	}
	_, entries = w.fetch(t, "/calendar/"+secret+"~platform.ics")
	for _, e := range entries {
		want := e.start
		if e.start.Before(at(t, "2026-03-16T13:00:00Z")) && e.end.After(at(t, "2026-03-09T13:00:00Z")) {
			want = made
		}
		if !e.stamp.Equal(want) {
			t.Errorf("%v is stamped %v, want %v", e, e.stamp, want)
		}
	}
}

func TestNamesStayNames(t *testing.T) {
	tests := []struct{ name, want string }{
		{"Ortiz, Ana; or \\n \"both\"", "Ortiz, Ana; or \\n \"both\""},
		{"Ana\r\nEND:VEVENT\r\nBEGIN:VEVENT", "Ana END:VEVENT BEGIN:VEVENT"},
		{"Ana\nATTENDEE:mailto:eve@example.com", "Ana ATTENDEE:mailto:eve@example.com"},
		{"Ana\rX-EVIL:1\v\f\x00\x7f\u0085\u2028Ortiz", "Ana X-EVIL:1 Ortiz"},
		{"\u202eAna\u200b Ortiz\ufeff", "Ana Ortiz"},
		{"Ana \xff\xfe", "Ana \ufffd"},
		{strings.Repeat("Ж😀é,", 60), strings.Repeat("Ж😀é,", 60)},
		{strings.Repeat("long name ", 30), strings.TrimSpace(strings.Repeat("long name ", 30))},
		{"<b>Ana</b>", "<b>Ana</b>"},
	}
	for _, tt := range tests {
		w := newWorld(t, "2026-03-08T07:30:00Z")
		ana := w.roster.People["ana"]
		ana.Name = tt.name
		w.roster.People["ana"] = ana
		title, entries := w.fetch(t, own)
		if title != "On call: "+tt.want {
			t.Errorf("%q is the title %q", tt.name, title)
		}
		for _, e := range entries {
			if strings.Contains(e.summary+e.text, "Ana") {
				t.Errorf("%q stands in its own feed: %v", tt.name, e)
			}
		}
		_, entries = w.fetch(t, "/calendar/"+secret+"~platform~techops.ics")
		if !strings.HasPrefix(entries[2].summary, tt.want+" on call: ") || entries[1].text != "Next: "+tt.want {
			t.Errorf("%q becomes %q, after %q", tt.name, entries[2].summary, entries[1].text)
		}
	}
}

func TestHostileKeysStayKeys(t *testing.T) {
	w := newWorld(t, "2026-03-08T07:30:00Z")
	const key = "a,b;\r\nc~d/é"
	w.roster.Teams["platform"].Schedules[key] = w.roster.Teams["platform"].Schedules["techops"]
	title, entries := w.fetch(t, "/calendar/"+secret+"~platform~a,b;%0D%0Ac~d%2F%C3%A9.ics")
	if title != "On call: platform/a,b; c~d/é" || !strings.HasSuffix(entries[2].summary, " on call: platform/a,b; c~d/é") {
		t.Errorf("title %q, %v", title, entries[2])
	}
	if _, all := w.fetch(t, "/calendar/"+secret+"~platform.ics"); len(all) != 2*len(entries) {
		t.Errorf("the team has %d shifts, want %d", len(all), 2*len(entries))
	}
}

func TestAFeedIsWellFormed(t *testing.T) {
	w := newWorld(t, "2026-03-08T07:30:00Z")
	dot := w.roster.People["dot"]
	dot.Name = strings.Repeat("Дот, ", 40)
	w.roster.People["dot"] = dot
	body := w.ask("GET", "/calendar/"+secret+"~platform.ics").Body.String()
	lines := strings.Split(body, "\r\n")
	for _, line := range lines {
		if len(line) > 75 || strings.ContainsAny(line, "\r\n") || !utf8.ValidString(line) {
			t.Fatalf("line %q", line)
		}
	}
	if lines[0] != "BEGIN:VCALENDAR" || lines[len(lines)-2] != "END:VCALENDAR" || lines[len(lines)-1] != "" {
		t.Errorf("begins with %q and ends with %q", lines[0], lines[len(lines)-2:])
	}
	for _, want := range []string{"VERSION:2.0", "PRODID:-//Earshot//On call//EN", "REFRESH-INTERVAL;VALUE=DURATION:PT15M", "TRANSP:TRANSPARENT"} {
		if !strings.Contains(body, "\r\n"+want+"\r\n") {
			t.Errorf("no line %s", want)
		}
	}
}

func TestNoPhoneAndNoMailAddressIsTold(t *testing.T) {
	w := newWorld(t, "2026-03-08T07:30:00Z")
	w.override(t, "2026-03-10T00:00:00Z", "2026-03-11T00:00:00Z", "", "dot")
	private := regexp.MustCompile(`\+1617|@example|U0ANA|` + secret)
	for _, rest := range []string{"", "~platform", "~web~devs"} {
		body := w.ask("GET", "/calendar/"+secret+rest+".ics").Body.String()
		if found := private.FindString(strings.ReplaceAll(body, "\r\n ", "")); found != "" {
			t.Errorf("%q tells %s", rest, found)
		}
	}
}
