package app

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/integrations/twilio"
	"github.com/earshot-oncall/earshot/storage/configfile"
)

// PhoneRemarks says, without asking anybody, what is wrong with phones between the
// environment and the configuration, and what is good to know, as TryCredentials does.
func PhoneRemarks(s Settings, config *configfile.Config) (wrong, notes []string) {
	ours, err := twilio.ParseSenders(s.Twilio.From)
	account := s.Twilio.AccountSID != ""
	var texted, called []string
	for _, id := range slices.Sorted(maps.Keys(config.Roster.People)) {
		p := config.Roster.People[id]
		if account && err == nil && ours.Has(p.Phone) {
			wrong = append(wrong, fmt.Sprintf("Twilio: people.%s.phone: Earshot sends from that number, so no page can reach it", id))
		}
		ways := p.Ways()
		if slices.Contains(ways, oncall.SMS) {
			texted = append(texted, string(id))
		}
		if slices.Contains(ways, oncall.Voice) {
			called = append(called, string(id))
		}
	}
	if !account && !config.Gateway.Ready() && len(texted) > 0 {
		notes = append(notes, "SMS: nothing is set up that sends them, and steps page by SMS: "+few(texted))
	}
	if !account && len(called) > 0 {
		notes = append(notes, "calls: no Twilio account is set up, and steps call: "+few(called))
	}
	if account && s.PublicURL == "" && config.PublicURL == "" && len(texted)+len(called) > 0 {
		notes = append(notes, "Twilio: no public URL is set: SMS offer no replies and calls take no key")
	}
	return wrong, notes
}

// fewNames is how many people a remark names.
const fewNames = 5

// few names some people and counts the others.
func few(names []string) string {
	if len(names) <= fewNames {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:fewNames], ", "), len(names)-fewNames)
}
