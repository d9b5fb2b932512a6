package configfile_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/integrations/intake"
	"github.com/earshot-oncall/earshot/storage/configfile"
)

// environment has every NAME_KEY, each with a value of its own.
func environment(name string) (string, bool) {
	return "secret-" + strings.ToLower(name), strings.HasSuffix(name, "_KEY")
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func full(t *testing.T) *configfile.Config {
	t.Helper()
	c, err := configfile.Load(filepath.Join("testdata", "full.yaml"), environment)
	if err != nil {
		t.Fatalf("load:\n%v", err)
	}
	return c
}

// same compares, and prints both where they differ.
func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %#v\nwant %#v", what, got, want)
	}
}

func TestFullConfig(t *testing.T) {
	c := full(t)
	r := c.Roster
	newYork, madrid, london := zone(t, "America/New_York"), zone(t, "Europe/Madrid"), zone(t, "Europe/London")

	same(t, "public url", c.PublicURL, "https://oncall.example.com")
	same(t, "admins", r.Admins, []oncall.PersonID{"paul"})
	same(t, "bundling", r.Bundling, time.Minute)
	same(t, "catch_all", r.CatchAll, oncall.TeamID("platform"))
	same(t, "grouping", c.Setup.GroupingOf("webdev"), intake.Grouping{By: []string{"alertname", "cluster"}, Window: 5 * time.Minute})
	same(t, "a team's grouping", c.Setup.GroupingOf("platform"), intake.Grouping{By: []string{"alertname"}, Window: time.Minute})
	same(t, "zone", r.Zone.String(), "America/New_York")

	same(t, "ana", r.People["ana"], oncall.Person{
		ID: "ana", Name: "Ana Ortiz", Slack: "U0ANA", Discord: "2001", Phone: "+16175550101", Email: "ana@example.com", Zone: madrid,
		Paging: []oncall.Step{
			{Via: oncall.Chat},
			{After: 3 * time.Minute, Via: oncall.SMS},
			{After: 6 * time.Minute, Via: oncall.Voice, Every: 3 * time.Minute},
		},
		When: []oncall.PagingWindow{{
			Hours: oncall.Window{Days: []time.Weekday{time.Saturday, time.Sunday}, From: 22 * 60, To: 8 * 60},
			Steps: []oncall.Step{{Via: oncall.Voice, Every: 5 * time.Minute}},
		}},
	})
	same(t, "hal", r.People["hal"], oncall.Person{ID: "hal", Name: "Hal Byrne", Phone: "+16175550108", Zone: newYork})
	same(t, "ben's phone", string(r.People["ben"].Phone), "+16175550102")
	same(t, "wes", r.People["wes"], oncall.Person{ID: "wes", Name: "Wes Lund", Discord: "2004", Zone: time.UTC})

	platform := r.Teams["platform"]
	same(t, "members", platform.Members, []oncall.PersonID{"ana", "ben", "hal", "paul"})
	same(t, "reack_after", platform.ReackAfter, 10*time.Minute)
	same(t, "members_only", platform.MembersOnly, true)
	same(t, "thread and mark", []string{string(platform.Telling()), platform.Mark}, []string{"all", "memo"})
	same(t, "announce", platform.Announce, oncall.Announcement{
		Schedules: []string{"techops"}, Usergroup: "S0PLATFORM", Topic: true, Pin: true, Mute: true, NoGaps: true, Rollcall: 15 * time.Minute,
	})
	same(t, "stakeholders", platform.Stakeholders, oncall.Channels{Slack: "C0BOSS", Discord: "3009"})
	same(t, "call", platform.Call, "https://meet.example.com/platform/{id}")
	same(t, "room", platform.Room, oncall.RoomSettings{Archive: 2 * time.Hour})
	same(t, "techops", platform.Schedules["techops"], oncall.Schedule{
		Team: "platform", Name: "techops", Zone: newYork,
		Layers: []oncall.Layer{{
			Participants: [][]oncall.PersonID{{"ana"}, {"ben", "hal"}},
			Turn:         oncall.Turn{N: 1, Unit: oncall.Weeks},
			Start:        oncall.Wall{Year: 2026, Month: time.January, Day: 5, Hour: 9},
			Until:        oncall.Wall{Year: 2026, Month: time.December, Day: 31, Hour: 9},
			Zone:         london,
			Hours: []oncall.Window{
				{Days: []time.Weekday{1, 2, 3, 4, 5}, From: 9 * 60, To: 17 * 60},
				{Span: true, FromDay: time.Friday, From: 17 * 60, ToDay: time.Monday, To: 9 * 60},
			},
		}},
		Overrides: []oncall.Override{
			{Start: time.Date(2026, 2, 10, 9, 0, 0, 0, newYork), End: time.Date(2026, 2, 11, 9, 0, 0, 0, newYork), OnCall: []oncall.PersonID{"paul"}},
			{Start: time.Date(2026, 2, 12, 9, 0, 0, 0, newYork), End: time.Date(2026, 2, 13, 9, 0, 0, 0, newYork), OnCall: []oncall.PersonID{"paul"}, InsteadOf: "ben"},
		},
	})
	same(t, "an instant as a start is read on the layer's clock", platform.Schedules["secondary"].Layers[0].Start,
		oncall.Wall{Year: 2026, Month: time.January, Day: 5, Hour: 4})
	same(t, "a participant may stand twice", platform.Schedules["secondary"].Layers[0].Participants, [][]oncall.PersonID{{"ben"}, {"hal"}, {"ben"}})

	same(t, "default policy", platform.Policies["default"], oncall.Policy{
		Name: "default", Ack: oncall.AckAny, Repeat: 2,
		Tiers: []oncall.Tier{
			{Page: []oncall.Target{{Kind: oncall.ToSchedule, Name: "techops"}, {Kind: oncall.ToSchedule, Team: "webdev", Name: "devs"}}, Wait: 10 * time.Minute},
			{Page: []oncall.Target{{Kind: oncall.ToSchedule, Name: "secondary"}}, Wait: 10 * time.Minute},
			{Page: []oncall.Target{{Kind: oncall.ToPerson, Name: "paul"}}, Wait: 10 * time.Minute},
			{Page: []oncall.Target{{Kind: oncall.ToTeam, Team: "management"}}, Wait: 15 * time.Minute},
		},
		Fallback: []oncall.Target{{Kind: oncall.ToChannel}},
	})
	same(t, "night policy", platform.Policies["night"], oncall.Policy{
		Name: "night", Ack: oncall.AckAll, Repeat: oncall.Forever, AckTimeout: time.Hour,
		Tiers: []oncall.Tier{{Page: []oncall.Target{{Kind: oncall.ToPerson, Name: "ana"}}, Wait: configfile.DefaultWait}},
	})

	same(t, "integrations", c.Setup.Integrations[6], intake.Integration{
		Name: "cron", Kind: intake.Heartbeat, Key: "secret-cron_key", Team: "platform", Every: 10 * time.Minute, Grace: 2 * time.Minute,
	})
	same(t, "number of integrations", len(c.Setup.Integrations), 7)
	same(t, "teams", c.Setup.Teams, []oncall.TeamID{"database", "management", "platform", "webdev"})
	same(t, "route", c.Setup.Routes[0].Text, `routing_key="database"`)
	same(t, "route's urgency", c.Setup.Routes[2].Urgency, oncall.Low)
	same(t, "no rate limit", c.Setup.Rate, intake.Rate{})
	same(t, "digest", r.Digest, oncall.Digest{Slack: "C0BOSS", Teams: []oncall.TeamID{"platform"}, Day: time.Friday, At: 16*60 + 30})

	same(t, "where a schedule is", c.Where("teams.platform.schedules.techops"), "testdata/full.yaml:36:7")
	same(t, "where a tier is", c.Where("teams.platform.policies.default.tiers[1]"), "testdata/full.yaml:56:13")
	same(t, "where nothing is", c.Where("teams.nobody"), "")
}

