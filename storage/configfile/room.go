package configfile

import (
	"net/url"
	"strings"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// stakeholders reads where a team's status updates are told.
func (r *reader) stakeholders(i item) oncall.Channels {
	f := r.fields(i, "stakeholders", "slack_channel", "discord_channel")
	c := oncall.Channels{
		Slack:   r.word(f["slack_channel"].item, "slack_channel"),
		Discord: r.word(f["discord_channel"].item, "discord_channel"),
	}
	if !i.missing() && c == (oncall.Channels{}) {
		r.fault(i.at, "add slack_channel: C0BOSS", "these stakeholders have no channel to be told in")
	}
	return c
}

// call reads the address of a team's conference call, which people are led to by a link:
// nothing but https.
func (r *reader) call(i item) string {
	t, ok := r.text(i, "call")
	if !ok {
		return ""
	}
	u, err := url.Parse(strings.ReplaceAll(t.value, "{id}", "platform-42"))
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil {
		r.fault(i.at, "write it like https://meet.example.com/platform, with {id} for the incident if you like", "call is %s, which is no https address", t.shown())
		return ""
	}
	return t.value
}

// room reads how a team's rooms end: archive is a duration, or false.
func (r *reader) room(i item) (s oncall.RoomSettings) {
	archive := r.fields(i, "room", "archive")["archive"].item
	if t, ok := r.text(archive, "archive"); ok && t.value == "false" {
		s.Keep = true
		return s
	}
	s.Archive, _ = r.duration(archive, "archive", false)
	return s
}
