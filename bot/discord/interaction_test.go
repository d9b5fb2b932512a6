package discord

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/bot/discord/discordfake"
	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestF53TheEndpointIsProbed(t *testing.T) {
	s := newStage(t, false)
	if err := s.Validate(); err != nil {
		t.Error(err)
	}
}

func TestS06OnlyWhatDiscordSignedLatelyIsHeard(t *testing.T) {
	s := newStage(t, false)
	if _, err := s.Command("2001", platform, "oncall who", nil); err != nil {
		t.Fatal(err)
	}
	s.desk.asked = nil
	body := []byte(`{"id":"1","type":2,"token":"t","guild_id":"1000","channel_id":"3001","member":{"user":{"id":"2001"}},"data":{"name":"oncall","options":[{"name":"ack","options":[]}]}}`)
	tests := []struct {
		name   string
		change func(http.Header)
	}{
		{"no signature", func(h http.Header) { h.Del("X-Signature-Ed25519") }},
		{"no timestamp", func(h http.Header) { h.Del("X-Signature-Timestamp") }},
		{"another's signature", func(h http.Header) { h.Set("X-Signature-Ed25519", strings.Repeat("ab", 64)) }},
		{"a short signature", func(h http.Header) { h.Set("X-Signature-Ed25519", "abcd") }},
		{"a long signature", func(h http.Header) { h.Set("X-Signature-Ed25519", strings.Repeat("ab", 65)) }},
		{"an empty signature", func(h http.Header) { h.Set("X-Signature-Ed25519", "") }},
		{"no hexadecimal", func(h http.Header) { h.Set("X-Signature-Ed25519", strings.Repeat("zz", 64)) }},
		{"a timestamp that is none", func(h http.Header) { h.Set("X-Signature-Timestamp", "today") }},
		{"a signature of six minutes ago", func(h http.Header) { copyInto(h, s.Sign(body, time.Now().Add(-6*time.Minute))) }},
		{"a signature of tomorrow", func(h http.Header) { copyInto(h, s.Sign(body, time.Now().Add(24*time.Hour))) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			header := s.Sign(body, time.Now())
			tt.change(header)
			if status, _, err := s.Deliver(body, header); err != nil || status != http.StatusUnauthorized {
				t.Errorf("status %d, %v, want 401", status, err)
			}
		})
	}
	t.Run("a body changed on the way", func(t *testing.T) {
		status, _, err := s.Deliver(bytes.Replace(body, []byte("2001"), []byte("2002"), 1), s.Sign(body, time.Now()))
		if err != nil || status != http.StatusUnauthorized {
			t.Errorf("status %d, %v, want 401", status, err)
		}
	})
	t.Run("a key that is none refuses everything", func(t *testing.T) {
		for _, key := range []string{"", "abcd", "zz", hex.EncodeToString(make([]byte, 33))} {
			c := New(Options{PublicKey: key})
			if c.signed(s.Sign(body, time.Now()), body, time.Now()) {
				t.Errorf("key %q: let through", key)
			}
		}
	})
	if n := len(s.desk.requests()); n != 0 {
		t.Fatalf("%d requests were carried out", n)
	}
	t.Run("the same once more is carried out once", func(t *testing.T) {
		for range 2 {
			if status, _, err := s.Deliver(body, s.Sign(body, time.Now())); err != nil || status/100 != 2 {
				t.Errorf("status %d, %v", status, err)
			}
		}
		if n := len(s.desk.requests()); n != 1 {
			t.Errorf("carried out %d times", n)
		}
	})
	t.Run("nonsense is refused", func(t *testing.T) {
		for _, nonsense := range []string{"", "{", "[]", `{"type":0}`, `"x"`} {
			if status, _, err := s.Deliver([]byte(nonsense), s.Sign([]byte(nonsense), time.Now())); err != nil || status != http.StatusBadRequest {
				t.Errorf("%q: status %d, %v", nonsense, status, err)
			}
		}
	})
}

func copyInto(h, from http.Header) {
	for name, values := range from {
		h[name] = values
	}
}

