package escalation

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// memory is a Store, a Journal and an Index that forget when the test ends.
type memory struct {
	mu        sync.Mutex
	roster    oncall.Roster
	incidents map[incident.ID]incident.Incident
	timelines map[incident.ID][]incident.Entry
	keys      map[incident.Key]incident.ID
	numbers   map[oncall.TeamID]int64
	bundles   map[bundleKey]incident.Bundle
	pools     map[bundleKey][]incident.PageID
	swept     map[incident.ID]time.Time // kept from other sweeps until then
	rival     func()                    // runs once, just before the next Commit
	away      error                     // what every call is answered with
	unread    error                     // what TimelineFrom is answered with
}

type bundleKey struct {
	person oncall.PersonID
	via    oncall.Method
}

func newMemory(roster oncall.Roster) *memory {
	return &memory{
		roster:    roster,
		incidents: map[incident.ID]incident.Incident{},
		timelines: map[incident.ID][]incident.Entry{},
		keys:      map[incident.Key]incident.ID{},
		numbers:   map[oncall.TeamID]int64{},
		bundles:   map[bundleKey]incident.Bundle{},
		pools:     map[bundleKey][]incident.PageID{},
		swept:     map[incident.ID]time.Time{},
	}
}

func (m *memory) Load(_ context.Context, s incident.Subject) (incident.Incident, oncall.Roster, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.away != nil {
		return incident.Incident{}, m.roster, m.away
	}
	id := s.ID
	if id == "" {
		id = m.keys[s.Key]
	}
	in, ok := m.incidents[id]
	if !ok && s.ID != "" {
		return in, m.roster, incident.ErrNotFound
	}
	return in, m.roster, nil
}

func (m *memory) Recent(key incident.Key) (incident.Incident, oncall.Roster, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	in := m.incidents[m.keys[key]]
	return in, m.roster, in.Open()
}

func (m *memory) Claim(_ context.Context, c incident.Claim) (incident.ID, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.away != nil {
		return "", m.away
	}
	if id := m.keys[c.Key]; id != c.Old {
		return id, nil
	}
	group := incident.Key{Dedup: "group " + c.Group.Name}
	if id, ok := m.keys[group]; ok && c.Group != (incident.Group{}) && m.incidents[id].Open() {
		m.keys[c.Key] = id
		return id, nil
	}
	m.numbers[c.Team]++
	m.keys[c.Key] = incident.NewID(c.Team, m.numbers[c.Team])
	m.keys[group] = m.keys[c.Key]
	return m.keys[c.Key], nil
}

func (m *memory) Holding(_ context.Context, integration string, prints []string) ([]incident.ID, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var ids []incident.ID
	for id, in := range m.incidents {
		holds := func(k incident.Member) bool { return slices.Contains(prints, k.Fingerprint) }
		if in.Watched && in.Open() && in.Key.Integration == integration && slices.ContainsFunc(in.Members, holds) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids, m.away
}

func (m *memory) Commit(_ context.Context, in incident.Incident) (incident.Incident, error) {
	m.mu.Lock()
	rival := m.rival
	m.rival = nil
	m.mu.Unlock()
	if rival != nil {
		rival()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.away != nil {
		return in, m.away
	}
	if m.incidents[in.ID].Version != in.Version {
		return in, incident.ErrConflict
	}
	m.timelines[in.ID] = append(m.timelines[in.ID], in.Timeline...)
	for _, p := range in.Pages {
		if slices.Contains(in.Pooled, p.ID) {
			key := bundleKey{p.Way().Person, p.Via}
			m.pools[key] = append(m.pools[key], p.ID)
		}
	}
	in.Lines, in.Timeline, in.Pooled, in.Joined, in.Whose = len(m.timelines[in.ID]), nil, nil, nil, nil
	in.Version++
	m.incidents[in.ID] = in
	delete(m.swept, in.ID)
	return in, nil
}

func (m *memory) TimelineFrom(_ context.Context, id incident.ID, from int) ([]incident.Entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.unread != nil {
		return nil, m.unread
	}
	return slices.Clone(m.timelines[id][from:]), nil
}

func (m *memory) Gather(_ context.Context, person oncall.PersonID, via oncall.Method) ([]incident.PageID, []incident.Incident, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	pages := m.pools[bundleKey{person, via}]
	delete(m.pools, bundleKey{person, via})
	ins := make([]incident.Incident, len(pages))
	for i, p := range pages {
		ins[i] = m.incidents[p.Incident()]
	}
	return pages, ins, m.away
}

func (m *memory) LoadBundle(_ context.Context, person oncall.PersonID, via oncall.Method) (incident.Bundle, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if b, ok := m.bundles[bundleKey{person, via}]; ok {
		return b, m.away
	}
	return incident.Bundle{Person: person, Via: via}, m.away
}

func (m *memory) CommitBundle(_ context.Context, b incident.Bundle) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	key := bundleKey{b.Person, b.Via}
	if m.bundles[key].Version != b.Version {
		return incident.ErrConflict
	}
	b.Version++
	m.bundles[key] = b
	return nil
}

func (m *memory) Upcoming(_ context.Context, from, to time.Time) ([]incident.Effect, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var wakes []incident.Effect
	for id, in := range m.incidents {
		if due := in.Due(); due.After(from) && !due.After(to) {
			wakes = append(wakes, incident.Effect{Kind: incident.Wake, Incident: id, At: due})
		}
	}
	return wakes, m.away
}

func (m *memory) Overdue(_ context.Context, before time.Time, claim time.Duration, limit int) ([]incident.ID, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.away != nil {
		return nil, m.away
	}
	var ids []incident.ID
	for id, in := range m.incidents {
		due := in.Due()
		if until, ok := m.swept[id]; ok {
			due = until
		}
		if due.IsZero() || due.After(before) || len(ids) == limit {
			continue
		}
		m.swept[id] = before.Add(claim)
		ids = append(ids, id)
	}
	return ids, nil
}

// set changes the store's mood while others use it.
func (m *memory) set(change func(*memory)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change(m)
}
