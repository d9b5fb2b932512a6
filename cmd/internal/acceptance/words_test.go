package acceptance

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// spoken is a configuration of two teams in which Ana and Ben take turns, a fortnight
// each, and nothing happens by itself after the first page.
func spoken() string {
	people := map[string]string{
		"ana": "{after: 0s, via: chat}", "ben": "{after: 0s, via: chat}, {after: 30m, via: sms}", "dina": "{after: 0s, via: chat}",
		"hal": "{after: 0s, via: sms}",
	}
	config := configuration(people, fmt.Sprintf(`
teams:
  platform:
    name: Platform
    slack_channel: C0PLATFORM
    discord_channel: "3001"
    members: [ana, ben, hal, paul]
    schedules:
      techops: {layers: [%s]}
    policies:
      default:
        tiers:
          - {page: [schedule:techops], wait: 1h}
          - {page: [person:hal], wait: 1h}
  web:
    name: Web
    members: [ben]
    schedules:
      days: {layers: [{participants: [ben], shift: 1d, start: 2020-01-06T00:00, hours: [{from: "09:00", to: "17:00"}]}]}
    policies: {default: {tiers: [{page: [person:ben], wait: 1h}]}}
`, anas()))
	for key, id := range discordIDs {
		slack := fmt.Sprintf("    slack: %s\n", slackIDs[key])
		config = strings.Replace(config, slack, slack+fmt.Sprintf("    discord: %q\n", id), 1)
	}
	return config
}

// A voice is how somebody speaks to Earshot on one platform.
type voice struct {
	duo
	platform string
	// say says a word with what follows it, as it is typed or by its parts.
	say func(person string, s said) string
	// press presses a button of what somebody was written in private.
	press func(person, label string)
}

// A said word, as it is typed and by the parts that Discord asks for.
type said struct {
	by    string
	word  string
	rest  string
	parts map[string]string
}

// slackVoice speaks in a workspace without any Discord.
func slackVoice(t *testing.T) voice {
	t.Helper()
	w := newDuo(t, false)
	w.write(spoken())
	for _, name := range []string{"DISCORD_BOT_TOKEN", "DISCORD_API_URL", "DISCORD_PUBLIC_KEY"} {
		delete(w.env, name)
	}
	w.start()
	v := voice{duo: w, platform: "slack"}
	v.say = func(person string, s said) string {
		who := slackIDs[person]
		if who == "" {
			who = "U0MALLORY"
		}
		reply, err := w.slack.Command(who, platform, "/oncall", strings.TrimSpace(s.word+" "+s.rest))
		if err != nil {
			t.Fatalf("/oncall %s %s: %v", s.word, s.rest, err)
		}
		if reply.Message.Ephemeral != who {
			t.Errorf("/oncall %s %s: not seen by %s alone", s.word, s.rest, person)
		}
		return reply.Message.Words()
	}
	v.press = func(person, label string) {
		m := w.message(w.slack.DM(slackIDs[person]), label)
		w.press(person, m, label)
	}
	w.slack.AddUser("U0MALLORY", "mallory", "Europe/London")
	return v
}