func TestDefaults(t *testing.T) {
	c, err := configfile.Parse("earshot.yaml", []byte("people: {}\nteams:\n  web:\n"), environment)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "bundling", c.Roster.Bundling, time.Minute)
	same(t, "zone", c.Roster.Zone, time.UTC)
	same(t, "grouping", c.Setup.Grouping, intake.Grouping{})
	same(t, "team's zone", c.Roster.Teams["web"].Zone, time.UTC)

	c, err = configfile.Parse("earshot.yaml", []byte("people:\nteams: {web: {}}\nbundling: 0s\nrate_limit: {per: 1m, alerts: 1000}\n"), environment)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "no bundling", c.Roster.Bundling, time.Duration(0))
	same(t, "rate", c.Setup.Rate, intake.Rate{Per: time.Minute, Alerts: 1000})
}

func TestAnchorsAndMergeKeys(t *testing.T) {
	src := `
people:
  ana: &ana {name: Ana, slack: U1, paging: &steps [{via: chat}]}
  bo: {<<: *ana, name: Bo, slack: U2}
  cy: {paging: *steps}
teams:
  web: &web
    members: [ana]
    policies: {default: {tiers: [{page: [person:ana], wait: 1m}]}}
  ops: {<<: [*web, {name: never}], name: Ops}
`
	c, err := configfile.Parse("earshot.yaml", []byte(src), environment)
	if err != nil {
		t.Fatal(err)
	}
	steps := []oncall.Step{{Via: oncall.Chat}}
	same(t, "bo", c.Roster.People["bo"], oncall.Person{ID: "bo", Name: "Bo", Slack: "U2", Zone: time.UTC, Paging: steps})
	same(t, "cy", c.Roster.People["cy"].Paging, steps)
	same(t, "ops", c.Roster.Teams["ops"].Name, "Ops")
	same(t, "ops' policy", c.Roster.Teams["ops"].Policies, c.Roster.Teams["web"].Policies)
}

