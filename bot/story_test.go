package bot

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestTheStoryOfANight(t *testing.T) {
	by := incident.By
	high := fired("", oncall.High)
	in, _ := live(t, roster(),
		step{0, high},
		step{31 * time.Minute, incident.Noted{ID: id, By: by("ana"), Text: "by ana: looking, ana"}},
		step{time.Minute, incident.Acked{ID: id, By: by("hal")}},
		step{time.Minute, incident.Slept{ID: id, By: by("hal"), For: time.Hour}},
		step{time.Minute, incident.Unacked{ID: id, By: by("wes")}},
		step{time.Minute, incident.Escalated{ID: id, By: by("wes")}},
		step{time.Minute, incident.Added{ID: id, By: by("wes"), Person: "paul"}},
		step{time.Minute, incident.Reassigned{ID: id, By: by("wes"), Person: "ana"}},
		step{time.Minute, incident.Closed{ID: id, By: by("hal"), Note: "by paul: disk replaced"}},
	)
	for how, name := range map[oncall.Telling]string{"": "story", oncall.TellAll: "story_all", oncall.TellNone: "story_none"} {
		var lines []string
		told := Story(in, telling(how), in.Timeline)
		for _, n := range told {
			for _, l := range n.Lines {
				lines = append(lines, l.Plain(time.UTC))
			}
		}
		golden(t, name, lines)
		last := told[len(told)-1]
		if last.Through != len(in.Timeline) || len(last.Buttons) != 1 || last.Buttons[0].Value != "v1:writeup:PLATFORM-42" {
			t.Errorf("told %q: the last message goes through %d with %+v", how, last.Through, last.Buttons)
		}
	}
}

// telling is the roster whose team wants that of its threads.
func telling(how oncall.Telling) oncall.Roster {
	r := roster()
	team := r.Teams["platform"]
	team.Thread = how
	r.Teams["platform"] = team
	return r
}

func TestAQuietThreadStillMentionsWhomItConcerns(t *testing.T) {
	news := []incident.Entry{
		{At: night, Kind: incident.KindNote, Text: "x"},
		{At: night, Kind: incident.KindWorse, Text: "joined by db2"},
		{At: night, Kind: incident.KindWorse, Text: "joined by db3"},
	}
	in := incident.Incident{Team: "platform", State: incident.Acknowledged, AckedBy: incident.By("ana")}
	told := Story(in, telling(oncall.TellNone), news)
	if len(told) != 1 || len(told[0].Lines) != 1 || !strings.Contains(told[0].Lines[0].Plain(time.UTC), "@ana") || told[0].Through != 3 {
		t.Errorf("told %+v, want ana mentioned once", told)
	}
	in.State = incident.Triggered
	if told := Story(in, telling(oncall.TellNone), news); told != nil {
		t.Errorf("told %+v, which mentions nobody", told)
	}
}

