package demo

import (
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/storage/configfile"
)

// TestWorldAgreesWithItsConfiguration keeps what the page tells beside what the
// app is told.
func TestWorldAgreesWithItsConfiguration(t *testing.T) {
	for _, now := range []time.Time{
		time.Date(2026, time.March, 9, 3, 0, 0, 0, time.UTC),
		time.Date(2026, time.March, 29, 1, 30, 0, 0, time.UTC),
		time.Date(2027, time.January, 1, 0, 0, 0, 0, time.UTC),
	} {
		c, err := configfile.Parse("earshot.yaml", config(now), func(string) (string, bool) { return "", false })
		if err != nil {
			t.Fatal(err)
		}
		if len(c.Roster.People) != len(people) {
			t.Errorf("%d people in the configuration, %d on the page", len(c.Roster.People), len(people))
		}
		for _, p := range people {
			known, ok := c.Roster.People[oncall.PersonID(p.ID)]
			if !ok || known.Name != p.Name || string(known.Phone) != p.Phone || known.Slack != p.Slack || known.Discord != p.Discord {
				t.Errorf("%s is %+v in the configuration, want %+v", p.ID, known, p)
			}
		}
		want := map[string]oncall.PersonID{"techops": "ana", "secondary": "dina", "devs": "wes"}
		for _, at := range []time.Time{now, now.AddDate(0, 0, 5)} {
			for _, d := range c.Roster.Duties("", at) {
				if len(d.OnCall) != 1 || d.OnCall[0] != want[d.Schedule] {
					t.Errorf("%s: %v on call in %s, want %s", at, d.OnCall, d.Schedule, want[d.Schedule])
				}
			}
		}
	}
}
