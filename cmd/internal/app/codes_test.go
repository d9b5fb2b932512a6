package app

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestS23ACodeIsBoundToPersonAndNumber(t *testing.T) {
	now := time.Date(2026, time.March, 9, 9, 0, 0, 0, time.UTC)
	a := &App{now: func() time.Time { return now }, settings: Settings{Twilio: TwilioSettings{AuthToken: "secret"}}}
	code, proof := a.newCode("ana", "+16175550199", oncall.SMS)
	if !regexp.MustCompile(`^[0-9]{6}$`).MatchString(code) {
		t.Fatalf("code %q", code)
	}
	if !proof.Until.Equal(now.Add(15 * time.Minute)) {
		t.Errorf("it lives until %s", proof.Until)
	}
	if proof.MAC != a.macOf("ana", proof, code) {
		t.Error("the code itself does not fit")
	}
	moved, salted := proof, proof
	moved.Phone, salted.Salt = "+16175550177", "other"
	other := &App{settings: Settings{Twilio: TwilioSettings{AuthToken: "another"}}}
	for name, mac := range map[string]string{
		"another person":     a.macOf("ben", proof, code),
		"another number":     a.macOf("ana", moved, code),
		"another salt":       a.macOf("ana", salted, code),
		"another code":       a.macOf("ana", proof, "x"+code[1:]),
		"a store without us": other.macOf("ana", proof, code),
	} {
		if mac == proof.MAC {
			t.Errorf("it fits %s too", name)
		}
	}
}

func TestS23CodesAreSaidWell(t *testing.T) {
	if got := spokenCode("Ana Ortiz", "012345"); !strings.Contains(got, "0, 1, 2, 3, 4, 5.") {
		t.Errorf("said: %q", got)
	}
	if got := writtenCode("Ana Ortiz", "012345"); len(got) > 160 || !strings.HasPrefix(got, "012345 is the code") {
		t.Errorf("written, %d characters: %q", len(got), got)
	}
}
