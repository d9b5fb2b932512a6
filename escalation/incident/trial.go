package incident

import (
	"slices"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A Trial is how often one person, or a channel, was tried in one way, and what came of
// it.
type Trial struct {
	To     oncall.PersonID // empty: Via is oncall.Channel
	Via    oncall.Method
	Sent   int
	Failed int
	Reason string // of the last failure
}

// Trials are the ways in which people were tried, in order. Of a long story the
// incident remembers the last pages.
func (in Incident) Trials() []Trial {
	var all []Trial
	for _, p := range in.Pages {
		lost := p.Status == PageLost
		if p.Ref == "" && !lost {
			continue // withdrawn before anybody was asked to carry it
		}
		i := slices.IndexFunc(all, func(t Trial) bool { return t.To == p.To && t.Via == p.Via })
		if i < 0 {
			i, all = len(all), append(all, Trial{To: p.To, Via: p.Via})
		}
		all[i].Sent++
		if lost {
			all[i].Failed++
			all[i].Reason = p.Reason
		}
	}
	return all
}
