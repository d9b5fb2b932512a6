package twiliofake_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	twilio "github.com/twilio/twilio-go"
	api "github.com/twilio/twilio-go/rest/api/v2010"

	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

// menu is the app's call: it speaks, takes one key, asks three times in all.
const menu = `<?xml version="1.0" encoding="UTF-8"?>
<Response><Gather input="dtmf" numDigits="1" timeout="10" action="key?page=42" actionOnEmptyResult="true">
<Say><prosody rate="slow">Critical alert.</prosody> Disk full.</Say><Say>To acknowledge, press 4.</Say></Gather></Response>`

func dial(t *testing.T, fake *twiliofake.Server, rest *twilio.RestClient) *twiliofake.Call {
	t.Helper()
	p := &api.CreateCallParams{}
	p.SetTo(hal).SetFrom(fake.Options().From).SetUrl(public + "/twilio/voice?page=42").SetTimeout(25)
	p.SetStatusCallback(public + "/twilio/call?page=42").SetStatusCallbackEvent([]string{"initiated", "ringing", "answered", "completed"})
	created, err := rest.Api.CreateCall(p)
	if err != nil {
		t.Fatal(err)
	}
	call := fake.Phone(hal).Call()
	if call == nil || call.SID() != *created.Sid || len(*created.Sid) != 34 || *created.Status != "queued" {
		t.Fatalf("call = %+v, created %+v", call, created)
	}
	return call
}

func ring(t *testing.T, fake *twiliofake.Server, call *twiliofake.Call) {
	t.Helper()
	waitFor(t, fake, "ringing", func() bool { return call.Status() == "ringing" })
}

func TestACallIsAnsweredAndTakesAKey(t *testing.T) {
	fake, rest, app := account(t)
	app.answer("/twilio/voice", menu)
	app.answer("/twilio/key 4", `<Response><Say>Acknowledged. Goodbye.</Say><Hangup/></Response>`)
	app.answer("/twilio/key", `<Response><Redirect>/twilio/voice?page=42</Redirect></Response>`)
	call := dial(t, fake, rest)
	ring(t, fake, call)
	if err := call.Press("4"); !errors.Is(err, twiliofake.ErrNotListening) {
		t.Errorf("key while ringing = %v", err)
	}
	if err := call.Answer(); err != nil {
		t.Fatal(err)
	}
	state := call.State()
	if !state.Listening || !slices.Equal(state.Prompt, []string{"Critical alert. Disk full.", "To acknowledge, press 4."}) {
		t.Fatalf("state = %+v", state)
	}
	if err := call.Timeout(); err != nil {
		t.Fatal(err)
	}
	if err := call.Press("9"); err != nil {
		t.Fatal(err)
	}
	if err := call.Press("4"); err != nil {
		t.Fatal(err)
	}
	waitFor(t, fake, "callbacks", func() bool { return len(fake.Callbacks()) == 4 })
	state = call.State()
	if state.Status != "completed" || state.Keys != "94" || len(state.Spoken) != 7 || state.Spoken[6] != "Acknowledged. Goodbye." {
		t.Errorf("state = %+v", state)
	}
	var digits, statuses, numbers []string
	for _, form := range app.requests("/twilio/key") {
		digits = append(digits, form.Get("Digits"))
	}
	for _, form := range app.requests("/twilio/call") {
		statuses = append(statuses, form.Get("CallStatus"))
		numbers = append(numbers, form.Get("SequenceNumber"))
	}
	if !slices.Equal(digits, []string{"", "9", "4"}) {
		t.Errorf("digits = %q", digits)
	}
	if got := strings.Join(statuses, " "); got != "initiated ringing in-progress completed" {
		t.Errorf("statuses = %s", got)
	}
	if got := strings.Join(numbers, ""); got != "0123" {
		t.Errorf("sequence = %s", got)
	}
	fetched, err := rest.Api.FetchCall(call.SID(), nil)
	if err != nil || *fetched.Status != "completed" || *fetched.Duration != "1" {
		t.Errorf("fetched = %+v, %v", fetched, err)
	}
}

func TestPhonesBehave(t *testing.T) {
	tests := []struct {
		name      string
		behaviour twiliofake.CallBehaviour
		status    string
		spoken    int
		keys      string
	}{
		{"busy", twiliofake.Busy(), "busy", 0, ""},
		{"unreachable", twiliofake.Unreachable(), "failed", 0, ""},
		{"nobody answers", twiliofake.NoAnswer(), "no-answer", 0, ""},
		{"voicemail hears it out", twiliofake.Voicemail(), "completed", 3, ""},
		{"answered and ignored", twiliofake.Ignores(), "completed", 3, ""},
		{"a key by itself", twiliofake.Presses("4"), "completed", 3, "4"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fake, rest, app := account(t)
			app.answer("/twilio/voice", menu)
			app.answer("/twilio/key", `<Response><Pause length="1"/><Say>Goodbye.</Say></Response>`)
			fake.Phone(hal).OnCall(tt.behaviour)
			call := dial(t, fake, rest)
			waitFor(t, fake, "end", func() bool { return call.State().Over() })
			if state := call.State(); state.Status != tt.status || len(state.Spoken) != tt.spoken || state.Keys != tt.keys || state.Problem != "" {
				t.Errorf("state = %+v", state)
			}
		})
	}
}

