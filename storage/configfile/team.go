package configfile

import (
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/integrations/intake"
)

func (r *reader) readTeams(members []member, groupings map[oncall.TeamID]intake.Grouping) map[oncall.TeamID]oncall.Team {
	teams := make(map[oncall.TeamID]oncall.Team, len(members))
	for _, m := range members {
		r.named(m, "team")
		f := r.fields(m.item, "team "+m.name, "name", "timezone", "slack_channel", "discord_channel", "members",
			"schedules", "policies", "reack_after", "grouping", "members_only", "announce", "stakeholders", "call", "room", "thread", "mark")
		t := oncall.Team{
			ID:             oncall.TeamID(m.name),
			Name:           r.word(f["name"].item, "name"),
			Zone:           r.location(f["timezone"].item, "timezone", r.zone),
			SlackChannel:   r.word(f["slack_channel"].item, "slack_channel"),
			DiscordChannel: r.word(f["discord_channel"].item, "discord_channel"),
			Members:        r.persons(f["members"].item, "members"),
			Schedules:      map[string]oncall.Schedule{},
			Policies:       map[string]oncall.Policy{},
			MembersOnly:    r.flag(f["members_only"].item, "members_only"),
			Thread: oncall.Telling(r.choice(f["thread"].item, "thread",
				string(oncall.TellAll), string(oncall.TellBrief), string(oncall.TellNone))),
			Mark: strings.Trim(r.word(f["mark"].item, "mark"), ":"),
		}
		t.ReackAfter, _ = r.duration(f["reack_after"].item, "reack_after", false)
		if f.has("grouping") {
			groupings[t.ID] = r.grouping(f["grouping"].item)
		}
		for _, s := range r.members(f["schedules"].item, "schedules") {
			r.named(s, "schedule")
			t.Schedules[s.name] = r.schedule(s, t)
		}
		t.Announce = r.announcement(f["announce"].item, m.name)
		t.Stakeholders = r.stakeholders(f["stakeholders"].item)
		t.Call = r.call(f["call"].item)
		t.Room = r.room(f["room"].item)
		for _, p := range r.members(f["policies"].item, "policies") {
			r.named(p, "policy")
			t.Policies[p.name] = r.policy(p, m.name)
		}
		teams[t.ID] = t
	}
	return teams
}

// announcement reads how a team makes visible who is on call.
func (r *reader) announcement(i item, team string) oncall.Announcement {
	f := r.fields(i, "announce", "schedules", "usergroup", "role", "topic", "pin", "handoffs", "gaps", "rollcall")
	a := oncall.Announcement{
		Usergroup: r.word(f["usergroup"].item, "usergroup"),
		Role:      r.word(f["role"].item, "role"),
		Topic:     r.flag(f["topic"].item, "topic"),
		Pin:       r.flag(f["pin"].item, "pin"),
		Mute:      f.has("handoffs") && !r.flag(f["handoffs"].item, "handoffs"),
		NoGaps:    f.has("gaps") && !r.flag(f["gaps"].item, "gaps"),
	}
	a.Rollcall, _ = r.duration(f["rollcall"].item, "rollcall", true)
	for _, s := range r.list(f["schedules"].item, "schedules", true) {
		if name := r.reference(s, "schedules", "schedule", r.names.schedules[team]); name != "" {
			a.Schedules = append(a.Schedules, name)
		}
	}
	return a
}

func (r *reader) schedule(m member, team oncall.Team) oncall.Schedule {
	f := r.fields(m.item, "schedule "+m.name, "timezone", "layers", "overrides")
	s := oncall.Schedule{Team: team.ID, Name: m.name, Zone: r.location(f["timezone"].item, "timezone", team.Zone)}
	for _, i := range r.list(f["layers"].item, "layers", false) {
		s.Layers = append(s.Layers, r.layer(i, s.Zone))
	}
	for _, i := range r.list(f["overrides"].item, "overrides", false) {
		s.Overrides = append(s.Overrides, r.override(i, s.Zone))
	}
	return s
}

func (r *reader) layer(i item, zone *time.Location) (l oncall.Layer) {
	f := r.fields(i, "a layer", "participants", "shift", "start", "until", "timezone", "hours")
	l.Zone = r.location(f["timezone"].item, "timezone", zone)
	for _, needed := range []struct{ key, remedy string }{
		{"participants", "add participants: [ana, ben]; [] is nobody"},
		{"shift", "add shift: 1w, or 12h, 1d, 1mo"},
		{"start", "add start: 2026-01-05T09:00, the first handoff"},
	} {
		if !f.has(needed.key) {
			r.fault(i.at, needed.remedy, "this layer has no %s", needed.key)
		}
	}
	for _, entry := range r.list(f["participants"].item, "participants", true) {
		l.Participants = append(l.Participants, r.persons(entry, "participants"))
	}
	if t, ok := r.text(f["shift"].item, "shift"); ok {
		turn, err := oncall.ParseTurn(t.value)
		if err != nil {
			r.fault(t.at, "write hours, days, weeks or months: 12h, 1d, 1w, 1mo", "%s", t.wrong("shift", err))
		}
		l.Turn = turn
	}
	start, startOK := r.wall(f["start"].item, "start", l.Zone)
	until, untilOK := r.wall(f["until"].item, "until", l.Zone)
	l.Start, l.Until = start, until
	if startOK && untilOK && !start.In(l.Zone).Before(until.In(l.Zone)) {
		r.fault(f["until"].at, "write a later until or take the layer out", "this layer ends before it starts")
	}
	for _, w := range r.list(f["hours"].item, "hours", false) {
		l.Hours = append(l.Hours, r.window(w))
	}
	return l
}

func (r *reader) override(i item, zone *time.Location) (o oncall.Override) {
	f := r.fields(i, "an override", "from", "to", "on_call", "instead_of")
	for _, key := range []string{"from", "to", "on_call"} {
		if !f.has(key) {
			r.fault(i.at, "write {from: 2026-02-10T09:00, to: 2026-02-11T09:00, on_call: [paul]}", "this override has no %s", key)
		}
	}
	from, fromOK := r.instant(f["from"].item, "from", zone)
	to, toOK := r.instant(f["to"].item, "to", zone)
	if fromOK && toOK && !from.Before(to) {
		r.fault(f["to"].at, "write a to after from", "this override ends before it starts")
	}
	return oncall.Override{
		Start:     from,
		End:       to,
		OnCall:    r.persons(f["on_call"].item, "on_call"),
		InsteadOf: r.person(f["instead_of"].item, "instead_of"),
	}
}
