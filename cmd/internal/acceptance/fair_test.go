package acceptance

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// soon is how long after its answer a single alert may wait for its card and its page:
// three seconds are promised, five fail.
const soon = 5 * time.Second

// shared is a configuration in which platform and web have one program, and each of
// web's people a policy of their own, so that no page limit holds back the next.
func shared(people ...string) string {
	var policies, routes strings.Builder
	for _, person := range people {
		fmt.Fprintf(&policies, "      %s: {tiers: [{page: [person:%[1]s], wait: 1h}]}\n", person)
		fmt.Fprintf(&routes, "  - {match: ['routing_key=\"web-%s\"'], team: web, policy: %[1]s}\n", person)
	}
	return configuration(map[string]string{
		"ana": "{after: 0s, via: chat}, {after: 2s, via: sms}", "hal": "{after: 0s, via: sms}, {after: 1s, via: voice}",
		"wes": "{after: 0s, via: chat}", "ben": "{after: 0s, via: sms}", "dina": "{after: 0s, via: voice}", "mona": "{after: 0s, via: chat}",
	}, `
bundling: 1m
storm: {cards: 5, per: 2s}
teams:
  platform:
    name: Platform
    slack_channel: C0PLATFORM
    members: [ana, hal]
    policies: {default: {tiers: [{page: [person:ana, person:hal], wait: 1h}]}}
  web:
    name: Web
    slack_channel: C0WEB
    members: [wes, ben, dina, mona]
    policies:
      default: {tiers: [{page: [person:wes], wait: 1h}]}
`+policies.String()+"routes:\n"+routes.String())
}

// accepted is how many alerts of an integration the program has counted as taken.
func (w *world) accepted(integration string) int {
	w.t.Helper()
	got, err := ask(w.t, http.MethodGet, w.base()+"/metrics", "")
	if err != nil {
		w.t.Fatalf("metrics: %v", err)
	}
	found := regexp.MustCompile(`earshot_alerts_total\{integration="` + integration + `",result="accepted"\} (\d+)`).FindStringSubmatch(got.body)
	if found == nil {
		return 0
	}
	n, err := strconv.Atoi(found[1])
	if err != nil {
		w.t.Fatalf("metrics: %v", err)
	}
	return n
}

// TestAFloodDelaysNoOtherTeamsAlert floods platform by one integration while single
// alerts come by another for web.
func TestAFloodDelaysNoOtherTeamsAlert(t *testing.T) {
	t.Parallel()
	people := []string{"wes", "ben", "dina", "mona"}
	w := newWorld(t, shared(people...))
	w.start()
	const n = 1500 // five of which have cards of their own
	flooded := make(chan []string, 1)
	go func() { flooded <- w.flood(n) }()

	answered := map[string]time.Time{}
	for i, person := range people {
		until(t, "the flood has risen", func() bool { return w.accepted("native") >= (i+1)*n/(len(people)+1) })
		got, err := w.post(nagios("CRITICAL", person, "HTTP is down for "+person, "web-"+person))
		if err != nil || got.status != http.StatusOK {
			t.Fatalf("web's alert %d: status %d, %v: %s", i+1, got.status, err, got.body)
		}
		answered[fmt.Sprint("WEB-", i+1)] = got.at
	}
	for id, at := range answered {
		w.card(web, id, "HTTP is down for ")
		until(t, id+" is paged", func() bool { return len(w.pages(id)) > 0 })
		if late := w.pages(id)[0].begin.Sub(at); late > soon {
			t.Errorf("%s was paged %s after its answer", id, late)
		}
		if late := w.cards(web, id)[0].At.Sub(at); late > soon {
			t.Errorf("%s had its card %s after its answer", id, late)
		}
	}
	ids := <-flooded
	until(t, "one summary counts all but five", func() bool {
		all := w.summaries(platform)
		return len(all) == 1 && strings.Contains(all[0].Text, "1,495 incidents")
	})
	open := map[string]int{}
	for _, in := range w.incidents() {
		open[in.ID]++
	}
	for _, id := range ids {
		if open[id] != 1 {
			t.Errorf("%q of the flood is listed %d times", id, open[id])
		}
	}
	if len(open) != n+len(people) {
		t.Errorf("%d incidents are there, want %d", len(open), n+len(people))
	}
	if n := len(w.slack.Messages(platform)); n >= 40 {
		t.Errorf("%d messages stand in the flooded channel", n)
	}
}
