package handoff

import (
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// digestFor is how long after its week a digest is still worth telling.
const digestFor = 24 * time.Hour

// digests tell the figures of the week that has ended. Nobody is told of a week that
// ended before there was a digest.
func (p *plan) digests() {
	week, ok := p.roster.Digest.Last(p.now, p.roster.Location())
	if !ok || !p.book.Digested.Before(week.End) {
		return
	}
	first := p.book.Digested.IsZero()
	p.book.Digested, p.due = week.End.UTC(), true
	expires := week.End.Add(digestFor)
	if first || !p.now.Before(expires) {
		return
	}
	teams := p.roster.Digest.Teams
	if len(teams) == 0 {
		teams = p.roster.TeamIDs()
	}
	for _, id := range teams {
		p.tell(oncall.Letter{Team: id, Week: week, Expires: expires})
	}
}
