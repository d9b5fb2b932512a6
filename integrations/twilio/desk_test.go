package twilio

import (
	"context"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/escalation/report"
	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

const (
	public = "https://oncall.example.com"
	hal    = "+16175550108"
	ana    = "+16175550101"
)

// desk is a Desk that does at once what it is told, and forgets with the test.
type desk struct {
	mu        sync.Mutex
	incidents map[incident.ID]incident.Incident
	slots     map[oncall.PersonID]map[int]incident.ID
	events    []incident.Event
	seen      map[string]bool
	echoes    map[oncall.PersonID]int
	troubles  map[oncall.PersonID][]oncall.Trouble
	shares    bool            // Hal's phone is Abe's too
	looked    chan<- struct{} // told of every Find
	broken    error           // returned by everything that touches the store
}

func (d *desk) Roster() oncall.Roster {
	r := oncall.Roster{
		People: map[oncall.PersonID]oncall.Person{
			"ana":  {ID: "ana", Name: "Ana Ortiz", Phone: ana},
			"hal":  {ID: "hal", Name: "Hal Byrne", Phone: "+1 617 555-0108"},
			"gone": {ID: "gone", Phone: "+16175550199", Inactive: true},
		},
		Teams: map[oncall.TeamID]oncall.Team{"platform": {ID: "platform", Name: "Platform"}, "web": {ID: "web"}},
	}
	if d.shares {
		r.People["abe"] = oncall.Person{ID: "abe", Phone: hal}
	}
	return r
}

func (d *desk) Run(ctx context.Context, r commands.Request) commands.Reply {
	return commands.New(d, time.Now).Run(ctx, r)
}

func (d *desk) Find(_ context.Context, id incident.ID) (incident.Incident, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.broken != nil {
		return incident.Incident{}, d.broken
	}
	if d.looked != nil {
		d.looked <- struct{}{}
	}
	in, ok := d.incidents[id]
	if !ok {
		return in, incident.ErrNotFound
	}
	return in, nil
}

func (d *desk) Open(_ context.Context, team oncall.TeamID) ([]incident.Incident, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var open []incident.Incident
	for _, in := range d.incidents {
		if in.Open() && (team == "" || in.Team == team) {
			open = append(open, in)
		}
	}
	return open, d.broken
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

func (d *desk) Timeline(context.Context, incident.ID) ([]incident.Entry, error) { return nil, nil }

func (d *desk) Ways() commands.Ways { return commands.Ways{} }

func (d *desk) Foretell(context.Context, oncall.TeamID, oncall.PersonID) (commands.Forecast, error) {
	return commands.Forecast{}, nil
}

func (d *desk) Heartbeats(context.Context) ([]commands.Heartbeat, error) { return nil, nil }

func (d *desk) Report(context.Context, oncall.TeamID, oncall.Span) (now, before report.Report, err error) {
	return now, before, d.broken
}

func (d *desk) Picture(report.Report, string, *time.Location) (*commands.Picture, error) {
	return &commands.Picture{}, nil
}

func (d *desk) Record(context.Context, oncall.Row) {}

func (d *desk) Pace(context.Context, string) time.Duration { return 0 }

func (d *desk) Later(do func(context.Context)) { do(context.Background()) }

func (d *desk) Link(string) string { return "" }

func (d *desk) Book(context.Context) (oncall.Book, oncall.Roster, error) {
	return oncall.Book{}, d.Roster(), d.broken
}

func (d *desk) Write(context.Context, oncall.Change) error { return d.broken }

func (d *desk) Audit(context.Context, oncall.TeamID, int) ([]oncall.Row, error) {
	return nil, d.broken
}

func (d *desk) Handle(_ context.Context, ev incident.Event) (incident.Incident, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.broken != nil {
		return incident.Incident{}, d.broken
	}
	in, ok := d.incidents[ev.Subject().ID]
	if !ok {
		return in, incident.ErrNotFound
	}
	d.events = append(d.events, ev)
	in.Pages = append([]incident.Page(nil), in.Pages...)
	move := func(id incident.PageID, to incident.PageStatus) {
		for i := range in.Pages {
			if in.Pages[i].ID == id && in.Pages[i].Status == incident.PageOut {
				in.Pages[i].Status = to
			}
		}
	}
	switch e := ev.(type) {
	case incident.Acked:
		if in.State == incident.Resolved {
			return in, incident.ErrResolved
		}
		if in.State == incident.Triggered {
			in.State, in.AckedBy, in.AckedAt = incident.Acknowledged, e.By, time.Now()
		}
	case incident.Closed:
		in.State, in.ResolvedBy, in.ResolvedAt = incident.Resolved, e.By, time.Now()
	case incident.PageDelivered:
		move(e.Page, incident.PageArrived)
	case incident.PageFailed:
		move(e.Page, incident.PageLost)
	}
	d.incidents[in.ID] = in
	return in, nil
}

func (d *desk) Once(_ context.Context, scope, id string, _ time.Duration) (bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.broken != nil {
		return false, d.broken
	}
	first := !d.seen[scope+id]
	d.seen[scope+id] = true
	return first, nil
}

func (d *desk) Forget(_ context.Context, scope, id string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.seen, scope+id)
	return nil
}

func (d *desk) ClaimSlot(_ context.Context, person oncall.PersonID, id incident.ID) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.echoes[person] = 0
	if d.slots[person] == nil {
		d.slots[person] = map[int]incident.ID{}
	}
	for n := 1; ; n++ {
		switch d.slots[person][n] {
		case "":
			d.slots[person][n] = id
			return n, nil
		case id:
			return n, nil
		}
	}
}

