package intake

import (
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A Grouping joins alerts with the same values of some labels into the incident
// that the first of them opened, for a while. The zero Grouping joins nothing.
type Grouping struct {
	By     []string
	Window time.Duration
}

// GroupingOf returns the grouping in force for a team.
func (s Setup) GroupingOf(team oncall.TeamID) Grouping {
	if g, ok := s.Groupings[team]; ok {
		return g
	}
	return s.Grouping
}

// group makes an alert that was routed a member of its group, unless it comes in one
// of its sender's already. An alert that has none of the labels stands alone: with
// others of which nothing is known it has nothing in common.
func (s Setup) group(fired incident.AlertFired) incident.AlertFired {
	g := s.GroupingOf(fired.Route.Team)
	if len(fired.Alert.Members) > 0 || g.Window <= 0 {
		return fired
	}
	all := routable(Integration{Name: fired.Key.Integration}, fired.Alert)
	shared := map[string]string{}
	for _, label := range g.By {
		if value := all[label]; value != "" {
			shared[label] = value
		}
	}
	if len(shared) == 0 {
		return fired
	}
	fired.Group = incident.Group{Name: flat(shared), Window: g.Window}
	fired.Alert.Members = []incident.Member{{Fingerprint: fired.Key.Fingerprint(), Name: line(fired.Alert.Title, maxWord)}}
	return fired
}
