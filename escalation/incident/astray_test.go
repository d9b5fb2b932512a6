package incident

import (
	"testing"
	"time"
)

func TestF62WhatWasToldToAStrangerHasFailed(t *testing.T) {
	r := sample(nil)
	do := must(t)
	told := do(Decide(opened(t, r), r, PageSending{Page: "PLATFORM-1/p1"}, nine))
	told = do(Decide(told, r, PageSent{Page: "PLATFORM-1/p1", Ref: "SM1", Receipt: true}, nine))
	told = do(Decide(told, r, PageDelivered{Page: "PLATFORM-1/p1"}, nine.Add(time.Second)))
	later := nine.Add(2 * time.Second)

	late := do(Decide(told, r, PageFailed{Page: "PLATFORM-1/p1", Reason: "late"}, later))
	if got := late.Pages[0].Status; got != PageArrived {
		t.Errorf("a carrier's late word makes a delivered page %s", got)
	}
	astray := do(Decide(told, r, PageFailed{Page: "PLATFORM-1/p1", Reason: "a wrong number", Astray: true}, later))
	if p := astray.Pages[0]; p.Status != PageLost || p.Reason != "a wrong number" {
		t.Errorf("page = %+v", p)
	}
	if due := astray.Runs[0].Rungs[1].Due; due.After(later) {
		t.Errorf("the next step is due at %s, want at once", due)
	}
}
