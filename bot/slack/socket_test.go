package slack_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/bot/slack"
	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A listener is one more instance that hears the world's Slack by socket.
type listener struct {
	client *slack.Client
	alarms <-chan string
	stop   func()
}

// listens has the workspace talk over sockets alone, to one more instance.
func (w *world) listens(t *testing.T, desk slack.Desk) listener {
	t.Helper()
	w.SetApp("", "")
	o := w.Options()
	client := slack.New(slack.Options{
		Token: o.BotToken, AppToken: o.AppToken, Silence: 500 * time.Millisecond, APIURL: o.URL + "/api/", Now: w.now,
	})
	alarms := make(chan string, 64)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- client.Listen(ctx, desk, func(_ context.Context, what string) { alarms <- what })
	}()
	stop := sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("listening ended with %v", err)
		}
		client.Close()
	})
	t.Cleanup(stop)
	return listener{client, alarms, stop}
}

// linked waits until so many connections stand.
func (w *world) linked(t *testing.T, n int) {
	t.Helper()
	w.await(t, "connections stand", func(s *slackfake.Server) bool { return len(s.Links()) == n })
}

func newSocketWorld(t *testing.T) *world {
	t.Helper()
	return newWorldWith(t, slackfake.Options{OpenEvery: -1, PingEvery: 50 * time.Millisecond})
}

func TestEverythingIsHeardByTheSocket(t *testing.T) {
	w := newSocketWorld(t)
	card := posted(t, w, disk())
	w.listens(t, w.desk)
	w.linked(t, 2)
	w.desk.answer = func(_ context.Context, r commands.Request) commands.Reply {
		return commands.Reply{Text: "Heard " + r.Text + r.Verb + ".", OK: true}
	}
	reply, err := w.Command("U0ANA", "C0PLATFORM", "/oncall", "who")
	if err != nil || reply.Message.Text != "Heard who." || reply.Message.Ephemeral != "U0ANA" {
		t.Errorf("a command is answered %+v, %v", reply.Message, err)
	}
	if _, _, err := w.Click("U0BEN", "C0PLATFORM", card.TS, "ack"); err != nil {
		t.Error(err)
	}
	w.await(t, "the click is answered in private", func(*slackfake.Server) bool {
		return slices.Contains(w.whispers("U0BEN"), "Heard ack.")
	})
	if _, err := w.Mention("U0ANA", "C0PLATFORM", card.TS, "resolve"); err != nil {
		t.Error(err)
	}
	asked := w.desk.requests()
	if len(asked) != 3 || asked[0].By != incident.By("ana") || asked[0].Team != "platform" || asked[2].Focus != "PLATFORM-42" {
		t.Errorf("asked %+v", asked)
	}
}

func TestAFormIsFilledInByTheSocket(t *testing.T) {
	w := newSocketWorld(t)
	w.listens(t, w.desk)
	w.linked(t, 2)
	w.answers(commands.Reply{Form: &commands.Form{Title: "Note", Words: "note {text}", Fields: []commands.Field{{Name: "text", Label: "Text"}}}})
	if _, err := w.Command("U0ANA", "C0PLATFORM", "/oncall", "note"); err != nil {
		t.Fatal(err)
	}
	views := w.Views()
	if len(views) != 1 {
		t.Fatalf("%d forms stand open, want one", len(views))
	}
	w.answers(commands.Reply{Text: "That is no note.", Field: "text"})
	sent, err := w.Submit("U0ANA", views[0].ID, map[string]string{"text": "x"})
	if err != nil || sent.Errors["text"] != "That is no note." {
		t.Errorf("refused with %+v, %v", sent, err)
	}
	w.answers(commands.Reply{Text: "Noted.", OK: true})
	if sent, err := w.Submit("U0ANA", views[0].ID, map[string]string{"text": "y"}); err != nil || len(sent.Errors) > 0 {
		t.Errorf("taken with %+v, %v", sent, err)
	}
	w.await(t, "told in private", func(*slackfake.Server) bool { return slices.Contains(w.whispers("U0ANA"), "Noted.") })
}

func TestALongAnswerGoesAnotherWay(t *testing.T) {
	w := newSocketWorld(t)
	w.listens(t, w.desk)
	w.linked(t, 2)
	long := commands.Reply{Text: "Long.", OK: true}
	for range 6 {
		long.Offers = append(long.Offers, offer(strings.Repeat("💥", 900)))
	}
	long.Lines = slices.Repeat([]string{strings.Repeat("é", 200)}, 80)
	w.answers(long)
	if reply, err := w.Command("U0ANA", "C0PLATFORM", "/oncall", "list"); err != nil || reply.Message.TS != "" {
		t.Errorf("acknowledged with %d bytes, %v; Slack drops more than 20 KB", len(reply.Body), err)
	}
	w.await(t, "answered by the response URL", func(s *slackfake.Server) bool { return len(s.CallsTo("response_url")) == 1 })
}

