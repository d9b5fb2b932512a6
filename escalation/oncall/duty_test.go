package oncall

import (
	"encoding/json"
	"testing"
	"time"
)

func TestDutiesSayWhoIsOnCallAndWhoFollows(t *testing.T) {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	person := func(id PersonID) Person { return Person{ID: id} }
	roster := Roster{
		People: map[PersonID]Person{"ana": person("ana"), "ben": person("ben"), "hal": person("hal")},
		Teams: map[TeamID]Team{
			"web": {ID: "web", Schedules: map[string]Schedule{"empty": {Team: "web", Name: "empty"}}},
			"platform": {ID: "platform", Schedules: map[string]Schedule{"techops": {Team: "platform", Name: "techops", Zone: zone, Layers: []Layer{{
				Participants: [][]PersonID{{"ana"}, {"ben", "hal"}}, Turn: Turn{1, Weeks}, Start: Wall{2026, time.January, 5, 9, 0, 0},
			}}}}},
		},
	}
	const empty = `{"team":"web","schedule":"empty","on_call":[],"source":"none","next":[]}`
	tests := []struct {
		name string
		team TeamID
		at   time.Time
		want string
	}{
		{"in winter, everybody's", "", time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC),
			`[{"team":"platform","schedule":"techops","on_call":["ben","hal"],"source":"rotation","until":"2026-03-02T14:00:00Z","next":["ana"]},` + empty + `]`},
		{"across the clock change", "platform", time.Date(2026, time.March, 8, 7, 30, 0, 0, time.UTC),
			`[{"team":"platform","schedule":"techops","on_call":["ana"],"source":"rotation","until":"2026-03-09T13:00:00Z","next":["ben","hal"]}]`},
		{"of a team that isn't there", "nobody", time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC), `[]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := json.Marshal(roster.Duties(tt.team, tt.at))
			if err != nil || string(got) != tt.want {
				t.Errorf("got %s, %v\nwant %s", got, err, tt.want)
			}
		})
	}
}
