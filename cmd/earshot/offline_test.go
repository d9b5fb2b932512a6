package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWhoAtAMoment(t *testing.T) {
	tests := []struct {
		name string
		at   string
		want string
	}{
		{"on a winter morning", "2026-03-06T17:00:00Z",
			`"on_call":["ana"],"source":"rotation","until":"2026-03-09T13:00:00Z","next":["ben","hal"]`},
		{"in the night the clocks go forward, the handoff stays at 09:00 on the wall", "2026-03-08T07:30:00Z",
			`"on_call":["ana"],"source":"rotation","until":"2026-03-09T13:00:00Z","next":["ben","hal"]`},
		{"a second before that handoff", "2026-03-09T12:59:59Z",
			`"on_call":["ana"],"source":"rotation","until":"2026-03-09T13:00:00Z","next":["ben","hal"]`},
		{"at that handoff, with an offset of one's own", "2026-03-09T22:00:00+09:00",
			`"on_call":["ben","hal"],"source":"rotation","until":"2026-03-16T13:00:00Z","next":["ana"]`},
		{"in the hour that comes twice in autumn", "2026-11-01T05:30:00Z",
			`"on_call":["ana"],"source":"rotation","until":"2026-11-02T14:00:00Z","next":["ben","hal"]`},
		{"in the same hour the second time", "2026-11-01T06:30:00Z",
			`"on_call":["ana"],"source":"rotation","until":"2026-11-02T14:00:00Z","next":["ben","hal"]`},
		{"under an override", "2026-02-10T14:00:00Z",
			`"on_call":["bob"],"source":"override","until":"2026-02-11T14:00:00Z","next":["ben","hal"]`},
		{"before the rotation begins", "2026-01-01T00:00:00Z",
			`"on_call":[],"source":"none","until":"2026-01-05T14:00:00Z","next":["ana"]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := earshot(t, "", words("who --json --schedule platform/techops --config "+config+" --at "+tt.at))
			if !strings.Contains(got.out, `"schedules":[{"team":"platform","schedule":"techops",`+tt.want+"}]}\n") {
				t.Errorf("answer %s want %s", got.out, tt.want)
			}
		})
	}
}

func TestWhoWritesTablesInTheSchedulesOwnZone(t *testing.T) {
	golden(t, "who", earshot(t, "", words("who --config "+config)).out)
	golden(t, "who-json", earshot(t, "", words("who --json --config "+config)).out)
	const span = " --schedule devs --from 2026-03-27T00:00:00Z --to 2026-03-31T00:00:00Z --config " + config
	golden(t, "who-span", earshot(t, "", words("who"+span)).out)
	golden(t, "who-span-json", earshot(t, "", words("who --json"+span)).out)
}

func TestWhoShowsGapsAsShiftsOfNobody(t *testing.T) {
	got := earshot(t, "", words("who --json --schedule hours --from 2026-03-07T20:00:00Z --to 2026-03-08T14:00:00Z --config "+config))
	const want = `"shifts":[{"from":"2026-03-07T20:00:00Z","to":"2026-03-07T22:00:00Z","on_call":["bob"],"source":"rotation"},` +
		`{"from":"2026-03-07T22:00:00Z","to":"2026-03-08T13:00:00Z","on_call":[],"source":"none"},` +
		`{"from":"2026-03-08T13:00:00Z","to":"2026-03-08T14:00:00Z","on_call":["bob"],"source":"rotation"}]`
	if !strings.Contains(got.out, want) {
		t.Errorf("answer %s want %s", got.out, want)
	}
}

func TestCheckTellsByItsStatus(t *testing.T) {
	tests := []struct {
		name   string
		args   string
		status int
		says   string
	}{
		{"clean", "--config testdata/calm.yaml", 0, "0 errors, 0 warnings"},
		{"clean, strictly", "--strict --config testdata/calm.yaml", 0, "0 errors, 0 warnings"},
		{"warnings", "--config " + config, 0, "4 warnings"},
		{"warnings, strictly", "--strict --config " + config, 1, "4 warnings"},
		{"errors", "--config testdata/wrong.yaml", 2, "3 errors, 0 warnings"},
		{"a file that is not there", "--config testdata/nothing.yaml", 2, "1 error, 0 warnings"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := earshot(t, "", words("check "+tt.args))
			if got.status != tt.status || !strings.Contains(got.out, tt.says) {
				t.Errorf("status %d, want %d: %s%s", got.status, tt.status, got.out, got.err)
			}
		})
	}
}

func TestCheckNamesThePlaceOfEverything(t *testing.T) {
	golden(t, "check", earshot(t, "", words("check --config "+config)).out)
	golden(t, "check-json", earshot(t, "", words("check --json --config "+config)).out)
	golden(t, "check-wrong-json", earshot(t, "", words("check --json --config testdata/wrong.yaml")).out)
}

func TestCheckAgainstTheFileInForce(t *testing.T) {
	src, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	edited := filepath.Join(t.TempDir(), "edited.yaml")
	write := func(before, after string) {
		if err := os.WriteFile(edited, bytes.ReplaceAll(src, []byte(before), []byte(after)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("participants: [ana, [ben, hal]]", "participants: [bob, ana, [ben, hal]]")
	got := earshot(t, "", words("check --strict --config "+edited+" --against "+config))
	const moved = "edited.yaml:11:7: teams.platform.schedules.techops: ana is on call now, with this file ben, hal would be; end the layer with until and start another one"
	if got.status != 1 || !strings.Contains(got.out, moved) {
		t.Errorf("status %d: %s%s", got.status, got.out, got.err)
	}
	write("participants: [ana, [ben, hal]], shift: 1w, start: 2026-01-05T09:00}",
		"participants: [ana, [ben, hal]], shift: 1w, start: 2026-01-05T09:00, until: 2026-03-16T09:00}\n"+
			"          - {participants: [bob, ana], shift: 1w, start: 2026-03-16T09:00}")
	got = earshot(t, "", words("check --config "+edited+" --against "+config))
	if got.status != 0 || strings.Contains(got.out, "on call now") {
		t.Errorf("a layer that ends: status %d: %s%s", got.status, got.out, got.err)
	}
	got = earshot(t, "", words("check --config "+config+" --against testdata/wrong.yaml"))
	if got.status != exitMisuse || !strings.Contains(got.err, "testdata/wrong.yaml:5:15: ") {
		t.Errorf("against a wrong file: status %d: %s", got.status, got.err)
	}
}

func TestNotesAreNoWarnings(t *testing.T) {
	file := filepath.Join(t.TempDir(), "calm.yaml")
	const text = `timezone: Europe/Madrid
people: {ana: {slack: U0ANA}}
teams:
  platform:
    schedules: {techops: {layers: [{participants: [ana], shift: 1d, start: 2026-01-05T09:00}]}}
    policies: {default: {tiers: [{page: [schedule:techops]}], fallback: ["person:ana"]}}
`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	got := earshot(t, "", words("check --strict --config "+file))
	const note = "calm.yaml:1:1: timezone Europe/Madrid changes its clocks on 2026-03-29 02:00 -> 03:00: " +
		"shifts of platform/techops over it are an hour shorter; it is the clock of ana\n"
	if got.status != 0 || !strings.HasPrefix(got.out, "note: ") || !strings.Contains(got.out, note) || !strings.Contains(got.out, "0 errors, 0 warnings") {
		t.Errorf("status %d: %s%s", got.status, got.out, got.err)
	}
}

func TestExplain(t *testing.T) {
	tests := []struct {
		name  string
		alert string
		flags string
	}{
		{"explain", `{"summary":"Disk full","severity":"critical"}`, "--json"},
		{"explain-table", `{"summary":"Disk full"}`, ""},
		{"explain-low", `{"summary":"Disk filling","severity":"warning"}`, "--json"},
		{"explain-silent", `{"summary":"All well","severity":"info"}`, "--json"},
		{"explain-endless", `{"summary":"x","labels":{"alertname":"Endless"}}`, "--json"},
		{"explain-deserted", `{"summary":"x","labels":{"alertname":"Deserted"}}`, "--json"},
		{"explain-prometheus", `{"alerts":[{"status":"firing","labels":{"alertname":"DiskFull"}}]}`, "--json"},
		{"explain-named", `{"summary":"x","routing_key":"web"}`, "--json --integration prometheus"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := earshot(t, tt.alert, words("explain --alert - --at 2026-03-08T07:30:00Z --config "+config+" "+tt.flags))
			if got.status != 0 {
				t.Fatalf("status %d: %s", got.status, got.err)
			}
			golden(t, tt.name, got.out)
		})
	}
}

func TestExplainRefusesWhatOpensNothing(t *testing.T) {
	for alert, says := range map[string]string{
		`{"severity":"critical"}`:              "summary is required",
		`{"action":"resolve","dedup_key":"k"}`: "opens nothing",
		`not json`:                             "body is not JSON",
	} {
		got := earshot(t, alert, words("explain --alert - --config "+config))
		if got.status != exitMisuse || !strings.Contains(got.err, says) {
			t.Errorf("%s: status %d, said %q", alert, got.status, got.err)
		}
	}
	got := earshot(t, `{"summary":"x"}`, words("explain --alert - --config testdata/calm.yaml"))
	if got.status != exitMisuse || !strings.Contains(got.err, "add catch_all") {
		t.Errorf("without a team: status %d, said %q", got.status, got.err)
	}
}

func TestTestRunsFilesInVirtualTime(t *testing.T) {
	tests := []struct {
		name   string
		files  string
		status int
	}{
		{"test-passing", "testdata/passing.yaml", 0},
		{"test-failing", "testdata/failing.yaml", 1},
		{"test-both", "testdata/passing.yaml testdata/failing.yaml", 1},
		{"test-json", "--json testdata/failing.yaml", 1},
		{"test-misnamed", "testdata/passing.yaml testdata/misnamed.yaml", 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := earshot(t, "", words("test "+tt.files))
			if got.status != tt.status {
				t.Errorf("status %d, want %d: %s", got.status, tt.status, got.err)
			}
			golden(t, tt.name, got.out+got.err)
		})
	}
}

func TestTestWantsTheConfigurationWhole(t *testing.T) {
	got := earshot(t, "", words("test testdata/passing.yaml testdata/nothing.yaml"))
	if got.status != exitMisuse || !strings.Contains(got.err, "nothing.yaml") {
		t.Errorf("status %d: %s", got.status, got.err)
	}
	var results []testResult
	got = earshot(t, "", words("test --json testdata/passing.yaml"))
	if err := json.Unmarshal([]byte(got.out), &results); err != nil || len(results) != 3 {
		t.Errorf("%d results, %v", len(results), err)
	}
}
