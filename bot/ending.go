package bot

import (
	"fmt"
	"strings"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// ending sums up an incident that is over: when, who, what was tried and what failed.
func ending(in incident.Incident, roster oncall.Roster) []Line {
	since := func(what string, l Line) Line { return append(Line{{Text: what}}, l...) }
	opened := since("Opened ", Line{}.at(in.OpenedAt, ", "+count(in.Alerts(), "alert")))
	if !in.PagedAt.IsZero() {
		opened = append(opened, Span{Text: ", first page after " + Took(in.PagedAt.Sub(in.OpenedAt))})
	}
	all := []Line{say("Summary of %s:", in.ID), opened}
	if in.AckedAt.IsZero() {
		all = append(all, say("Nobody had acknowledged it"))
	} else {
		all = append(all, say("Acknowledged by %s after %s", actorName(roster, in.AckedBy), Took(in.AckedAt.Sub(in.OpenedAt))))
	}
	all = append(all, say("Resolved by %s after %s", actorName(roster, in.ResolvedBy), Took(in.ResolvedAt.Sub(in.OpenedAt))))
	paged, failed := tried(in, roster)
	if paged != "" {
		all = append(all, say("Paged: %s", paged))
	}
	if failed != "" {
		all = append(all, say("Failed: %s", failed))
	}
	return all
}

// tried reads "Ana Ortiz (2 by chat, 1 by SMS), Hal Byrne (1 by call)", and what of it
// failed: "1 by SMS to Hal Byrne (blocked by STOP)".
func tried(in incident.Incident, roster oncall.Roster) (paged, failed string) {
	var (
		order []oncall.PersonID
		ways  = map[oncall.PersonID][]string{}
		lost  []string
	)
	name := func(id oncall.PersonID) string {
		if id == "" {
			return "the channel"
		}
		return personName(roster, id)
	}
	for _, t := range in.Trials() {
		if ways[t.To] == nil {
			order = append(order, t.To)
		}
		ways[t.To] = append(ways[t.To], fmt.Sprintf("%d by %s", t.Sent, methodName(t.Via)))
		if t.Failed > 0 {
			lost = append(lost, fmt.Sprintf("%d by %s to %s (%s)", t.Failed, methodName(t.Via), name(t.To), Clean(t.Reason, maxReason)))
		}
	}
	people := make([]string, len(order))
	for i, id := range order {
		people[i] = fmt.Sprintf("%s (%s)", name(id), strings.Join(ways[id], ", "))
	}
	return list(people, maxNames), list(lost, maxListed)
}