func TestInclude(t *testing.T) {
	dir := t.TempDir()
	write := func(name, src string) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(src), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("earshot.yaml", "include: ['*.yaml', teams/*.yaml, none/*.yaml]\ntimezone: Europe/Paris\npeople: {ana: {}}\nteams: {}\nroutes: [{match: ['a=\"1\"'], team: web}]\n")
	write("teams/web.yaml", "teams: {web: {members: [ana, bo], timezone: Asia/Tokyo}}\npeople: {bo: {}}\nroutes: [{match: ['a=\"2\"'], team: ops}]\nadmins: [bo]\n")
	write("teams/ops.yaml", "teams: {ops: {}}\nintegrations: {any: {type: generic, key: k, team: web}}\n")
	c, err := configfile.Load(filepath.Join(dir, "earshot.yaml"), environment)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "teams", c.Roster.TeamIDs(), []oncall.TeamID{"ops", "web"})
	same(t, "zone of an included person", c.Roster.People["bo"].Zone.String(), "Europe/Paris")
	same(t, "routes in order", len(c.Setup.Routes), 2)
	same(t, "first route", c.Setup.Routes[0].Team, oncall.TeamID("web"))
	same(t, "place", c.Where("teams.web"), filepath.Join(dir, "teams/web.yaml")+":1:9")

	write("teams/bad.yaml", "timezone: UTC\nteams: {web: {}}\ninclude: [more.yaml]\n")
	_, err = configfile.Load(filepath.Join(dir, "earshot.yaml"), environment)
	got := strings.ReplaceAll(err.Error(), dir+"/", "")
	want := `teams/bad.yaml:1:1: "timezone" is set already at earshot.yaml:2:1; keep one of the two
teams/bad.yaml:3:1: an included file can't include others; list all files in the first one
teams/web.yaml:1:9: team "web" is defined already at teams/bad.yaml:2:9; keep one of the two`
	if got != want {
		t.Errorf("mistakes:\n%s\nwant:\n%s", got, want)
	}
}
