package acceptance

import (
	"strings"
	"syscall"
	"testing"
)

// TestMaintenanceHoldsBackWhatOpensInsideIt sets one from Slack on two programs, kills
// one of them, and waits for its end: what opened inside it is posted, pages nobody
// while others are paged, and pages at the end, of which the channel is told once.
func TestMaintenanceHoldsBackWhatOpensInsideIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simple("{after: 0s, via: sms}"))
	other := freeAddress(t)
	doomed := w.start()
	w.start("EARSHOT_LISTEN=" + other)
	old := w.send(triggered("Queue is stuck", ""))
	until(t, "what opens before pages", func() bool { return w.paged(old, "sms", numbers["hal"]) == 1 })
	w.hears("dina", "maintenance platform for 2h", "Only Platform's members", "Ana Ortiz", "Paul Novak")
	w.hears("ana", "maintenance platform for 25s new disks", "Maintenance 1 of Platform until", "nobody is paged")
	w.message(platform, "Maintenance of Platform until", "set by Ana Ortiz", "new disks", "End it")
	id := w.send(triggered("Disk full", ""))
	w.card(platform, id, "Disk full", "Held back by maintenance (new disks): nobody is paged", "Paging starts at")
	w.hears("dina", "list platform", id, "held back by maintenance until")
	w.hears("dina", "maintenance list platform", "1: Platform, ", "(new disks), by Ana Ortiz")
	w.hears("dina", "explain platform", "Maintenance 1: Platform, ")
	w.hears("dina", "who platform", "On call")
	w.reach(other)
	w.addr = other
	doomed.kill()
	w.witness()
	if n := w.paged(id, "sms", numbers["hal"]); n > 0 && !strings.Contains(w.say("dina", "maintenance list platform").Words(), "No maintenance") {
		t.Errorf("hal was paged %d times in a maintenance", n)
	}
	until(t, "it pages at the end", func() bool { return w.paged(id, "sms", numbers["hal"]) == 1 })
	w.message(platform, "The maintenance of Platform is over", "Paging starts now for what it held back: 1", id+" Disk full")
	w.message(platform, "Maintenance of Platform, ", "is over")
	if n := w.paged(old, "sms", numbers["hal"]); n != 1 {
		t.Errorf("what paged before was sent %d times", n)
	}
	w.hears("dina", "audit platform", "Ana Ortiz", "maintenance 1 of platform", "(new disks)", "maintenance 1 of platform ends")
}

// TestTheButtonEndsAMaintenance of one integration: by it nobody is paged, by another
// they are, and a press starts what was held.
func TestTheButtonEndsAMaintenance(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simple("{after: 0s, via: sms}"))
	w.start()
	w.hears("ana", "maintenance platform integration nagios2 for 2h", "no integration", "nagios")
	w.hears("ana", "maintenance platform integration native for 2h", "Platform (integration native)")
	begun := w.message(platform, "Maintenance of Platform (integration native) until", "End it")
	held := w.send(triggered("Disk full", ""))
	w.card(platform, held, "Held back by maintenance: nobody is paged")
	w.send(nagios("CRITICAL", "shop/http", "HTTP is down", ""))
	until(t, "another integration pages", func() bool { return w.paged("PLATFORM-2", "sms", numbers["hal"]) == 1 })
	if n := w.paged(held, "sms", numbers["hal"]); n > 0 {
		t.Errorf("hal was paged %d times in a maintenance", n)
	}
	w.press("dina", begun, "End it")
	w.whispered("dina", platform, "Only Platform's members")
	if n := w.paged(held, "sms", numbers["hal"]); n > 0 {
		t.Errorf("a stranger ended the maintenance: hal was paged %d times", n)
	}
	w.press("ben", begun, "End it")
	until(t, "what was held pages", func() bool { return w.paged(held, "sms", numbers["hal"]) == 1 })
	w.message(platform, "Ben Adeyemi ended the maintenance of Platform (integration native) early", held+" Disk full")
	until(t, "the button is gone", func() bool {
		for _, m := range w.slack.Messages(platform) {
			if m.TS == begun.TS {
				return len(m.Controls()) == 0 && strings.Contains(m.Words(), "is over")
			}
		}
		return false
	})
}

// TestACrashWhileAMaintenanceEndsForgetsNobody kills the program between the end of a
// maintenance and the first page of what it held, by a route.
func TestACrashWhileAMaintenanceEndsForgetsNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t, strings.Replace(simple("{after: 0s, via: sms}"), "routes:\n", "routes:\n  - {match: ['routing_key=\"disks\"'], team: platform}\n", 1))
	first := w.start()
	w.hears("ana", "maintenance platform route 1 for 2h", `Platform (route routing_key="disks")`)
	w.message(platform, "Maintenance of Platform (route", "End it")
	id := w.send(triggered("Disk full", "disks"))
	card := w.card(platform, id, "Held back by maintenance: nobody is paged")
	until(t, "the thread is told", func() bool { return strings.Contains(w.thread(card), "maintenance of platform (route") })
	first.signal(syscall.SIGTERM)
	if status := first.exit(patience); status != 0 {
		t.Fatalf("exit status %d, want 0", status)
	}

	// Nothing is owed now, so that the next commit is of what the maintenance held.
	doomed := w.start("EARSHOT_CRASH_AT=before-commit:1")
	_, _ = w.slack.Command(slackIDs["paul"], platform, "/oncall", "maintenance end 1") // the program dies with its answer, or just after
	doomed.crashed()
	w.start()
	until(t, "what was held pages", func() bool { return w.paged(id, "sms", numbers["hal"]) > 0 })
	w.message(platform, "Paul Novak ended the maintenance of Platform (route", id+" Disk full")
	w.paidOnce(id, 1)
	again := w.send(triggered("Disk full again", "disks"))
	until(t, "the next one pages at once", func() bool { return w.paged(again, "sms", numbers["hal"]) > 0 })
}
