package acceptance

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// together is how many incidents a message to the channel is about, where it is about
// more than one.
var together = regexp.MustCompile(`please acknowledge (\d+) incidents, the worst`)

// TestTheFallbacksOfAStormAreFew lets the rounds of a hundred incidents end while
// nobody looks: the channel is told of all of them in a few messages.
func TestTheFallbacksOfAStormAreFew(t *testing.T) {
	t.Parallel()
	w := newWorld(t, configuration(map[string]string{"ana": "{after: 0s, via: chat}"}, `
bundling: 3s
storm: {cards: 3, per: 1s}
teams:
  platform:
    name: Platform
    slack_channel: C0PLATFORM
    members: [ana]
    policies: {default: {tiers: [{page: [person:ana], wait: 5s}], fallback: [channel]}}
`))
	w.start()
	const n = 100
	w.flood(n)
	told := func() (messages, incidents int) {
		for _, m := range w.slack.Messages(platform) {
			if !strings.HasPrefix(m.Text, "<!channel> Nobody answered") {
				continue
			}
			messages++
			about := 1
			if found := together.FindStringSubmatch(m.Text); found != nil {
				about, _ = strconv.Atoi(found[1])
			}
			incidents += about
		}
		return messages, incidents
	}
	until(t, "the channel is told of all of them", func() bool {
		_, incidents := told()
		return incidents >= n
	})
	if messages, incidents := told(); messages > 5 || incidents != n {
		t.Errorf("the channel got %d messages of %d incidents, want a few of %d", messages, incidents, n)
	}
}
