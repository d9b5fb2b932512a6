package configfile_test

import (
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/storage/configfile"
)

func TestHowRoomsEnd(t *testing.T) {
	tests := []struct {
		name, src string
		after     time.Duration
		ends      bool
	}{
		{"after an hour where nothing is set", "{}", time.Hour, true},
		{"when the team wants", "{room: {archive: 30m}}", 30 * time.Minute, true},
		{"never", "{room: {archive: false}}", time.Hour, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := configfile.Parse("f.yaml", []byte("people: {}\nteams: {web: "+tt.src+"}\n"), environment)
			if err != nil {
				t.Fatal(err)
			}
			if after, ends := c.Roster.Teams[oncall.TeamID("web")].Room.After(); after != tt.after || ends != tt.ends {
				t.Errorf("after %s, %v; want %s, %v", after, ends, tt.after, tt.ends)
			}
		})
	}
}

func TestMistakesAboutBigIncidents(t *testing.T) {
	const remedy = "; write it like https://meet.example.com/platform, with {id} for the incident if you like"
	tests := []struct{ name, src, want string }{
		{"S36 a call that is not encrypted", "call: 'http://meet.example.com/x'", `f.yaml:2:21: call is "http://meet.example.com/x", which is no https address` + remedy},
		{"S36 a call that is a script", "call: 'javascript:alert(1)'", `f.yaml:2:21: call is "javascript:alert(1)", which is no https address` + remedy},
		{"S36 a call with a password", "call: 'https://a:b@meet.example.com/'", `f.yaml:2:21: call is "https://a:b@meet.example.com/", which is no https address` + remedy},
		{"stakeholders nowhere", "stakeholders: {}", "f.yaml:2:29: these stakeholders have no channel to be told in; add slack_channel: C0BOSS"},
		{"an end that is no duration", "room: {archive: soon}", `f.yaml:2:31: archive: duration "soon" is not like 90s, 10m, 1h30m, 1d or 2w; write a number with a unit: 90s, 10m, 12h, 1d, 2w`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := configfile.Parse("f.yaml", []byte("people: {}\nteams: {web: {"+tt.src+"}}\n"), environment)
			if err == nil || err.Error() != tt.want {
				t.Errorf("got:\n%v\nwant:\n%s", err, tt.want)
			}
		})
	}
}