func TestABriefThreadRepeatsNothing(t *testing.T) {
	news := []incident.Entry{
		{At: night, Kind: incident.KindPage, Text: "call to ana: schedule techops"},
		{At: night, Kind: incident.KindPage, Text: "call to wes: schedule techops", Again: true},
		{At: night.Add(time.Hour), Kind: incident.KindPage, Text: "call to ana: schedule techops", Again: true},
		{At: night, Kind: incident.KindMarked, Actor: "ana", Text: "ana: by wes: look (added by wes)"},
	}
	for how, want := range map[oncall.Telling][]string{
		oncall.TellBrief: {"call to Ana Ortiz"},
		oncall.TellAll:   {"call to Ana Ortiz, call to Wes Hu", "call to Ana Ortiz", "Ana Ortiz: by wes: look (added by wes)"},
	} {
		var got []string
		for _, n := range Story(incident.Incident{Team: "platform"}, telling(how), news) {
			for _, l := range n.Lines {
				got = append(got, l[1].Text[1:])
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("told %q: %q, want %q", how, got, want)
		}
	}
}

func TestWhoHasItHearsThatItGotWorse(t *testing.T) {
	news := []incident.Entry{
		{At: night, Kind: incident.KindWorse, Text: "joined by db2"},
		{At: night, Kind: incident.KindWorse, Text: "worse since ana acknowledged it"},
	}
	in := incident.Incident{State: incident.Acknowledged, AckedBy: incident.By("ana")}
	if got := Story(in, roster(), news)[0].Lines[0].Plain(time.UTC); got != "Sun 11 Jan 07:00 UTC joined by db2 @ana" {
		t.Errorf("line = %q", got)
	}
	if got := Story(in, roster(), news)[0].Lines[1].Plain(time.UTC); strings.Contains(got, "@") {
		t.Errorf("line = %q mentions them again", got)
	}
	in.State = incident.Triggered
	if got := Story(in, roster(), news)[0].Lines[0].Plain(time.UTC); strings.Contains(got, "@") {
		t.Errorf("line = %q mentions somebody whom nothing concerns", got)
	}
}

// TestNoLineIsLostToEscaping has lines that grow fivefold on a platform.
func TestNoLineIsLostToEscaping(t *testing.T) {
	var news []incident.Entry
	for range 3 {
		news = append(news, incident.Entry{At: night, Kind: incident.KindNote, Text: strings.Repeat("<&>", 150)})
	}
	in, _ := live(t, roster(), step{0, fired("", oncall.High)}, step{time.Minute, incident.Closed{ID: id, By: incident.By("hal"), Note: strings.Repeat("&", 480)}})
	lines := 0
	for _, n := range Story(in, roster(), append(news, in.Timeline...)) {
		size := 0
		for _, l := range n.Lines {
			size += len(strings.NewReplacer("<", "&lt;", "&", "&amp;", ">", "&gt;").Replace(l.Plain(time.UTC)))
		}
		if size > 3500 {
			t.Errorf("a note grows to %d characters, and loses its last lines", size)
		}
		lines += len(n.Lines)
	}
	if lines < len(news)+5 {
		t.Errorf("%d lines are told", lines)
	}
}

func TestNewsAreTold(t *testing.T) {
	entry := func(kind, text string) incident.Entry { return incident.Entry{At: night, Kind: kind, Text: text} }
	if got := Story(incident.Incident{}, roster(), []incident.Entry{entry(incident.KindOpened, "x"), entry(incident.KindDelivered, "x")}); got != nil {
		t.Errorf("notes = %+v of what the card shows anyway", got)
	}
	var news []incident.Entry
	for range 40 {
		news = append(news, entry(incident.KindTier, strings.Repeat("ä", 300)), entry(incident.KindDelivered, "x"))
	}
	notes := Story(incident.Incident{}, roster(), news)
	lines, last := 0, 0
	for _, n := range notes {
		size := 0
		for _, l := range n.Lines {
			size += utf8.RuneCountInString(l.Plain(time.UTC))
		}
		if size > maxNote || n.Through <= last {
			t.Errorf("note of %d characters, through %d after %d", size, n.Through, last)
		}
		lines, last = lines+len(n.Lines), n.Through
	}
	if lines != 40 || last != len(news) || len(notes) < 2 {
		t.Errorf("%d lines in %d notes through %d, want 40 in several through %d", lines, len(notes), last, len(news))
	}
}

func TestPagesByChat(t *testing.T) {
	one, now := live(t, roster(), step{0, fired("", oncall.High)})
	worst := one
	var many []incident.Incident
	for range 7 {
		many = append(many, worst)
	}
	tests := []struct {
		name   string
		notice incident.Notice
		want   Message // without cards
		cards  int
	}{
		{"a person's page", incident.Notice{Via: oncall.Chat, Incidents: many[:1]}, Message{Lead: "You are paged: PLATFORM-42 CRITICAL: Disk full on db1"}, 1},
		{"a bundle", incident.Notice{Via: oncall.Chat, Incidents: many}, Message{
			Lead: "You are paged: 7 incidents, the worst PLATFORM-42 CRITICAL: Disk full on db1", More: "and 2 incidents more: `list` shows all",
		}, 5},
		{"a person as the fallback", incident.Notice{Via: oncall.Chat, Incidents: many[:1], Fallback: true}, Message{Lead: "Nobody answered, so you are told: PLATFORM-42 CRITICAL: Disk full on db1"}, 1},
		{"the channel as the fallback", incident.Notice{Via: oncall.Channel, Incidents: many[:1], Fallback: true}, Message{
			Lead: "Nobody answered. Whoever can, please acknowledge PLATFORM-42 CRITICAL: Disk full on db1", Everyone: true,
		}, 1},
		{"the channel as a tier", incident.Notice{Via: oncall.Channel, Incidents: many[:1]}, Message{Lead: "Whoever can, please acknowledge PLATFORM-42 CRITICAL: Disk full on db1", Everyone: true}, 1},
		{"nothing", incident.Notice{Via: oncall.Chat}, Message{}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.notice.Roster = roster()
			got := Page(tt.notice, now)
			if got.Lead != tt.want.Lead || got.Everyone != tt.want.Everyone || got.More != tt.want.More || len(got.Cards) != tt.cards {
				t.Errorf("message = %+v\nwant %+v with %d cards", got, tt.want, tt.cards)
			}
		})
	}
}
