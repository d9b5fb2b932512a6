package oncall_test

import (
	"slices"
	"testing"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestNotesTellOfClocksThatChange(t *testing.T) {
	const spring, autumn = "2026-03-01T05:00:00Z", "2026-10-15T00:00:00Z"
	abroad := func(r oncall.Roster, name, turn string, change func(*oncall.Layer)) {
		l := turnsOf(t, turn, "2026-01-05T09:00", "hal")
		l.Zone = zone(t, name)
		if change != nil {
			change(&l)
		}
		s := r.Teams["platform"].Schedules["techops"]
		s.Layers = append(s.Layers, l)
		r.Teams["platform"].Schedules["techops"] = s
	}
	newYork := oncall.Finding{"timezone", "America/New_York changes its clocks on 2026-03-08 02:00 -> 03:00: shifts of platform/techops over it are an hour shorter"}
	tests := []struct {
		name   string
		now    string
		change func(oncall.Roster)
		want   []oncall.Finding
	}{
		{"forward", spring, nil, []oncall.Finding{newYork}},
		{"back", autumn, nil, []oncall.Finding{
			{"timezone", "America/New_York changes its clocks on 2026-11-01 02:00 -> 01:00: shifts of platform/techops over it are an hour longer"}}},
		{"not in these 30 days", "2026-03-08T07:00:00Z", nil, nil},
		{"in the last second of them", "2026-02-06T07:00:01Z", nil, []oncall.Finding{newYork}},
		{"not yet", "2026-02-06T07:00:00Z", nil, nil},
		{"a layer of hours, and a person, elsewhere", spring, func(r oncall.Roster) {
			abroad(r, "Europe/Madrid", "12h", nil)
			p := r.People["hal"]
			p.Zone = zone(t, "Europe/London")
			r.People["hal"] = p
		}, []oncall.Finding{newYork,
			{"teams.platform.schedules.techops.layers.1.timezone", "Europe/Madrid changes its clocks on 2026-03-29 02:00 -> 03:00: " +
				"handoffs of platform/techops, counted in hours, come an hour later by the clock from then on"},
			{"people.hal.timezone", "Europe/London changes its clocks on 2026-03-29 01:00 -> 02:00: it is the clock of hal"},
		}},
		{"one zone for a layer and a person", spring, func(r oncall.Roster) {
			abroad(r, "Europe/Madrid", "1d", nil)
			p := r.People["hal"]
			p.Zone = zone(t, "Europe/Madrid")
			r.People["hal"] = p
		}, []oncall.Finding{newYork,
			{"teams.platform.schedules.techops.layers.1.timezone", "Europe/Madrid changes its clocks on 2026-03-29 02:00 -> 03:00: " +
				"shifts of platform/techops over it are an hour shorter; it is the clock of hal"},
		}},
		{"half an hour", "2026-04-01T00:00:00Z", func(r oncall.Roster) { abroad(r, "Australia/Lord_Howe", "1d", nil) }, []oncall.Finding{
			{"teams.platform.schedules.techops.layers.1.timezone", "Australia/Lord_Howe changes its clocks on 2026-04-05 02:00 -> 01:30: shifts of platform/techops over it are 30m longer"}}},
		{"at midnight, back into yesterday", "2026-03-20T00:00:00Z", func(r oncall.Roster) { abroad(r, "America/Santiago", "1d", nil) }, []oncall.Finding{
			{"teams.platform.schedules.techops.layers.1.timezone", "America/Santiago changes its clocks on 2026-04-05 00:00 -> 2026-04-04 23:00: shifts of platform/techops over it are an hour longer"}}},
		{"for a month of the year", "2026-02-10T00:00:00Z", func(r oncall.Roster) {
			abroad(r, "Africa/Casablanca", "1d", nil)
		}, []oncall.Finding{newYork,
			{"teams.platform.schedules.techops.layers.1.timezone", "Africa/Casablanca changes its clocks on 2026-02-15 03:00 -> 02:00: shifts of platform/techops over it are an hour longer"}}},
		{"a layer that is over", spring, func(r oncall.Roster) {
			abroad(r, "Europe/Madrid", "1d", func(l *oncall.Layer) { l.Until = wall(t, "2026-02-20T09:00") })
		}, []oncall.Finding{newYork}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := sound(t)
			if tt.change != nil {
				tt.change(r)
			}
			if got := r.Notes(at(t, tt.now)); !slices.Equal(got, tt.want) {
				t.Errorf("noted:\n%s\nwant:\n%s", written(got), written(tt.want))
			}
		})
	}
}
