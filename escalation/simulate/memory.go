package simulate

import (
	"context"
	"slices"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// memory is a store that forgets when the simulation ends.
type memory struct {
	roster    func() oncall.Roster
	committed func(before, after incident.Incident)
	incidents map[incident.ID]incident.Incident
	timelines map[incident.ID][]incident.Entry
	keys      map[incident.Key]incident.ID
	numbers   map[oncall.TeamID]int64
	bundles   map[bundleKey]incident.Bundle
}

type bundleKey struct {
	person oncall.PersonID
	via    oncall.Method
}

func newMemory(roster func() oncall.Roster, committed func(before, after incident.Incident)) *memory {
	return &memory{
		roster: roster, committed: committed,
		incidents: map[incident.ID]incident.Incident{},
		timelines: map[incident.ID][]incident.Entry{},
		keys:      map[incident.Key]incident.ID{},
		numbers:   map[oncall.TeamID]int64{},
		bundles:   map[bundleKey]incident.Bundle{},
	}
}

func (m *memory) Load(_ context.Context, s incident.Subject) (incident.Incident, oncall.Roster, error) {
	id := s.ID
	if id == "" {
		id = m.keys[s.Key]
	}
	in, ok := m.incidents[id]
	if !ok && s.ID != "" {
		return in, m.roster(), incident.ErrNotFound
	}
	return in, m.roster(), nil
}

// Recent implements escalation.Store.
func (m *memory) Recent(incident.Key) (incident.Incident, oncall.Roster, bool) {
	return incident.Incident{}, oncall.Roster{}, false
}

func (m *memory) Claim(_ context.Context, c incident.Claim) (incident.ID, error) {
	if id := m.keys[c.Key]; id != c.Old {
		return id, nil
	}
	m.numbers[c.Team]++
	m.keys[c.Key] = incident.NewID(c.Team, m.numbers[c.Team])
	return m.keys[c.Key], nil
}

// Holding implements escalation.Store: nothing that is simulated comes in groups.
func (m *memory) Holding(context.Context, string, []string) ([]incident.ID, error) { return nil, nil }

func (m *memory) Commit(_ context.Context, in incident.Incident) (incident.Incident, error) {
	before := m.incidents[in.ID]
	if before.Version != in.Version {
		return in, incident.ErrConflict
	}
	m.timelines[in.ID] = append(m.timelines[in.ID], in.Timeline...)
	in.Lines, in.Timeline, in.Whose = len(m.timelines[in.ID]), nil, nil
	in.Version++
	m.incidents[in.ID] = in
	m.committed(before, in)
	return in, nil
}

func (m *memory) TimelineFrom(_ context.Context, id incident.ID, from int) ([]incident.Entry, error) {
	return slices.Clone(m.timelines[id][from:]), nil
}

// Gather implements escalation.Journal: nothing is pooled.
func (m *memory) Gather(context.Context, oncall.PersonID, oncall.Method) ([]incident.PageID, []incident.Incident, error) {
	return nil, nil, nil
}

func (m *memory) LoadBundle(_ context.Context, person oncall.PersonID, via oncall.Method) (incident.Bundle, error) {
	b, ok := m.bundles[bundleKey{person, via}]
	if !ok {
		b = incident.Bundle{Person: person, Via: via}
	}
	return b, nil
}

func (m *memory) CommitBundle(_ context.Context, b incident.Bundle) error {
	key := bundleKey{b.Person, b.Via}
	if m.bundles[key].Version != b.Version {
		return incident.ErrConflict
	}
	b.Version++
	m.bundles[key] = b
	return nil
}

// Upcoming implements escalation.Index: the simulated queue knows every wake.
func (m *memory) Upcoming(context.Context, time.Time, time.Time) ([]incident.Effect, error) {
	return nil, nil
}

// Overdue implements escalation.Index; a simulated queue loses nothing, so there
// is never anything to sweep up.
func (m *memory) Overdue(context.Context, time.Time, time.Duration, int) ([]incident.ID, error) {
	return nil, nil
}
