package slack_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/bot/slack"
	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

var nine = time.Date(2026, time.March, 9, 9, 0, 0, 0, time.UTC)

// A world is a workspace, a Client in it and the app that it sends clicks to.
type world struct {
	*slackfake.Server
	client *slack.Client
	desk   *desk
	app    string // URL
	api    string // URL

	mu    sync.Mutex
	clock time.Time
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldWith(t, slackfake.Options{})
}

func newWorldWith(t *testing.T, o slackfake.Options) *world {
	t.Helper()
	w := &world{Server: slackfake.New(o), clock: time.Now()}
	t.Cleanup(w.Close)
	vendor := httptest.NewServer(w)
	t.Cleanup(vendor.Close)
	w.api = vendor.URL
	w.SetURL(vendor.URL)
	w.AddUser("U0ANA", "Ana Ortiz", "Europe/Madrid")
	w.AddUser("U0BEN", "Ben Wu", "America/New_York")
	w.AddChannel("C0PLATFORM", "platform", "U0ANA", "U0BEN")
	w.desk = &desk{seen: map[string]bool{}, answer: func(context.Context, commands.Request) commands.Reply {
		return commands.Reply{Text: "Done.", OK: true}
	}}
	options := w.Options()
	w.client = slack.New(slack.Options{
		Token: options.BotToken, SigningSecret: options.SigningSecret, APIURL: vendor.URL + "/api/", Now: w.now,
	})
	app := httptest.NewServer(w.client.Handler(w.desk))
	t.Cleanup(app.Close)
	t.Cleanup(w.client.Close)
	w.app = app.URL
	w.SetApp(app.URL+"/slack/commands", app.URL+"/slack/interactions")
	return w
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.clock
}

func (w *world) wind(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = w.clock.Add(d)
}

// cards are the messages of the team's channel that are no replies.
func (w *world) cards() []slackfake.Message {
	var top []slackfake.Message
	for _, m := range w.Messages("C0PLATFORM") {
		if m.ThreadTS == "" && m.Ephemeral == "" {
			top = append(top, m)
		}
	}
	return top
}

// await waits for something to become true in the workspace.
func (w *world) await(t *testing.T, what string, ok func(*slackfake.Server) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := w.Wait(ctx, ok); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// whispers are the messages that only that user sees.
func (w *world) whispers(user string) []string {
	var texts []string
	for _, m := range w.asides(user) {
		texts = append(texts, m.Text)
	}
	return texts
}

func (w *world) asides(user string) []slackfake.Message {
	var all []slackfake.Message
	for _, m := range w.Messages("C0PLATFORM") {
		if m.Ephemeral == user {
			all = append(all, m)
		}
	}
	return all
}

// answers has the desk answer everything with that.
func (w *world) answers(reply commands.Reply) {
	w.desk.mu.Lock()
	defer w.desk.mu.Unlock()
	w.desk.answer = func(context.Context, commands.Request) commands.Reply { return reply }
}

// mention tells the app what somebody said to it in the channel: at ts, which is the
// head of a thread.
func (w *world) mention(t *testing.T, user, ts, words string) {
	t.Helper()
	body, _ := json.Marshal(map[string]any{"type": "event_callback", "event_id": "Ev" + ts, "event": map[string]any{
		"type": "app_mention", "user": user, "text": "<@U0BOT> " + words, "channel": "C0PLATFORM", "thread_ts": ts, "ts": ts,
	}})
	if status, _ := w.deliver(t, "/slack/events", body, nil); status != http.StatusOK {
		t.Errorf("mention answered %d, want 200", status)
	}
}

// deliver posts a signed body to the app, as Slack does.
func (w *world) deliver(t *testing.T, path string, body []byte, change func(http.Header)) (int, string) {
	t.Helper()
	header := w.Sign(body, time.Now())
	if change != nil {
		change(header)
	}
	return deliver(t, w.app+path, body, header)
}

// A desk carries nothing out and remembers what it was asked.
type desk struct {
	mu     sync.Mutex
	asked  []commands.Request
	seen   map[string]bool // true: done
	answer func(context.Context, commands.Request) commands.Reply
}

func (d *desk) Run(ctx context.Context, r commands.Request) commands.Reply {
	d.mu.Lock()
	d.asked = append(d.asked, r)
	answer := d.answer
	d.mu.Unlock()
	return answer(ctx, r)
}

func (d *desk) Roster() oncall.Roster { return roster }

func (d *desk) Once(_ context.Context, scope, id string, _ time.Duration) (bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, known := d.seen[scope+id]
	if !known {
		d.seen[scope+id] = false
	}
	return !known, nil
}

func (d *desk) Settle(_ context.Context, scope, id string, _ time.Duration) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.seen[scope+id] = true
	return nil
}

func (d *desk) Settled(_ context.Context, scope, id string) (bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.seen[scope+id], nil
}

func (d *desk) Forget(_ context.Context, scope, id string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.seen, scope+id)
	return nil
}

func (d *desk) requests() []commands.Request {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]commands.Request{}, d.asked...)
}

var roster = oncall.Roster{
	People: map[oncall.PersonID]oncall.Person{
		"ana": {ID: "ana", Name: "Ana Ortiz", Slack: "U0ANA"},
		"ben": {ID: "ben", Name: "Ben Wu", Slack: "U0BEN"},
		"hal": {ID: "hal", Name: "Hal Byrne", Phone: "+16175550108"},
	},
	Teams: map[oncall.TeamID]oncall.Team{
		"platform": {ID: "platform", Name: "Platform", SlackChannel: "C0PLATFORM", Members: []oncall.PersonID{"ana", "ben"}},
		"quiet":    {ID: "quiet"},
	},
}

// disk is an incident that nobody has.
func disk() incident.Incident {
	return incident.Incident{
		ID: "PLATFORM-42", Team: "platform", Title: "Disk full on db1", Severity: incident.Critical,
		Source: "db1", Count: 3, State: incident.Triggered, Urgency: oncall.High, OpenedAt: nine, Revision: 1,
		Tier: 0, TierDue: nine.Add(10 * time.Minute),
		Policy: oncall.Policy{Name: "default", Tiers: []oncall.Tier{
			{Page: []oncall.Target{{Kind: oncall.ToPerson, Name: "ana"}}, Wait: 10 * time.Minute},
			{Page: []oncall.Target{{Kind: oncall.ToPerson, Name: "hal"}}, Wait: 10 * time.Minute},
		}},
		Runs: []incident.Run{{Person: "ana", Why: "named by the policy", Start: nine}},
	}
}

func acknowledged() incident.Incident {
	in := disk()
	in.State, in.AckedAt, in.AckedBy = incident.Acknowledged, nine.Add(38*time.Second), incident.By("ana")
	in.TierDue, in.Runs, in.Revision = time.Time{}, nil, 2
	return in
}

func scene(in incident.Incident, ref string) incident.Scene {
	return incident.Scene{
		Card: incident.Card{Board: "slack", Channel: "C0PLATFORM", Ref: ref}, Incident: in, Roster: roster,
	}
}

func notice(in ...incident.Incident) incident.Notice {
	return incident.Notice{
		Page: incident.PageID(string(in[0].ID) + "/p1"), Via: oncall.Chat, To: roster.People["ana"], Incidents: in, Roster: roster,
	}
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
