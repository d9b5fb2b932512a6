package storage

import (
	"context"
	"fmt"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// Timeline returns everything that happened to an incident, oldest first.
func (s *Store) Timeline(ctx context.Context, id incident.ID) ([]incident.Entry, error) {
	return s.TimelineFrom(ctx, id, 0)
}

// TimelineFrom returns the timeline without its first lines.
func (s *Store) TimelineFrom(ctx context.Context, id incident.ID, from int) ([]incident.Entry, error) {
	lines, err := s.redis.LRange(ctx, timelineKey(id), int64(max(from, 0)), -1).Result()
	if err != nil {
		return nil, err
	}
	entries := make([]incident.Entry, len(lines))
	for i, line := range lines {
		if err := unpack(line, &entries[i]); err != nil {
			return nil, fmt.Errorf("incident %s: stored timeline: %w", id, err)
		}
	}
	return entries, nil
}
