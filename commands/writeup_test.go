package commands

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestAWriteUpTellsEverything(t *testing.T) {
	d := newDesk(t)
	id := d.fire(t, "platform", 1, "# Disk *full* [here](http://evil.example) @channel")
	in := d.incidents[id]
	in.PagedAt = night.Add(time.Second)
	in.Pages = []incident.Page{
		{To: "ana", Via: oncall.Chat, Status: incident.PageArrived, Ref: "x"},
		{To: "hal", Via: oncall.SMS, Status: incident.PageLost, Reason: "blocked by STOP"},
		{To: "hal", Via: oncall.SMS, Status: incident.PageOut, Ref: "y"},
	}
	in.Cards = []incident.Card{{Board: "slack", Channel: "C0PLATFORM", Ref: "C0PLATFORM:1.2"}}
	d.incidents[id] = in
	d.do(t, time.Minute, incident.Acked{ID: id, By: incident.By("hal")})
	d.do(t, time.Minute, incident.Noted{ID: id, By: incident.By("ana"), Text: "\n## look\n- www.evil.example\n<script> <!channel> #12 ![x](y) `z`"})
	d.do(t, time.Hour, incident.Closed{ID: id, By: incident.By("ana"), Note: "done"})
	got := d.run(t, from("ben", "writeup "+string(id)))
	if !got.OK || got.File == nil || got.File.Name != "PLATFORM-1.md" || len(got.File.Cards) != 1 || got.Incident != id {
		t.Fatalf("reply = %+v", got)
	}
	path := filepath.Join("testdata", "writeup.golden")
	if *update {
		if err := os.WriteFile(path, []byte(got.File.Text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got.File.Text != string(want) {
		t.Errorf("the write-up is\n%s\nwant\n%s", got.File.Text, want)
	}
	for _, line := range strings.Split(got.File.Text, "\n") {
		if heading := strings.HasPrefix(line, "#"); heading && !regexp.MustCompile(`^# PLATFORM-1: |^## Timeline$`).MatchString(line) {
			t.Errorf("a foreign heading: %q", line)
		}
	}
	for _, live := range []string{"](", "http://", "www.", "@channel", "<", "#12", "![", " `"} {
		if at := strings.Index(got.File.Text, live); at > 0 && got.File.Text[at-1] != '\\' {
			t.Errorf("%q stands in it alive", live)
		}
	}
}

func TestAWriteUpIsAFileOfTheChat(t *testing.T) {
	d := newDesk(t)
	id := d.fire(t, "platform", 1, "Disk full")
	sms := from("ben", "writeup "+string(id))
	sms.Source = "sms"
	if got := d.run(t, sms); got.OK || got.File != nil {
		t.Errorf("by SMS: %+v", got)
	}
	if got := d.run(t, from("ben", "writeup PLATFORM-9")); got.OK || got.File != nil {
		t.Errorf("of what is not there: %+v", got)
	}
	d.broken = errStore
	if got := d.run(t, from("ben", "writeup "+string(id))); got.OK || got.Err == nil {
		t.Errorf("without a store: %+v", got)
	}
}