func offer(words string) oncall.Offer { return oncall.Offer{Label: "Again", Words: words} }

func TestF43RedeliveryHasOneEffect(t *testing.T) {
	w := newSocketWorld(t)
	first, second := w.listens(t, w.desk), w.listens(t, w.desk)
	w.linked(t, 4)
	m, err := w.Say("U0ANA", "C0PLATFORM", "", "<@U0BOT> escalate PLATFORM-42")
	if err != nil {
		t.Fatal(err)
	}
	event, err := w.MentionBody(m)
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 4 { // over four connections of two instances
		group.Go(func() {
			if err := w.Redeliver(event); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	first.stop()
	second.stop()
	w.listens(t, w.desk) // a restart in between
	w.linked(t, 2)
	if err := w.Redeliver(event); err != nil {
		t.Error(err)
	}
	if asked := w.desk.requests(); len(asked) != 1 {
		t.Errorf("carried out %d times, want once", len(asked))
	}
}

func TestF43WhatAnInstanceDiedOverIsDoneByTheNext(t *testing.T) {
	w := newSocketWorld(t)
	card := posted(t, w, disk())
	click, err := w.ActionBody("U0ANA", "C0PLATFORM", card.TS, "ack", "")
	if err != nil {
		t.Fatal(err)
	}
	// The dead one has claimed the click and never comes back to it.
	dead := &desk{seen: map[string]bool{}, answer: func(context.Context, commands.Request) commands.Reply {
		return commands.Reply{Text: "Died.", OK: true}
	}}
	claimed := claims{dead, w.desk}
	if status, _ := deliverTo(t, w, claimed, click); status != http.StatusOK {
		t.Fatalf("status = %d", status)
	}
	w.desk.lapse(t)
	if status, _ := w.deliver(t, "/slack/interactions", click, nil); status != http.StatusOK {
		t.Errorf("status = %d, want 200 once the claim has lapsed", status)
	}
	if asked := w.desk.requests(); len(asked) != 1 || asked[0].Verb != "ack" {
		t.Errorf("asked %+v, want the click once", asked)
	}
}

// claims is a desk that leaves its claims in another one, and never settles them.
type claims struct {
	*desk
	left *desk
}

func (c claims) Once(ctx context.Context, scope, id string, ttl time.Duration) (bool, error) {
	return c.left.Once(ctx, scope, id, ttl)
}

// lapse forgets what was claimed and not settled, as the store does after a while.
func (d *desk) lapse(t *testing.T) {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.seen) != 1 {
		t.Fatalf("claimed %v, want one", d.seen)
	}
	clear(d.seen)
}

// deliverTo sends a click to an instance at another desk.
func deliverTo(t *testing.T, w *world, desk slack.Desk, body []byte) (int, string) {
	t.Helper()
	o := w.Options()
	client := slack.New(slack.Options{Token: o.BotToken, SigningSecret: o.SigningSecret, APIURL: o.URL + "/api/", Now: w.now})
	app := httptest.NewServer(client.Handler(desk))
	defer app.Close()
	defer client.Close()
	return deliver(t, app.URL+"/slack/interactions", body, w.Sign(body, time.Now()))
}

func TestF44ASlowStoreStillAcknowledgesInTime(t *testing.T) {
	w := newSocketWorld(t)
	card := posted(t, w, disk())
	w.listens(t, w.desk)
	w.linked(t, 2)
	release := make(chan struct{})
	defer close(release)
	w.desk.answer = func(context.Context, commands.Request) commands.Reply {
		<-release // heeds no context
		return commands.Reply{OK: true}
	}
	var group sync.WaitGroup
	for range 50 {
		group.Go(func() {
			if _, _, err := w.Click("U0ANA", "C0PLATFORM", card.TS, "ack"); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	for _, e := range w.Envelopes() {
		if e.Attempt > 0 || e.Acked.IsZero() {
			t.Errorf("envelope %s took attempt %d, acknowledged at %s: Slack gives up after three seconds", e.ID, e.Attempt, e.Acked)
		}
	}
}

func TestWhatFailedIsSaidByTheSocket(t *testing.T) {
	w := newSocketWorld(t)
	w.listens(t, w.desk)
	w.linked(t, 2)
	w.answers(commands.Reply{Text: "Please try again.", Err: errors.New("store away")})
	if reply, err := w.Command("U0ANA", "C0PLATFORM", "/oncall", "ack"); err != nil || reply.Message.Text != "Please try again." {
		t.Errorf("answered %+v, %v", reply.Message, err)
	}
}