func (d *desk) Slots(_ context.Context, person oncall.PersonID) (open, ended map[int]incident.ID, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	open, ended = map[int]incident.ID{}, map[int]incident.ID{}
	for n, id := range d.slots[person] {
		if in := d.incidents[id]; in.Open() {
			open[n] = id
		} else {
			ended[n] = id
		}
	}
	return open, ended, d.broken
}

func (d *desk) Echoed(_ context.Context, person oncall.PersonID, _ time.Duration) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.echoes[person]++
	return d.echoes[person], d.broken
}

func (d *desk) Heard(_ context.Context, person oncall.PersonID) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.echoes[person] = 0
	return d.broken
}

func (d *desk) Closed(_ context.Context, p oncall.Person, via oncall.Method) (oncall.Trouble, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return oncall.Reach{Troubles: d.troubles[p.ID]}.Closed(via, p.Phone)
}

func (d *desk) Trouble(_ context.Context, person oncall.PersonID, t oncall.Trouble) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.troubles[person] = append(d.troubles[person], t)
}

func (d *desk) Mended(_ context.Context, person oncall.PersonID, kind oncall.TroubleKind, via oncall.Method, phone oncall.Phone) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.troubles[person] = slices.DeleteFunc(d.troubles[person], func(t oncall.Trouble) bool {
		return t.Kind == kind && t.Via == via && t.Phone == phone
	})
}

// troublesOf returns what stands in the way of reaching a person.
func (d *desk) troublesOf(person oncall.PersonID) []oncall.Trouble {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.troubles[person])
}

// did returns the events so far.
func (d *desk) did() []incident.Event {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]incident.Event(nil), d.events...)
}

// state returns where an incident stands.
func (d *desk) state(id incident.ID) incident.State {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.incidents[id].State
}

// breaks takes the store away, or gives it back.
func (d *desk) breaks(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.broken = err
}

// settle puts an incident into a state.
func (d *desk) settle(id incident.ID, change func(*incident.Incident)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	in := d.incidents[id]
	in.Pages = append([]incident.Page(nil), in.Pages...) // handlers may be reading the old ones
	change(&in)
	d.incidents[id] = in
}

// A stage is a client and its handler, wired to Twilio in miniature and to a desk
// that holds two incidents: PLATFORM-42, whose page tells WEB-7 too, and WEB-8.
type stage struct {
	fake   *twiliofake.Server
	client *Client
	desk   *desk
	api    *httptest.Server
	app    *httptest.Server
}

func newStage(t *testing.T) *stage {
	t.Helper()
	d := &desk{
		slots: map[oncall.PersonID]map[int]incident.ID{},
		seen:  map[string]bool{}, echoes: map[oncall.PersonID]int{}, troubles: map[oncall.PersonID][]oncall.Trouble{},
		incidents: map[incident.ID]incident.Incident{
			"PLATFORM-42": {ID: "PLATFORM-42", Team: "platform", Title: "Disk full on db1", Severity: incident.Critical, State: incident.Triggered,
				Pages: []incident.Page{
					{ID: "PLATFORM-42/p3", To: "hal", Status: incident.PageOut},
					{ID: "PLATFORM-42/p4", To: "hal", Status: incident.PageOut, With: []incident.PageID{"WEB-7/p1", "WEB-9/p1"}},
				}},
			"WEB-7": {ID: "WEB-7", Team: "web", Title: "Slow", Severity: incident.Warning, State: incident.Triggered,
				Pages: []incident.Page{{ID: "WEB-7/p1", To: "hal", Status: incident.PageOut}}},
			"WEB-8": {ID: "WEB-8", Team: "web", Title: "Down", Severity: incident.Error, State: incident.Triggered},
		},
	}
	s := &stage{fake: twiliofake.New(twiliofake.Options{}), desk: d}
	s.api = httptest.NewServer(s.fake)
	o := s.fake.Options()
	s.client = New(Options{
		AccountSID: o.AccountSID, AuthToken: o.AuthToken, From: o.From,
		APIURL: s.api.URL, PublicURL: public, Slots: d, Reach: d,
	})
	s.app = httptest.NewServer(s.client.Handler(d))
	s.fake.SetApp(public, s.app.URL, public+"/twilio/sms")
	t.Cleanup(func() {
		s.fake.Close()
		s.api.Close()
		s.app.Close()
	})
	return s
}

// notice is a page to Hal about incidents of the desk.
func (s *stage) notice(via oncall.Method, page incident.PageID, ids ...incident.ID) incident.Notice {
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	n := incident.Notice{Page: page, Via: via, To: oncall.Person{ID: "hal", Name: "Hal Byrne", Phone: hal}}
	for _, id := range ids {
		n.Incidents = append(n.Incidents, s.desk.incidents[id])
	}
	return n
}

// page sends one and fails the test where that fails.
func (s *stage) page(t *testing.T, n incident.Notice) (ref string) {
	t.Helper()
	ref, receipt, err := s.client.Page(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	if !receipt {
		t.Error("no receipt is expected, though there is a public URL")
	}
	return ref
}

// until waits for something to become true; it looks again whenever Twilio did
// anything.
func (s *stage) until(t *testing.T, what string, is func() bool) {
	t.Helper()
	deadline := time.After(5 * time.Second)
	for {
		changed := s.fake.Changed()
		if is() {
			return
		}
		select {
		case <-changed:
		case <-deadline:
			t.Fatalf("%s: never; so far %+v", what, s.desk.did())
		}
	}
}

// heard reports whether the event has come in.
func (s *stage) heard(want incident.Event) func() bool {
	return func() bool {
		for _, ev := range s.desk.did() {
			if ev == want {
				return true
			}
		}
		return false
	}
}
