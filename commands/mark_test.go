package commands

import (
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// marking is a request of ben's with a message to put on a timeline.
func marking(text string, focus incident.ID) Request {
	r := from("ben", text)
	r.Focus = focus
	r.Mark = &Mark{Ref: "C0PLATFORM:1.2", Author: incident.By("ana"), Text: "it is\nthe cache\u202e", Link: "https://chat.example.com/p12"}
	return r
}

func TestAMessageIsPutOnATimeline(t *testing.T) {
	d := newDesk(t)
	one, two := d.fire(t, "platform", 1, "Disk full"), d.fire(t, "platform", 2, "Queue stuck")
	if got := d.run(t, marking("mark", one)); !got.OK || got.Text != "The message is on the timeline of PLATFORM-1." {
		t.Errorf("in a thread: %v %s", got.OK, got)
	}
	timeline := d.incidents[one].Timeline
	if last := timeline[len(timeline)-1]; last.Text != "ana: it is the cache (added by ben, https://chat.example.com/p12)" || last.Actor != "ana" {
		t.Errorf("the timeline says %+v", last)
	}
	if got := d.run(t, marking("mark", one)); !got.OK || !strings.Contains(got.Text, "already") || len(d.events) != 1 {
		t.Errorf("twice: %v %s, with %d events", got.OK, got, len(d.events))
	}
	got := d.run(t, marking("mark", ""))
	if got.Form == nil || len(got.Form.Fields[0].Options) != 2 || got.Form.Fields[0].Value != string(two) {
		t.Fatalf("elsewhere: %+v, want a form with the newest first", got)
	}
	if got := d.run(t, marking("mark "+string(two), "")); !got.OK || got.Incident != two {
		t.Errorf("from the form: %v %s", got.OK, got)
	}
}

func TestWhatCannotBePutOnATimeline(t *testing.T) {
	d := newDesk(t)
	if got := d.run(t, marking("mark", "")); got.OK || got.Form != nil || !strings.Contains(got.Text, "no open incident") {
		t.Errorf("with nothing open: %+v", got)
	}
	id := d.fire(t, "platform", 1, "Disk full")
	if got := d.run(t, from("ben", "mark "+string(id))); got.OK || !strings.Contains(got.Text, ":pushpin:") {
		t.Errorf("without a message: %s", got)
	}
	d.do(t, time.Minute, incident.Closed{ID: id, By: incident.By("ana")})
	if got := d.run(t, marking("mark", id)); !got.OK {
		t.Errorf("after its end: %s", got)
	}
	guest := marking("mark", id)
	guest.Guest = true
	if got := d.run(t, guest); got.OK {
		t.Errorf("by a guest: %s", got)
	}
}
