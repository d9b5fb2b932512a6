package commands

import (
	"testing"
	"unicode/utf8"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// FuzzRun says anything at all: nothing panics, every answer has words, and what
// is not done changes nothing.
func FuzzRun(f *testing.F) {
	for _, text := range []string{
		"", "*", "4", "14", "04", "ack", "ack all", "ACK platform-1", "resolve 1 done", "snooze PLATFORM-1 1h", "who platform at fri 18:00",
		"override platform @hal for 2h", "override @hal instead of @ana fri 18:00 - sat 9:00", "override @ben and", "override list", "override cancel 2", "take weekend", "take",
		"override platform @", "override / @ben for 2h", "take platform/ until 9am", "undo 1", "audit platform",
		"swap @ana fri for nothing", "swap @ana 1 for 2026-01-19 on platform/techops", "swap on for", "cover next on", "cover 13:00 - 14:00 on platform", "volunteer 1",
		"maintenance platform for 2h db", "maintenance until 9am - disks", "maintenance route 2 tomorrow", "maintenance platform integration cron for 1d", "maintenance end 1", "maintenance list",
		"takeover", "takeover platform", "takeover WEB-1", "leave platform", "gaps", "explain platform", "next web", "me lead 1d", "me calendar revoke", "me reset",
		"add PLATFORM-1 <@U0ANA|ana>", "reassign web", "note :tada: hello", "help \u202eack", "1\ufe0f\u20e34\ufe0f\u20e3", "\xff\xfe ack", "-1", "ack -", "who at at",
	} {
		f.Add(text, true)
		f.Add(text, false)
	}
	f.Fuzz(func(t *testing.T, text string, bySMS bool) {
		d := newDesk(t)
		id := d.fire(t, "platform", 1, "Disk full")
		d.fire(t, "web", 1, "Shop down")
		r := from("ben", text)
		if bySMS {
			r.Team, r.Slots = "", map[int]incident.ID{1: id, 2: "WEB-1"}
		}
		got := d.run(t, r)
		if got.Text == "" || !utf8.ValidString(got.String()) {
			t.Errorf("%q is answered by %q", text, got)
		}
		if !got.OK && d.book.Version > 0 {
			t.Errorf("%q was refused (%s) and changed the book: %+v", text, got, d.book)
		}
		if len(d.book.Bookings)+len(d.book.Maintenance) > 0 && len(d.rows) == 0 {
			t.Errorf("%q left no row in the audit", text)
		}
		if !got.OK && len(d.events) > 0 {
			t.Errorf("%q was refused (%s) and did %+v", text, got, d.events)
		}
		if len(d.events) > 0 && !understood(text, bySMS) {
			t.Errorf("%q is nonsense and did %+v", text, d.events)
		}
	})
}

// understood reports whether a text begins with a word that changes something.
func understood(text string, bySMS bool) bool {
	if _, ok := parseKeys(bare(text)); ok && bySMS {
		return true
	}
	first, _ := cutWord(text)
	w, ok := find(first)
	return ok && w.changes
}