// discordVoice speaks in a server without any Slack.
func discordVoice(t *testing.T) voice {
	t.Helper()
	w := newDuo(t, false)
	w.write(spoken())
	delete(w.env, "SLACK_BOT_TOKEN")
	delete(w.env, "SLACK_SIGNING_SECRET")
	w.begin(false)
	v := voice{duo: w, platform: "discord"}
	v.say = func(person string, s said) string {
		who := discordIDs[person]
		if who == "" {
			who = "2009"
		}
		answer, err := w.discord.Command(who, room, "oncall "+s.word, s.parts)
		if err != nil {
			t.Fatalf("/oncall %s %v: %v", s.word, s.parts, err)
		}
		if answer, err = w.discord.Settled(t.Context(), answer.ID); err != nil {
			t.Fatalf("/oncall %s %v: %v", s.word, s.parts, err)
		}
		if !answer.Ephemeral() {
			t.Errorf("/oncall %s %v: not seen by %s alone", s.word, s.parts, person)
		}
		return strings.ReplaceAll(answer.Message.Text(), `\`, "")
	}
	v.press = func(person, label string) {
		var message, button string
		until(t, person+" is offered "+label, func() bool {
			for _, m := range w.discord.DMs(discordIDs[person]) {
				for _, row := range m.Components {
					for _, c := range row.Components {
						if c.Label == label {
							message, button = m.ID, c.CustomID
						}
					}
				}
			}
			return button != ""
		})
		if _, err := w.discord.Press(discordIDs[person], message, button); err != nil {
			t.Fatal(err)
		}
	}
	return v
}

// oncall is who the admin API says is on call.
func (w *world) oncall(team string, at time.Time) string {
	w.t.Helper()
	var got struct {
		Schedules []struct {
			OnCall []string `json:"on_call"`
			Source string   `json:"source"`
		} `json:"schedules"`
	}
	w.admin(http.MethodGet, "/oncall?team="+team+"&at="+url.QueryEscape(at.UTC().Format(time.RFC3339)), "", &got)
	if len(got.Schedules) == 0 {
		return ""
	}
	return strings.Join(got.Schedules[0].OnCall, "+") + " by " + got.Schedules[0].Source
}

// typed makes a said word whose parts stand in their order.
func typed(by, word, rest string, parts ...string) said {
	s := said{by: by, word: word, rest: rest, parts: map[string]string{}}
	for i := 0; i+1 < len(parts); i += 2 {
		s.parts[parts[i]] = parts[i+1]
	}
	return s
}

// TestEveryWordOnEitherPlatform says each word of the contract, in all its forms, and
// looks at what became of it.
func TestEveryWordOnEitherPlatform(t *testing.T) {
	t.Parallel()
	for name, voiced := range map[string]func(*testing.T) voice{"Slack": slackVoice, "Discord": discordVoice} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := voiced(t)
			for _, title := range []string{"Disk is full", "Queue is stuck", "Shop is down"} {
				v.send(triggered(title, ""))
			}
			v.incidentWords()
			v.dutyWords()
			v.ownWords()
			v.askedWords()
		})
	}
}

// hear says a word, wants all that in the answer, and then something to become true.
func (v voice) hear(s said, want []string, what string, became func() bool) {
	v.t.Helper()
	got := v.say(s.by, s)
	for _, part := range want {
		if !strings.Contains(got, part) {
			v.t.Errorf("%s %s by %s: %q, want %q in it", s.word, s.rest, s.by, got, part)
		}
	}
	if became != nil {
		until(v.t, "after "+s.word+" "+s.rest+" "+what, became)
	}
}

// is reports whether an incident is in a state.
func (v voice) is(id, state string) func() bool {
	return func() bool { return v.incident(id).State == state }
}

// incidentWords says those on incidents.
func (v voice) incidentWords() {
	const disk, queue, shop = "PLATFORM-1", "PLATFORM-2", "PLATFORM-3"
	v.hear(typed("dina", "list", ""), []string{"3 open incidents", disk, queue, shop}, "", nil)
	v.hear(typed("dina", "list", "web", "team", "web"), []string{"No"}, "", nil)
	v.hear(typed("ben", "ack", disk, "id", disk), []string{disk + " acknowledged"}, "it is", v.is(disk, "acknowledged"))
	v.hear(typed("dina", "unack", disk, "id", disk), []string{disk}, "it is given back", v.is(disk, "triggered"))
	v.hear(typed("ben", "snooze", disk+" 1h", "id", disk, "for", "1h"), []string{"snoozed until"}, "it sleeps", v.is(disk, "snoozed"))
	v.hear(typed("ben", "unack", disk, "id", disk), []string{disk}, "it is awake", v.is(disk, "triggered"))
	v.hear(typed("dina", "escalate", disk, "id", disk), []string{disk + " escalated", "Hal Byrne"}, "hal is paged", func() bool { return v.paged(disk, "sms", numbers["hal"]) == 1 })
	v.hear(typed("ana", "add", queue+" @dina", "id", queue, "person", "@dina"), []string{queue, "Dina Haddad"}, "dina is paged", v.chatted(queue, "dina"))
	v.hear(typed("ana", "note", queue+" a new disk is on its way", "id", queue, "text", "a new disk is on its way"), []string{"Noted on " + queue}, "it is told", func() bool { return v.told(queue, "a new disk is on its way") })
	v.hear(typed("ana", "reassign", queue+" web", "id", queue, "team", "web"), []string{queue}, "it is web's", func() bool { return v.incident(queue).Team == "web" })
	v.hear(typed("ana", "reassign", shop+" @dina", "id", shop, "person", "@dina"), []string{shop, "Dina Haddad"}, "dina is paged", v.chatted(shop, "dina"))
	v.hear(typed("dina", "resolve", strings.ToLower(shop)+" it was the cache", "id", shop, "text", "it was the cache"), []string{shop + " resolved"}, "it is", v.is(shop, "resolved"))
	v.hear(typed("dina", "explain", shop, "id", shop), []string{"it was the cache"}, "", nil)
	v.hear(typed("dina", "page", "@ben look at the shop", "person", "@ben", "text", "look at the shop"), []string{"PLATFORM-4 raised", "Ben Adeyemi"}, "ben is paged", v.chatted("PLATFORM-4", "ben"))
	v.hear(typed("dina", "page", "platform checkout is down", "team", "platform", "text", "checkout is down"), []string{"PLATFORM-5 raised", "Ana Ortiz"}, "ana is paged", v.chatted("PLATFORM-5", "ana"))
}

// chatted reports whether a person was paged by chat.
func (v voice) chatted(id, person string) func() bool {
	return func() bool {
		if v.platform == "slack" {
			return v.paged(id, "chat", slackIDs[person]) > 0
		}
		for _, m := range v.discord.DMs(discordIDs[person]) {
			if names(m.Text(), id) {
				return true
			}
		}
		return false
	}
}

// dutyWords says those about who is on call.
func (v voice) dutyWords() {
	now := time.Now().UTC().Add(10 * time.Minute).Truncate(time.Minute) // what is said from now on holds then
	later := now.AddDate(0, 0, 3)
	v.hear(typed("dina", "who", ""), []string{"platform/techops: Ana Ortiz"}, "", nil)
	v.hear(typed("dina", "who", "web", "team", "web"), []string{"web/days"}, "", nil)
	v.hear(typed("dina", "who", "platform", "team", "platform"), []string{"platform/techops: Ana Ortiz", "Ben Adeyemi"}, "", nil)
	v.hear(typed("dina", "who", "platform at "+now.AddDate(0, 0, 15).Format(time.RFC3339), "team", "platform", "at", now.AddDate(0, 0, 15).Format(time.RFC3339)), []string{"platform/techops: Ben Adeyemi"}, "", nil)
	v.hear(typed("stranger", "override", "platform/techops @ben for 2h", "team", "platform/techops", "person", "@ben", "for", "2h"), []string{"Only Platform's members", "Paul Novak"}, "nothing changed", v.duty(now, "ana by rotation"))

	v.hear(typed("ana", "override", "platform/techops @ben for 2h", "team", "platform/techops", "person", "@ben", "for", "2h"), []string{"Ben Adeyemi instead of Ana Ortiz"}, "ben has it", v.duty(now, "ben by override"))
	v.hear(typed("dina", "who", "platform", "team", "platform"), []string{"Ben Adeyemi (override)"}, "", nil)
	number := v.listed("override", "list", `(\d+): Ben Adeyemi on platform/techops`)
	v.hear(typed("ben", "override", "cancel "+number, "text", "cancel "+number), []string{"Ben Adeyemi"}, "ana is back", v.duty(now, "ana by rotation"))
	span := "from " + later.Format(time.RFC3339) + " to " + later.Add(4*time.Hour).Format(time.RFC3339)
	v.hear(typed("ana", "override", "platform "+v.mention("ben")+" "+span, "team", "platform", "person", v.mention("ben"), "for", span), []string{"Ben Adeyemi instead of Ana Ortiz"}, "ben has it then", v.duty(later.Add(time.Hour), "ben by override"))
	v.hear(typed("ben", "take", "platform/techops for 2h", "team", "platform/techops", "for", "2h"), []string{"Ben Adeyemi instead of Ana Ortiz"}, "ben has it", v.duty(now, "ben by override"))
	number = v.listed("override", "list", `(\d+): Ben Adeyemi on platform/techops, .*by Ben`)
	v.hear(typed("ben", "override", "cancel "+number, "text", "cancel "+number), nil, "ana is back", v.duty(now, "ana by rotation"))
	v.hear(typed("ana", "swap", "@ben now for nothing", "person", "@ben", "text", "now for nothing"), []string{"Ben Adeyemi is asked"}, "", nil)
	v.press("ben", "Accept")
	until(v.t, "ben has ana's shift", v.duty(now, "ben by override"))
	v.hear(typed("paul", "take", "for 3h", "for", "3h"), []string{"Paul Novak instead of Ben Adeyemi"}, "paul has it", v.duty(now, "paul by override"))
	v.hear(typed("stranger", "maintenance", "web for 2h", "team", "web", "for", "2h"), []string{"Only Web's members", "Paul Novak"}, "", nil)
	v.hear(typed("paul", "maintenance", "web for 2h upgrade of the shop", "team", "web", "for", "2h", "text", "upgrade of the shop"), []string{"Maintenance", "nobody is paged"}, "", nil)
	held := v.send(triggered("Shop again", "web"))
	until(v.t, "the alert is held back", func() bool { return v.told(held, "upgrade of the shop") })
	if v.chatted(held, "ben")() {
		v.t.Error("ben is paged in a maintenance")
	}
	number = v.listed("maintenance", "list web", `(\d+): Web`)
	v.hear(typed("ben", "maintenance", "end "+number, "text", "end "+number), nil, "ben is paged", v.chatted(held, "ben"))
}

// listed says "override list", or maintenance's, and returns the number of a line.
func (v voice) listed(word, rest, line string) string {
	v.t.Helper()
	list := v.say("dina", typed("dina", word, rest, "text", rest))
	found := regexp.MustCompile(line).FindStringSubmatch(list)
	if found == nil {
		v.t.Fatalf("%s list: %q, want a line %s", word, list, line)
	}
	return found[1]
}

// mention is somebody as the platform writes them.
func (v voice) mention(person string) string {
	if v.platform == "slack" {
		return "<@" + slackIDs[person] + "|" + person + ">"
	}
	return "<@" + discordIDs[person] + ">"
}

// duty reports whether the admin API says that of platform.
func (v voice) duty(at time.Time, want string) func() bool {
	return func() bool { return v.oncall("platform", at) == want }
}

// ownWords says those about oneself.
func (v voice) ownWords() {
	v.hear(typed("ben", "me", ""), []string{"You are paged by chat now, SMS after 30m", "+1617…02, from the file", "platform/techops", "Platform, Web"}, "", nil)
	v.hear(typed("ben", "phone", linked, "text", linked), []string{"A code is on its way to +1617…99"}, "", nil)
	code := sixDigits.FindString(v.texted(linked, 1, "Ben Adeyemi").Body)
	v.hear(typed("ben", "verify", code, "text", code), []string{"+1617…99 is your phone now"}, "", nil)
	v.hear(typed("ben", "me", "lead 2h", "text", "lead 2h"), []string{"2h"}, "", nil)
	v.hear(typed("ben", "me", ""), []string{"+1617…99, linked in chat", "told 2h before a shift"}, "", nil)
	v.hear(typed("ben", "test", "me", "text", "me"), []string{"You are being paged now by chat: press the button; SMS: reply HERE"}, "", nil)
	v.press("ben", "It reached me")
	v.texted(linked, 1, "Test page from Earshot for Ben Adeyemi", "Reply HERE")
}

// askedWords says those that only look, and what is wrong.
func (v voice) askedWords() {
	if v.platform == "slack" { // Discord lets nobody send a word that it does not list
		v.hear(typed("dina", "rezolve", "PLATFORM-1"), []string{`Did you mean "resolve"? For example: resolve PLATFORM-42`}, "", nil)
	}
	for _, tt := range []struct {
		said said
		want []string
	}{
		{typed("dina", "gaps", ""), []string{"No gaps in the next 30 days"}},
		{typed("dina", "gaps", "web", "team", "web"), []string{"nobody is on call", "web/days"}},
		{typed("dina", "explain", "PLATFORM-1", "id", "PLATFORM-1"), []string{"tier 1 of 2 is paged: ana (schedule techops)", "SMS to hal"}},
		{typed("dina", "explain", "platform", "team", "platform"), []string{"Paul Novak by chat (tier 1, schedule techops (override))", "Hal Byrne by SMS (tier 2"}},
		{typed("dina", "report", ""), []string{"Incidents: 4, 3 still open", "Noisiest: "}},
		{typed("dina", "report", "web 2d", "team", "web", "for", "2d"), []string{"Web, the last 2d", "Incidents: 2"}},
		{typed("dina", "help", ""), []string{"who [team] [at TIME]", "resolve ID [note]", "help [word]"}},
		{typed("dina", "help", "ack", "text", "ack"), []string{"ack ID: take an incident on", "For example: ack PLATFORM-42"}},
		{typed("dina", "help", "rezolve", "text", "rezolve"), []string{`Did you mean "resolve"? For example: help resolve`}},
	} {
		v.hear(tt.said, tt.want, "", nil)
	}
}
