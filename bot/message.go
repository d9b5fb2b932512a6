package bot

import (
	"fmt"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// Page is what a chat message says to the person, or the channel, that a notice
// is for.
func Page(n incident.Notice, now time.Time) Message {
	m := Message{Everyone: n.Via == oncall.Channel}
	shown := n.Incidents[:min(len(n.Incidents), maxListed)]
	for _, in := range shown {
		m.Cards = append(m.Cards, View(in, n.Roster, now))
	}
	total := len(n.Incidents) + n.More
	if over := total - len(shown); over > 0 {
		m.More = fmt.Sprintf("and %s more: `list` shows all", count(over, "incident"))
	}
	if len(m.Cards) == 0 {
		return m
	}
	what := m.Cards[0].Heading()
	if total > 1 {
		what = fmt.Sprintf("%s, the worst %s", count(total, "incident"), what)
	}
	switch {
	case m.Everyone && n.Fallback:
		m.Lead = "Nobody answered. Whoever can, please acknowledge " + what
	case m.Everyone:
		m.Lead = "Whoever can, please acknowledge " + what
	case n.Fallback:
		m.Lead = "Nobody answered, so you are told: " + what
	default:
		m.Lead = "You are paged: " + what
	}
	return m
}
