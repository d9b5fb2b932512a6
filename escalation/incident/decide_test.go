package incident

import (
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

var nine = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

// sample is a roster of one team: ana has chat and a phone, ben chat alone, hal a
// phone alone.
func sample(edit func(*oncall.Policy)) oncall.Roster {
	target := func(who string) []oncall.Target {
		return []oncall.Target{{Kind: oncall.ToPerson, Name: who}}
	}
	p := oncall.Policy{Name: "default", Tiers: []oncall.Tier{
		{Page: target("ana"), Wait: 10 * time.Minute},
		{Page: target("ben"), Wait: 10 * time.Minute},
		{Page: target("hal"), Wait: 10 * time.Minute},
	}}
	if edit != nil {
		edit(&p)
	}
	return oncall.Roster{
		People: map[oncall.PersonID]oncall.Person{
			"ana": {ID: "ana", Slack: "U0ANA", Phone: "+16175550101"},
			"ben": {ID: "ben", Slack: "U0BEN"},
			"hal": {ID: "hal", Phone: "+16175550108"},
		},
		Teams: map[oncall.TeamID]oncall.Team{
			"platform": {ID: "platform", SlackChannel: "C0", Members: []oncall.PersonID{"ana", "ben", "hal"},
				Policies: map[string]oncall.Policy{"default": p}},
		},
	}
}

var fired = AlertFired{
	Key:   Key{Integration: "prom", Dedup: "k"},
	Alert: Alert{Title: "Disk full", Severity: Critical},
	Route: Route{Team: "platform", Matched: `env="test"`, Because: "integration prom"},
}

// opened is a fresh incident of the sample at nine.
func opened(t *testing.T, r oncall.Roster) Incident {
	t.Helper()
	return must(t)(Decide(Incident{ID: "PLATFORM-1"}, r, fired, nine))
}

func must(t *testing.T) func(Incident, []Effect, error) Incident {
	return func(in Incident, _ []Effect, err error) Incident {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return in
	}
}

func TestFirstTierIsPagedWhenTheIncidentOpens(t *testing.T) {
	in, owed, err := Decide(Incident{ID: "PLATFORM-1"}, sample(nil), fired, nine)
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[EffectKind]int{}
	for _, e := range owed {
		kinds[e.Kind]++
	}
	if kinds[SendPage] != 1 || kinds[ShowCard] != 1 || kinds[Wake] != 1 {
		t.Errorf("owes %v, want a page, a card and a wake", owed)
	}
	if want := nine.Add(2 * time.Minute); !in.Runs[0].Rungs[1].Due.Equal(want) {
		t.Errorf("ana's SMS is due %v, want %v", in.Runs[0].Rungs[1].Due, want)
	}
	if want := nine.Add(10 * time.Minute); !in.TierDue.Equal(want) {
		t.Errorf("tier two is due %v, want %v", in.TierDue, want)
	}
}

func TestThePageLimitTakesNothingBackFromTheWire(t *testing.T) {
	r := sample(nil)
	in := opened(t, r)
	page := in.Pages[0].ID
	in = must(t)(Decide(in, r, PageSending{Page: page}, nine))
	in = must(t)(Decide(in, r, PageHeld{Page: page, Until: nine.Add(time.Minute)}, nine))
	if got := in.Pages[0].Status; got != PageOnWire {
		t.Errorf("the page is %s, want it on the wire still: it goes with another's message", got)
	}
	in = must(t)(Decide(in, r, PageHeld{Page: page, Until: nine.Add(time.Second), Why: "429"}, nine))
	if got := in.Pages[0].Status; got != PageQueued {
		t.Errorf("the page is %s, want it queued again as its provider asked", got)
	}
}
