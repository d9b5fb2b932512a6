package queue

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestNobodyIsHereBeforeItOpensAndAfterItShuts(t *testing.T) {
	var h here
	page := incident.Effect{Kind: incident.SendPage, Via: oncall.SMS}
	if h.do(page) || h.busy(sms) {
		t.Error("taken before it opened")
	}
	shut := h.open(func(incident.Effect) {})
	if !h.do(page) {
		t.Error("not taken although everybody is free")
	}
	shut()
	if h.do(page) {
		t.Error("taken after it shut")
	}
}

func TestAKindHasItsWorkersAndItsWaitingRoom(t *testing.T) {
	var h here
	var running, most atomic.Int64
	free := make(chan struct{})
	shut := h.open(func(e incident.Effect) {
		if n := running.Add(1); e.Via == oncall.SMS && n > most.Load() {
			most.Store(n)
		}
		<-free
		running.Add(-1)
	})
	page := incident.Effect{Kind: incident.SendPage, Via: oncall.SMS}
	taken := 0
	for h.do(page) {
		taken++
	}
	if want := 64 + waitingRoom; taken != want {
		t.Errorf("%d SMS were taken, want %d", taken, want)
	}
	if !h.busy(sms) || h.busy(voice) {
		t.Errorf("busy: sms %v, voice %v; want sms alone", h.busy(sms), h.busy(voice))
	}
	if !h.do(incident.Effect{Kind: incident.SendPage, Via: oncall.Voice}) {
		t.Error("SMS keep a call from being made")
	}
	ended := make(chan struct{})
	go func() {
		shut() // those who wait go at once, those who run are waited for
		close(ended)
	}()
	<-h.over
	close(free)
	select {
	case <-ended:
	case <-time.After(shutdownTime + 10*time.Second):
		t.Fatal("it never shuts")
	}
	if n := most.Load(); n > 66 {
		t.Errorf("%d SMS ran at a time, want 64", n)
	}
}