// TestWhatIsSaidArrives has it over HTTP and over the gateway.
func TestWhatIsSaidArrives(t *testing.T) {
	for _, gateway := range []bool{false, true} {
		t.Run(fmt.Sprint("gateway ", gateway), func(t *testing.T) {
			s := newStage(t, gateway)
			s.desk.answers(commands.Reply{OK: true, Text: "PLATFORM-42 acknowledged.", Offers: []oncall.Offer{{Label: "Undo", Words: "undo 3"}}}, nil)
			answer, err := s.Command("2001", platform, "oncall snooze", map[string]string{"id": "PLATFORM-42", "for": "1h"})
			if err != nil {
				t.Fatal(err)
			}
			if !answer.Ephemeral() || answer.Message.Content != "PLATFORM-42 acknowledged." {
				t.Errorf("answer %+v", answer)
			}
			if _, err := s.Press("2001", answer.Message.ID, "say:undo 3"); err != nil {
				t.Error(err)
			}
			if _, err := s.client.Show(t.Context(), s.scene(state("triggered"), "")); err != nil {
				t.Fatal(err)
			}
			card := s.Messages(platform)[0].ID
			if _, err := s.Press("2009", card, "v1:ack:PLATFORM-42"); err != nil {
				t.Error(err)
			}
			if _, err := s.Select("2002", card, "menu:PLATFORM-42", "v1:snooze:PLATFORM-42:30m"); err != nil {
				t.Error(err)
			}
			if _, err := s.Command("2002", platform, "oncall more audit", map[string]string{"team": "platform"}); err != nil {
				t.Error(err)
			}
			want := []commands.Request{
				{Text: "snooze PLATFORM-42 1h", By: incident.By("ana")},
				{Text: "undo 3", By: incident.By("ana")},
				{Verb: "ack", Incident: "PLATFORM-42", Focus: "PLATFORM-42", By: incident.Actor{Name: "mallory", Account: "discord 2009"}},
				{Verb: "snooze", Incident: "PLATFORM-42", Focus: "PLATFORM-42", Arg: "30m", By: incident.By("ben")},
				{Text: "audit platform", By: incident.By("ben")},
			}
			got := s.desk.requests()
			if len(got) != len(want) {
				t.Fatalf("requests %+v", got)
			}
			for i := range want {
				want[i].Source, want[i].Team = "discord", "platform"
				if fmt.Sprint(got[i]) != fmt.Sprint(want[i]) {
					t.Errorf("request %d is %+v, want %+v", i, got[i], want[i])
				}
			}
		})
	}
}

func TestS21WhoMayNotSpeak(t *testing.T) {
	s := newStage(t, false)
	s.AddGuild("1001", "elsewhere")
	s.AddGuildChannel("1001", "4001", "general", discordfake.Text, false)
	s.Join("1001", "2009")
	body := func(id, guild, user string) []byte {
		return fmt.Appendf(nil, `{"id":%q,"type":3,"token":"t","guild_id":%q,"channel_id":"4001","member":{"user":%s},"data":{"custom_id":"v1:ack:PLATFORM-42"}}`, id, guild, user)
	}
	for name, b := range map[string][]byte{
		"another server": body("81", "1001", `{"id":"2009"}`),
		"a bot":          body("82", "1000", `{"id":"9001","bot":true}`),
		"nobody":         body("83", "1000", `{}`),
	} {
		if status, _, err := s.Deliver(b, s.Sign(b, time.Now())); err != nil || status/100 != 2 {
			t.Errorf("%s: status %d, %v", name, status, err)
		}
	}
	if got := s.desk.requests(); len(got) != 0 {
		t.Errorf("carried out: %+v", got)
	}
}

func TestS07WhatAButtonCarriesGivesNoRight(t *testing.T) {
	s := newStage(t, false)
	for i, forged := range []string{"v1:ack:WEB-7", "v1:ack:WEB-7:extra", "v2:ack:WEB-7", "v1:ack:", "v1:ACK:WEB-7", "say:", "ask:", "form:x", "x", strings.Repeat("v1:ack:", 30)} {
		body := fmt.Appendf(nil, `{"id":"7%d","type":3,"token":"t","guild_id":"1000","channel_id":"3001","member":{"user":{"id":"2009","username":"mallory"}},"data":{"custom_id":%q}}`, i, forged)
		if status, _, err := s.Deliver(body, s.Sign(body, time.Now())); err != nil || status/100 != 2 {
			t.Errorf("%q: status %d, %v", forged, status, err)
		}
	}
	for _, r := range s.desk.requests() {
		if r.By.Person != "" || r.By.Name != "mallory" || r.Incident != "WEB-7" {
			t.Errorf("request %+v is not the stranger's about that incident", r)
		}
	}
}

func TestWhatIsMissingIsAskedFor(t *testing.T) {
	s := newStage(t, true)
	form := commands.Form{Title: "Note", Words: "note PLATFORM-42 {text}", Fields: []commands.Field{{Name: "text", Label: "Text", Kind: commands.Line}}}
	s.desk.answers(commands.Reply{Text: "What should the note say?", Form: &form}, nil)
	opened, err := s.Command("2001", platform, "oncall note", map[string]string{"id": "PLATFORM-42"})
	if err != nil || opened.Modal == nil {
		t.Fatalf("answer %+v, %v, want a form", opened, err)
	}
	s.desk.answers(commands.Reply{Text: "Noted.", OK: true}, nil)
	told, err := s.Submit("2001", opened, map[string]string{"text": "disk is on its way {text}"})
	if err != nil || told.Message.Content != "Noted." || !told.Ephemeral() {
		t.Fatalf("answer %+v, %v", told, err)
	}
	if got := s.desk.requests()[1]; got.Text != "note PLATFORM-42 disk is on its way {text}" || !got.Form {
		t.Errorf("said %+v", got)
	}
	choice := commands.Form{Title: "Add", Words: "add PLATFORM-42 {person}", Fields: []commands.Field{{
		Name: "person", Kind: commands.Choice, Options: []commands.Option{{Value: "@ben", Label: "Ben Wu"}},
	}}}
	s.desk.answers(commands.Reply{Text: "Whom?", Form: &choice}, nil)
	menu, err := s.Command("2001", platform, "oncall add", map[string]string{"id": "PLATFORM-42"})
	if err != nil || !menu.Ephemeral() {
		t.Fatalf("answer %+v, %v, want a menu", menu, err)
	}
	s.desk.answers(commands.Reply{Text: "Ben Wu is paged too.", OK: true}, nil)
	done, err := s.Select("2001", menu.Message.ID, "pick:person", "say:add PLATFORM-42 @ben")
	if err != nil || done.Message.ID != menu.Message.ID || done.Message.Content != "Ben Wu is paged too." || len(done.Message.Controls()) != 0 {
		t.Errorf("answer %+v, %v, want it in the menu's place", done, err)
	}
}