func TestTheAppCancelsAndHangsUp(t *testing.T) {
	for _, tt := range []struct {
		name     string
		answered bool
		ask      string
		want     string
	}{
		{"cancel while ringing", false, "canceled", "canceled"},
		{"complete while ringing", false, "completed", "canceled"},
		{"cancel while talking does nothing", true, "canceled", "in-progress"},
		{"complete while talking", true, "completed", "completed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			fake, rest, app := account(t)
			app.answer("/twilio/voice", menu)
			call := dial(t, fake, rest)
			ring(t, fake, call)
			if tt.answered {
				if err := call.Answer(); err != nil {
					t.Fatal(err)
				}
			}
			got, err := rest.Api.UpdateCall(call.SID(), (&api.UpdateCallParams{}).SetStatus(tt.ask))
			if err != nil || *got.Status != tt.want || call.Status() != tt.want {
				t.Errorf("status = %s, %v, want %s", call.Status(), err, tt.want)
			}
			if !call.State().Over() {
				return
			}
			_, err = rest.Api.UpdateCall(call.SID(), (&api.UpdateCallParams{}).SetStatus(tt.ask))
			wantError(t, err, 400, 21220)
			if err := call.Answer(); !errors.Is(err, twiliofake.ErrNotRinging) {
				t.Errorf("answer after the end = %v", err)
			}
		})
	}
}

func TestTheInterpreterRefuses(t *testing.T) {
	tests := []struct {
		name, xml, problem string
	}{
		{"an unknown verb", `<Response><Dance/></Response>`, "12200"},
		{"a verb where it may not stand", `<Response><Gather><Hangup/></Gather></Response>`, "12200"},
		{"another document", `<html></html>`, "12100"},
		{"broken XML", `<Response><Say>`, "12100"},
		{"no document", ``, "12100"},
		{"an endless round", `<Response><Redirect>/twilio/voice</Redirect></Response>`, "50 documents"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fake, rest, app := account(t)
			app.answer("/twilio/voice", tt.xml)
			call := dial(t, fake, rest)
			ring(t, fake, call)
			if err := call.Answer(); err == nil || !strings.Contains(err.Error(), tt.problem) {
				t.Errorf("error = %v, want %s", err, tt.problem)
			}
			if state := call.State(); state.Status != "completed" || !strings.Contains(state.Problem, tt.problem) {
				t.Errorf("state = %+v", state)
			}
		})
	}
}

func TestHangupAndDecline(t *testing.T) {
	fake, rest, app := account(t)
	app.answer("/twilio/voice", menu)
	call := dial(t, fake, rest)
	ring(t, fake, call)
	if err := call.Decline(); err != nil || call.Status() != "busy" {
		t.Errorf("declined: %s, %v", call.Status(), err)
	}
	call = dial(t, fake, rest)
	ring(t, fake, call)
	if err := call.Answer(); err != nil {
		t.Fatal(err)
	}
	call.Hangup()
	if call.Status() != "completed" || !errors.Is(call.Press("4"), twiliofake.ErrNotListening) {
		t.Errorf("hung up: %+v", call.State())
	}
	if len(fake.Phone(hal).Calls()) != 2 {
		t.Error("calls are missing")
	}
}

func TestWithAPaceTimePassesByItself(t *testing.T) {
	fake, rest, app := account(t)
	fake.SetPace(1e-6)
	app.answer("/twilio/voice", menu)
	app.answer("/twilio/key", `<Response><Hangup/></Response>`)
	call := dial(t, fake, rest)
	waitFor(t, fake, "no answer", func() bool { return call.Status() == "no-answer" })
	fake.Phone(hal).OnCall(twiliofake.PicksUp())
	call = dial(t, fake, rest)
	waitFor(t, fake, "menu runs out", func() bool { return call.Status() == "completed" })
	if got := app.requests("/twilio/key"); len(got) != 1 || got[0].Get("Digits") != "" {
		t.Errorf("keys = %v", got)
	}
}

func TestCloseEndsAHangingCall(t *testing.T) {
	fake, rest, app := account(t)
	fake.SetPace(1)
	fake.Phone(hal).OnCall(twiliofake.Voicemail())
	app.answer("/twilio/voice", `<Response><Pause length="3600"/></Response>`)
	call := dial(t, fake, rest)
	waitFor(t, fake, "pause", func() bool { return call.State().TwiML != "" })
	done := make(chan struct{})
	go func() {
		fake.Close()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(5 * time.Second):
		t.Fatal("close hangs")
	}
}
