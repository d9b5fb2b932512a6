package oncall_test

import (
	"slices"
	"testing"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestMovedTellsOfAnEditInPlace(t *testing.T) {
	const (
		monday = "2026-03-09T12:59:59Z" // the last second of ana's week, an hour short
		path   = "teams.platform.schedules.techops"
		remedy = "; end the layer with until and start another one"
	)
	moved := func(text string) []oncall.Finding { return []oncall.Finding{{path, text + remedy}} }
	layer := func(change func(*oncall.Layer)) func(*oncall.Roster) {
		return func(r *oncall.Roster) {
			s := r.Teams["platform"].Schedules["techops"]
			change(&s.Layers[0])
		}
	}
	add := func(r *oncall.Roster, l oncall.Layer) {
		s := r.Teams["platform"].Schedules["techops"]
		s.Layers = append(s.Layers, l)
		r.Teams["platform"].Schedules["techops"] = s
	}
	override := func(r oncall.Roster) {
		s := r.Teams["platform"].Schedules["techops"]
		s.Overrides = []oncall.Override{{Start: at(t, "2026-03-01T00:00:00Z"), End: at(t, "2026-04-01T00:00:00Z"), OnCall: ids("hal")}}
		r.Teams["platform"].Schedules["techops"] = s
	}
	front := layer(func(l *oncall.Layer) { l.Participants = slices.Insert(l.Participants, 0, ids("hal")) })
	tests := []struct {
		name string
		now  string
		old  func(oncall.Roster)
		edit func(*oncall.Roster)
		want []oncall.Finding
	}{
		{"nothing", monday, nil, func(*oncall.Roster) {}, nil},
		{"a participant in front", monday, nil, front, moved("ana is on call now, with this file ben would be")},
		{"the same one second later moves ben", "2026-03-09T13:00:00Z", nil, front, moved("ben is on call now, with this file hal would be")},
		{"a participant at the end, who does not move this week", "2026-01-06T12:00:00Z", nil,
			layer(func(l *oncall.Layer) { l.Participants = append(l.Participants, ids("hal")) }), nil},
		{"another start", monday, nil, layer(func(l *oncall.Layer) { l.Start = wall(t, "2026-01-12T09:00") }), moved("ana is on call now, with this file ben would be")},
		{"nobody left", monday, nil, layer(func(l *oncall.Layer) { l.Participants = nil }), moved("ana is on call now, with this file nobody would be")},
		{"ended, and another one started", monday, nil, func(r *oncall.Roster) {
			layer(func(l *oncall.Layer) { l.Until = wall(t, "2026-03-09T08:00") })(r)
			add(r, turnsOf(t, "1w", "2026-03-09T08:00", "hal", "ana", "ben"))
		}, nil},
		{"ended, and edited on the way", monday, nil, func(r *oncall.Roster) {
			front(r)
			layer(func(l *oncall.Layer) { l.Until = wall(t, "2026-03-20T08:00") })(r)
		}, moved("ana is on call now, with this file ben would be")},
		{"a layer above", monday, nil, func(r *oncall.Roster) { add(r, turnsOf(t, "1w", "2026-01-05T09:00", "hal")) }, nil},
		{"another zone moves the handoff", "2026-03-09T12:00:00Z", nil,
			layer(func(l *oncall.Layer) { l.Zone = zone(t, "Europe/Madrid") }), moved("ana is on call now, with this file ben would be")},
		{"somebody left the company", monday, nil, func(r *oncall.Roster) {
			r.People["ana"] = oncall.Person{ID: "ana", Inactive: true}
		}, nil},
		{"a pair", monday, func(r oncall.Roster) {
			layer(func(l *oncall.Layer) { l.Participants[0] = ids("ana", "hal") })(&r)
		}, front, moved("ana, hal are on call now, with this file ben would be")},
		{"the turn beneath an override", monday, override, front, moved("without its override ana would be on call now, with this file ben would be")},
		{"a schedule that is gone", monday, nil, func(r *oncall.Roster) { delete(r.Teams["platform"].Schedules, "techops") }, nil},
		{"a schedule that is new", monday, func(r oncall.Roster) { delete(r.Teams["platform"].Schedules, "techops") }, nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			old, edited := sound(t), sound(t)
			if tt.old != nil {
				tt.old(old)
				if tt.edit != nil {
					tt.old(edited)
				}
			}
			if tt.edit != nil {
				tt.edit(&edited)
			}
			if got := oncall.Moved(old, edited, at(t, tt.now)); !slices.Equal(got, tt.want) {
				t.Errorf("got:\n%swant:\n%s", written(got), written(tt.want))
			}
		})
	}
}
