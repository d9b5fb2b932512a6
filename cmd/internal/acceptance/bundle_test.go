package acceptance

import (
	"strings"
	"testing"
)

// TestAStormIsTwoMessages sends several alerts at once: the first pages, the others
// come together at the end of the window, and one reply takes them all.
func TestAStormIsTwoMessages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, configuration(map[string]string{"hal": "{after: 0s, via: sms}, {after: 1h, via: voice}"}, `
bundling: 3s
teams:
  platform:
    name: Platform
    slack_channel: C0PLATFORM
    members: [hal]
    policies: {default: {tiers: [{page: [person:hal], wait: 1h}]}}
`))
	w.start()
	hal := w.phones.Phone(numbers["hal"])
	var ids []string
	for _, title := range []string{"one", "two", "three", "four"} {
		ids = append(ids, w.send(triggered(title, "")))
	}
	until(t, "the first comes alone", func() bool { return texted(hal, "PLATFORM-1 CRITICAL: one") })
	until(t, "the rest come together", func() bool { return texted(hal, "3 incidents, worst PLATFORM-") })
	if n := len(w.phones.RequestsTo("messages.create")); n != 2 {
		t.Errorf("%d SMS went out, want 2", n)
	}
	if _, words := w.reply(hal, "04"); !strings.Contains(words, "PLATFORM-4") {
		t.Errorf("hal is answered %q", words)
	}
	for _, id := range ids {
		if got := w.incident(id); got.State != "acknowledged" || got.by() != "hal" {
			t.Errorf("after 04 %s is %s by %q", id, got.State, got.by())
		}
		w.card(platform, id, "acknowledged by Hal Byrne after ")
	}
}
