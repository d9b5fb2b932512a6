package discord

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/bot/bottest"
	"github.com/earshot-oncall/earshot/bot/discord/discordfake"
	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

const platform = "3001"

// A stage is a Discord server, a Client in it and the app that it sends clicks to.
type stage struct {
	*discordfake.Server
	client *Client
	desk   *counter
	alarms chan string // what an admin has to mend, as much of it as fits
}

// newStage is a stage whose interactions come over HTTP, or over the gateway.
func newStage(t *testing.T, gateway bool, changes ...func(*Client)) *stage {
	t.Helper()
	s := &stage{Server: discordfake.New(discordfake.Options{}), alarms: make(chan string, 1)}
	vendor := httptest.NewServer(s)
	t.Cleanup(vendor.Close)
	t.Cleanup(s.Close)
	s.AddUser("2001", "ana", false)
	s.AddUser("2002", "ben", false)
	s.AddUser("2009", "mallory", false)
	s.AddChannel(platform, "platform", discordfake.Text, false)
	s.desk = &counter{seen: map[string]bool{}, kept: map[string]string{}, roster: oncall.Roster{
		People: map[oncall.PersonID]oncall.Person{
			"ana": {ID: "ana", Name: "Ana Ortiz", Discord: "2001"}, "ben": {ID: "ben", Name: "Ben Wu", Discord: "2002"},
			"hal": {ID: "hal", Name: "Hal Byrne"},
		},
		Teams: map[oncall.TeamID]oncall.Team{"platform": {
			ID: "platform", Name: "Platform", DiscordChannel: platform, Members: []oncall.PersonID{"ana", "ben", "hal"},
		}},
	}}
	o := Options{Token: s.Options().Token, APIURL: vendor.URL + "/api/v9/", Shelf: s.desk}
	if !gateway {
		o.PublicKey = s.PublicKey()
	}
	s.client = New(o)
	for _, change := range changes {
		change(s.client)
	}
	app := httptest.NewServer(s.client.Handler(s.desk))
	t.Cleanup(app.Close)
	if !gateway {
		s.SetEndpoint(app.URL + "/discord/interactions")
	}
	if err := s.client.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.client.Run(ctx, s.desk, func(_ context.Context, what string) {
			select {
			case s.alarms <- what:
			default:
			}
		})
	}()
	t.Cleanup(func() {
		cancel()
		<-done
		s.client.Close()
		if v := s.Violations(); len(v) > 0 {
			t.Errorf("violations: %q", v)
		}
	})
	s.await(t, "the commands are registered", func() bool { return len(s.Commands(s.Options().Guild)) > 0 })
	if gateway {
		s.await(t, "the gateway is connected", func() bool { return s.Connected() == 1 })
	}
	return s
}

// await waits for something to become true in the server.
func (s *stage) await(t *testing.T, what string, ok func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := s.Wait(ctx, func(*discordfake.Server) bool { return ok() }); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// asked counts the requests to a path.
func (s *stage) asked(method, path string) int {
	n := 0
	for _, c := range s.Calls() {
		if c.Method == method && c.Path == path {
			n++
		}
	}
	return n
}

// A counter is a desk that carries nothing out and remembers what it was asked.
type counter struct {
	roster oncall.Roster

	mu     sync.Mutex
	asked  []commands.Request
	typed  []commands.Partial
	seen   map[string]bool
	kept   map[string]string
	broken error // of the shelf
	reply  commands.Reply
	do     func(context.Context) // before it answers; nil: nothing
	offers []commands.Option
}

func (d *counter) Run(ctx context.Context, r commands.Request) commands.Reply {
	d.mu.Lock()
	d.asked = append(d.asked, r)
	reply, do := d.reply, d.do
	d.mu.Unlock()
	if do != nil {
		do(ctx)
	}
	return reply
}

func (d *counter) Complete(_ context.Context, p commands.Partial) []commands.Option {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.typed = append(d.typed, p)
	return d.offers
}

func (d *counter) Roster() oncall.Roster { return d.roster }

func (d *counter) Once(_ context.Context, scope, id string, _ time.Duration) (bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	first := !d.seen[scope+id]
	d.seen[scope+id] = true
	return first, nil
}

func (d *counter) Forget(_ context.Context, scope, id string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.seen, scope+id)
	return nil
}

func (d *counter) Settle(context.Context, string, string, time.Duration) error { return nil }

func (d *counter) Settled(context.Context, string, string) (bool, error) { return true, nil }

// Keep implements Shelf.
func (d *counter) Keep(_ context.Context, text string, _ time.Duration) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	token := fmt.Sprintf("%032d", len(d.kept))
	d.kept[token] = text
	return token, d.broken
}

// Kept implements Shelf.
func (d *counter) Kept(_ context.Context, token string) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.kept[token], d.broken
}

// forgets has the shelf lose all that was kept, or fail with an error.
func (d *counter) forgets(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.kept, d.broken = map[string]string{}, err
}

// answers has the desk answer everything with that, after doing something.
func (d *counter) answers(reply commands.Reply, do func(context.Context)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.reply, d.do = reply, do
}

func (d *counter) requests() []commands.Request {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.asked)
}

// scene is a card of an incident.
func (s *stage) scene(in incident.Incident, ref string) incident.Scene {
	return incident.Scene{
		Card: incident.Card{Board: "discord", Channel: platform, Ref: ref}, Incident: in, Roster: s.desk.roster,
	}
}

func (s *stage) notice(in ...incident.Incident) incident.Notice {
	return incident.Notice{
		Page: incident.PageID(string(in[0].ID) + "/p1"), Via: oncall.Chat, To: s.desk.roster.People["ana"], Incidents: in, Roster: s.desk.roster,
	}
}

// state is an incident in a state, as it comes fresh.
func state(name string) incident.Incident {
	in := bottest.States()[name]
	in.Annotations = maps.Clone(in.Annotations)
	return in
}

// fault is the error as a Fault, or a failure of the test.
func fault(t *testing.T, err error) *incident.Fault {
	t.Helper()
	var f *incident.Fault
	if !errors.As(err, &f) {
		t.Fatalf("error = %v, want a Fault", err)
	}
	return f
}

// on is a schedule that one person always holds.
func on(person oncall.PersonID) oncall.Schedule {
	layer := oncall.Layer{
		Participants: [][]oncall.PersonID{{person}}, Turn: oncall.Turn{N: 1, Unit: oncall.Weeks}, Start: oncall.Wall{Year: 2020, Month: time.January, Day: 6, Hour: 9},
	}
	return oncall.Schedule{Team: "platform", Name: "techops", Layers: []oncall.Layer{layer}}
}
