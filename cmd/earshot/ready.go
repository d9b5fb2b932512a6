package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/earshot-oncall/earshot/cmd/internal/app"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/storage/configfile"
)

// A standing is whether one person can be reached, as far as that is known.
type standing struct {
	Person   oncall.PersonID `json:"person"`
	Contact  string          `json:"contact"`
	Seen     string          `json:"seen"` // empty: the store was not asked
	Problems []string        `json:"problems"`
}

// standings are those of everybody who can be on call, by what the file says and, with
// settings of a store, by what that knows. A store that can't be read is a note.
func (v *verdict) standings(ctx context.Context, t *terminal, config *configfile.Config, online bool, now time.Time) {
	known := map[oncall.PersonID]oncall.Readiness{}
	if settings, err := app.SettingsFromEnv(t.env); online && err == nil && settings.RedisURL != "" {
		if known, err = app.Readiness(ctx, settings, config, now); err != nil {
			v.Notes = append(v.Notes, remark{environment, fmt.Sprintf("how people were reached is not known: %v", err)})
		}
	}
	for _, id := range slices.Sorted(maps.Keys(config.Roster.People)) {
		if !config.Roster.Active(id) {
			continue
		}
		ready, ok := known[id]
		if !ok {
			ready = config.Roster.People[id].Contacts()
		}
		v.People = append(v.People, standing{id, ready.Contact, ready.Seen, append([]string{}, ready.Problems...)})
	}
}

// String is the standing on one line.
func (s standing) String() string {
	return fmt.Sprintf("reach of %s: %s", s.Person, oncall.Readiness{Contact: s.Contact, Seen: s.Seen, Problems: s.Problems})
}