func TestSlowAnswersFollow(t *testing.T) {
	for _, gateway := range []bool{false, true} {
		s := newStage(t, gateway)
		release := make(chan struct{})
		s.desk.answers(commands.Reply{Text: "PLATFORM-42 acknowledged.", OK: true}, func(context.Context) { <-release })
		first, err := s.Command("2001", platform, "oncall ack", map[string]string{"id": "PLATFORM-42"})
		if err != nil || !first.Thinking() {
			t.Fatalf("answer %+v, %v, want a promise", first, err)
		}
		close(release)
		later, err := s.Settled(t.Context(), first.ID)
		if err != nil || later.Message.Content != "PLATFORM-42 acknowledged." || !later.Ephemeral() {
			t.Errorf("later %+v, %v", later, err)
		}
	}
}

func TestAPanicIsContained(t *testing.T) {
	s := newStage(t, true)
	s.desk.answers(commands.Reply{}, func(context.Context) { panic("odd") })
	answer, err := s.Command("2001", platform, "oncall who", nil)
	if err != nil || !strings.Contains(answer.Message.Content, "broken at the moment") {
		t.Fatalf("answer %+v, %v", answer, err)
	}
	s.desk.answers(commands.Reply{Text: "On call now:", OK: true}, nil)
	if answer, err = s.Command("2001", platform, "oncall who", nil); err != nil || answer.Message.Content != "On call now:" {
		t.Errorf("afterwards %+v, %v", answer, err)
	}
}

func TestWhatIsTypedIsCompleted(t *testing.T) {
	s := newStage(t, false)
	s.desk.offers = []commands.Option{{Value: "PLATFORM-42", Label: "PLATFORM-42 critical: Disk full"}}
	answer, err := s.Autocomplete("2001", platform, "oncall ack", map[string]string{"id": "pla"}, "id")
	if err != nil || len(answer.Choices) != 1 || answer.Choices[0].Value != "PLATFORM-42" {
		t.Fatalf("answer %+v, %v", answer, err)
	}
	want := commands.Partial{Word: "ack", Part: "id", Typed: "pla", By: incident.By("ana"), Team: "platform"}
	if got := s.desk.typed[0]; got != want {
		t.Errorf("asked %+v, want %+v", got, want)
	}
}

func TestAButtonThatAsks(t *testing.T) {
	s := newStage(t, true)
	storm := incident.Summary{Roster: s.desk.roster, Storm: incident.Storm{Channel: platform, Team: "platform", No: 1}, Glimpses: []incident.Glimpse{state("triggered").Glimpse()}}
	if _, err := s.client.Summarize(t.Context(), storm); err != nil {
		t.Fatal(err)
	}
	asked, err := s.Press("2001", s.Messages(platform)[0].ID, "ask:ack storm 3001")
	if err != nil || !asked.Ephemeral() || len(s.desk.requests()) != 0 {
		t.Fatalf("answer %+v, %v, requests %+v", asked, err, s.desk.requests())
	}
	if _, err := s.Press("2001", asked.Message.ID, "say:ack storm 3001"); err != nil || len(s.desk.requests()) != 1 {
		t.Errorf("after the yes: %v, %+v", err, s.desk.requests())
	}
}

func TestNoAnswerIsNoAnswer(t *testing.T) {
	s := newStage(t, false)
	body := []byte(`{"id":"77","type":3,"token":"t","guild_id":"1000","channel_id":"3001","member":{"user":{"id":"2001"}},"data":{"custom_id":"say:who"}}`)
	for range 2 {
		_, _, _ = s.Deliver(body, s.Sign(body, time.Now())) // told below
	}
	if n := len(s.desk.requests()); n != 1 {
		t.Errorf("carried out %d times", n)
	}
	s.FailAll(http.StatusInternalServerError)
	if _, err := s.Command("2001", platform, "oncall who", nil); err != nil && errors.Is(err, discordfake.ErrNoAnswer) {
		t.Errorf("over HTTP an answer needs no request of ours: %v", err)
	}
}
