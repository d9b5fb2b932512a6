package configfile

import "github.com/earshot-oncall/earshot/escalation/oncall"

// digest reads where and when the figures of each week are told.
func (r *reader) digest(i item) oncall.Digest {
	f := r.fields(i, "digest", "slack_channel", "discord_channel", "at", "teams")
	d := oncall.Digest{
		Slack:   r.word(f["slack_channel"].item, "slack_channel"),
		Discord: r.word(f["discord_channel"].item, "discord_channel"),
	}
	if i.missing() {
		return d
	}
	if !f.has("slack_channel") && !f.has("discord_channel") {
		r.fault(i.at, "add slack_channel: C0BOSS", "this digest has no channel to be told in")
	}
	if t, ok := r.text(f["at"].item, "at"); ok {
		d.Day, d.At = r.weekdayClock(t)
	} else if !f.has("at") {
		r.fault(i.at, `add at: "mon 09:00"`, "this digest does not say when in the week it is told")
	}
	for _, one := range r.list(f["teams"].item, "teams", true) {
		if id := r.team(one, "teams"); id != "" {
			d.Teams = append(d.Teams, id)
		}
	}
	return d
}
