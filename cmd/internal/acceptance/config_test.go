package acceptance

import (
	"fmt"
	"strings"
)

// configuration writes an earshot.yaml: people, each with their own steps, and the
// rest as it is given. Nothing is bundled, and every incident has its card, unless the
// rest says so.
func configuration(steps map[string]string, rest string) string {
	var b strings.Builder
	b.WriteString("timezone: Europe/London\nadmins: [paul]\n")
	if !strings.Contains(rest, "bundling:") {
		b.WriteString("bundling: 0s\n")
	}
	if !strings.Contains(rest, "storm:") {
		b.WriteString("storm: {cards: 1000}\n")
	}
	b.WriteString("people:\n")
	for _, key := range []string{"ana", "ben", "wes", "dina", "paul", "mona", "hal"} {
		fmt.Fprintf(&b, "  %s:\n    name: %s\n    phone: %q\n", key, fullNames[key], numbers[key])
		if id := slackIDs[key]; id != "" {
			fmt.Fprintf(&b, "    slack: %s\n", id)
		}
		if own := steps[key]; own != "" {
			fmt.Fprintf(&b, "    paging: [%s]\n", own)
		}
	}
	return b.String() + strings.TrimPrefix(rest, "\n") + `
integrations:
  native:     {type: generic,      key: "${NATIVE_KEY}", team: platform}
  nagios:     {type: victorops,    key: "${VO_KEY}",     team: platform}
  prometheus: {type: alertmanager, key: "${PROM_KEY}",   team: platform}
`
}

var fullNames = map[string]string{
	"ana": "Ana Ortiz", "ben": "Ben Adeyemi", "wes": "Wes Lindqvist", "dina": "Dina Haddad",
	"paul": "Paul Novak", "mona": "Mona Reyes", "hal": "Hal Byrne",
}

// simple is a world where platform pages hal, web pages ben by chat once a second,
// which makes it a witness, mute pages hal without a card, and silent nobody.
func simple(hal string) string {
	return configuration(map[string]string{"hal": hal, "ben": "{after: 0s, via: chat, every: 1s, times: 60}"}, `
teams:
  platform:
    name: Platform
    slack_channel: C0PLATFORM
    members: [ana, ben, hal, paul]
    policies: {default: {tiers: [{page: [person:hal], wait: 1h}]}}
  web:
    name: Web
    members: [wes, ben]
    policies: {default: {tiers: [{page: [person:ben], wait: 1h}]}}
  mute:
    name: Mute
    policies: {default: {tiers: [{page: [person:hal], wait: 1h}]}}
  silent:
    name: Silent
routes:
  - {match: ['routing_key="silent"'], team: silent, urgency: none}
`)
}

// witness opens an incident that pages ben once a second, waits until it has done
// so a few times, and closes it: time has passed, and earshot was at work.
func (w *world) witness() {
	w.t.Helper()
	id := w.send(triggered("witness", "web"))
	until(w.t, "the witness is paged", func() bool { return w.paged(id, "chat", slackIDs["ben"]) >= 4 })
	w.act(id, "resolve", "ben")
}
