package simulate

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func persons(ids ...string) []oncall.Target {
	var targets []oncall.Target
	for _, id := range ids {
		targets = append(targets, oncall.Target{Kind: oncall.ToPerson, Name: id})
	}
	return targets
}

// world is the roster that the stories under testdata are about.
func world() oncall.Roster {
	wait := 10 * time.Minute
	policies := map[string]oncall.Policy{
		"default": {Name: "default", Tiers: []oncall.Tier{
			{Page: []oncall.Target{{Kind: oncall.ToSchedule, Name: "techops"}}, Wait: wait},
			{Page: persons("ben"), Wait: wait},
			{Page: persons("hal"), Wait: wait},
		}},
		"fallback": {Name: "fallback", Repeat: 1, Fallback: []oncall.Target{{Kind: oncall.ToChannel}, {Kind: oncall.ToPerson, Name: "hal"}},
			Tiers: []oncall.Tier{{Page: persons("cleo"), Wait: wait}}},
		"all": {Name: "all", Ack: oncall.AckAll, Tiers: []oncall.Tier{
			{Page: persons("cleo", "dave"), Wait: wait}, {Page: persons("hal"), Wait: wait}}},
		"timeout": {Name: "timeout", AckTimeout: 30 * time.Minute, Tiers: []oncall.Tier{{Page: persons("cleo"), Wait: time.Hour}}},
		"empty": {Name: "empty", Tiers: []oncall.Tier{
			{Page: []oncall.Target{{Kind: oncall.ToSchedule, Name: "nobody"}}, Wait: wait},
			{Page: persons("cleo"), Wait: wait},
			{Page: []oncall.Target{{Kind: oncall.ToTeam, Team: "ghosts"}}, Wait: wait},
			{Page: persons("dave"), Wait: wait}}},
		"deserted": {Name: "deserted", Repeat: oncall.Forever, Fallback: []oncall.Target{{Kind: oncall.ToChannel}},
			Tiers: []oncall.Tier{{Page: []oncall.Target{{Kind: oncall.ToSchedule, Name: "nobody"}}, Wait: wait}}},
		"forever": {Name: "forever", Repeat: oncall.Forever, Tiers: []oncall.Tier{{Page: persons("eve"), Wait: wait}}},
		"twice":   {Name: "twice", Tiers: []oncall.Tier{{Page: append(persons("eve", "eve"), oncall.Target{Kind: oncall.ToTeam, Team: "solo"}), Wait: wait}}},
		"watch":   {Name: "watch", Repeat: oncall.Forever, Tiers: []oncall.Tier{{Page: []oncall.Target{{Kind: oncall.ToSchedule, Name: "pair"}}, Wait: wait}}},
		"down":    {Name: "down", Tiers: []oncall.Tier{{Page: persons("cleo"), Wait: wait}, {Page: persons("dave"), Wait: wait}, {Page: persons("eve"), Wait: wait}}},
	}
	once := []oncall.Step{{Via: oncall.Chat}}
	madrid, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		panic(err) // the machine has no zones
	}
	siesta := oncall.Schedule{Team: "abroad", Name: "siesta", Zone: madrid, Layers: []oncall.Layer{{
		Participants: [][]oncall.PersonID{{"cleo"}, {"dave"}},
		Turn:         oncall.Turn{N: 1, Unit: oncall.Days},
		Start:        oncall.Wall{Year: 2026, Month: time.March, Day: 28, Hour: 23},
	}}}
	return oncall.Roster{
		Bundling: time.Minute,
		People: map[oncall.PersonID]oncall.Person{
			"ana":  {ID: "ana", Slack: "U0ANA", Phone: "+16175550101"},
			"ben":  {ID: "ben", Slack: "U0BEN"},
			"hal":  {ID: "hal", Phone: "+16175550108"},
			"cleo": {ID: "cleo", Slack: "U0CLEO", Paging: once},
			"dave": {ID: "dave", Slack: "U0DAVE", Paging: once},
			"eve":  {ID: "eve", Slack: "U0EVE", Phone: "+16175550109", Paging: []oncall.Step{{Via: oncall.Chat}, {After: 3 * time.Minute, Via: oncall.SMS}}},
		},
		Teams: map[oncall.TeamID]oncall.Team{
			"platform": {ID: "platform", SlackChannel: "C0", Policies: policies, Schedules: map[string]oncall.Schedule{
				"nobody": {Team: "platform", Name: "nobody"},
				"pair":   {Team: "platform", Name: "pair", Layers: []oncall.Layer{{Participants: [][]oncall.PersonID{{"cleo", "dave"}}, Start: oncall.Wall{Year: 2026, Month: time.January, Day: 1}}}},
				"techops": {Team: "platform", Name: "techops", Layers: []oncall.Layer{{
					Participants: [][]oncall.PersonID{{"ana"}, {"dave"}},
					Turn:         oncall.Turn{N: 1, Unit: oncall.Weeks},
					Start:        oncall.Wall{Year: 2026, Month: time.March, Day: 2, Hour: 9},
				}}},
			}},
			"web":    {ID: "web", Policies: map[string]oncall.Policy{"default": {Name: "default", Tiers: []oncall.Tier{{Page: persons("dave"), Wait: wait}}}}},
			"abroad": {ID: "abroad", Zone: madrid, Schedules: map[string]oncall.Schedule{"siesta": siesta}, Policies: map[string]oncall.Policy{"default": {Name: "default", Tiers: []oncall.Tier{{Page: []oncall.Target{{Kind: oncall.ToSchedule, Name: "siesta"}}, Wait: wait}}}}},
			"ghosts": {ID: "ghosts"},
			"solo":   {ID: "solo", Members: []oncall.PersonID{"eve"}},
		},
	}
}

// slower is the configuration that a story may reload: every tier waits twice as long.
func slower(file string) (Setup, error) {
	if file != "slower.yaml" {
		return Setup{}, errors.New("there is no such file")
	}
	r := world()
	for _, p := range r.Teams["platform"].Policies {
		for i := range p.Tiers {
			p.Tiers[i].Wait *= 2
		}
	}
	return Setup{Roster: r}, nil
}

// TestStories runs every file of testdata/stories: the rules R1 to R16 of the
// escalation, told as tests that a user could have written.
func TestStories(t *testing.T) {
	files, err := filepath.Glob("testdata/stories/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, file := range files {
		f, err := ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, story := range f.Tests {
			t.Run(filepath.Base(file)+"/"+story.Name, func(t *testing.T) {
				out, err := Run(context.Background(), story, Setup{Roster: world()}, slower)
				if err != nil {
					t.Fatal(err)
				}
				if !out.OK {
					t.Errorf("%s\n%s", file, out.Diff)
				}
			})
		}
	}
}

func TestFileNamesEveryMistakeAtItsPlace(t *testing.T) {
	src, err := os.ReadFile("testdata/wrong.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, err = Parse("wrong.yaml", src)
	want, rerr := os.ReadFile("testdata/wrong.golden")
	if rerr != nil {
		t.Fatal(rerr)
	}
	if got := err.Error(); got != strings.TrimSpace(string(want)) {
		t.Errorf("mistakes:\n%s\nwant:\n%s", got, want)
	}
}
