package storage

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A Query says which incidents are wanted. Its zero value wants the newest of
// every team and state.
type Query struct {
	Team   oncall.TeamID
	State  incident.State
	Limit  int       // 0: DefaultLimit; more than MaxLimit counts as that
	Cursor string    // from the answer to the same query before
	Since  time.Time // opened then or later
}

// How many incidents a list holds.
const (
	DefaultLimit = 50
	MaxLimit     = 500
)

// ErrCursor refuses a cursor that no list has given out.
var ErrCursor = errors.New("not a cursor of this list")

// List returns incidents, newest first, and the cursor of the rest, empty when
// there is none. Incidents that open meanwhile don't disturb a walk by cursor.
func (s *Store) List(ctx context.Context, q Query) (list []incident.Incident, next string, err error) {
	limit := min(q.Limit, MaxLimit)
	if limit <= 0 {
		limit = DefaultLimit
	}
	from, err := parsePlace(q.Cursor)
	if err != nil {
		return nil, "", err
	}
	w := s.walk(q, from, limit)
	for {
		// One more than is wanted shows whether there is a next page.
		ids, err := w.next(ctx, limit+1)
		if err != nil {
			return nil, "", err
		}
		if len(ids) == 0 {
			return list, "", nil
		}
		found, err := s.findAll(ctx, ids)
		if err != nil {
			return nil, "", err
		}
		for _, in := range found {
			if q.State != "" && in.State != q.State || q.Team != "" && in.Team != q.Team {
				continue
			}
			if len(list) == limit {
				return list, placeOf(list[limit-1]).String(), nil
			}
			list = append(list, in)
		}
	}
}

// Open returns the open incidents of a team, or of all where it is empty, newest
// first.
func (s *Store) Open(ctx context.Context, team oncall.TeamID) ([]incident.Incident, error) {
	return s.newest(ctx, team, math.MaxInt)
}

// Newest returns the newest open incidents of a team, at most limit, and reads no
// more than those.
func (s *Store) Newest(ctx context.Context, team oncall.TeamID, limit int) ([]incident.Incident, error) {
	return s.newest(ctx, team, limit)
}

func (s *Store) newest(ctx context.Context, team oncall.TeamID, limit int) ([]incident.Incident, error) {
	var open []incident.Incident
	size := min(batch, limit)
	w := s.walkOpen(team, size)
	for {
		ids, err := w.next(ctx, size)
		if err != nil || len(ids) == 0 {
			return open, err
		}
		found, err := s.findAll(ctx, ids)
		if err != nil {
			return nil, err
		}
		for _, in := range found {
			if in.Open() && (team == "" || in.Team == team) {
				open = append(open, in)
			}
			if len(open) == limit {
				return open, nil
			}
		}
	}
}

// A place is where an incident stands in a list: newest first, and by id among
// those of the same millisecond.
type place struct {
	opened int64
	id     incident.ID
}

func placeOf(in incident.Incident) place { return place{in.OpenedAt.UnixMilli(), in.ID} }

// before reports whether p is listed before q.
func (p place) before(q place) bool {
	if p.opened != q.opened {
		return p.opened > q.opened
	}
	return p.id > q.id
}

// String is the cursor of what comes after p.
func (p place) String() string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(p.opened, 10) + " " + string(p.id)))
}

// parsePlace reads a cursor; empty is the beginning.
func parsePlace(cursor string) (place, error) {
	if cursor == "" {
		return place{}, nil
	}
	plain, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return place{}, fmt.Errorf("%w: %q", ErrCursor, cursor)
	}
	opened, id, _ := strings.Cut(string(plain), " ")
	n, err := strconv.ParseInt(opened, 10, 64)
	if err != nil || id == "" {
		return place{}, fmt.Errorf("%w: %q", ErrCursor, cursor)
	}
	return place{n, incident.ID(id)}, nil
}
