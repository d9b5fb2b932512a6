package acceptance

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/bot/discord/discordfake"
	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
)

// crowd is a configuration of sixty people with the longest names, all of them paged at
// once, and a hundred schedules.
func crowd(w duo) string {
	var people, members, schedules strings.Builder
	for i := range 60 {
		slack, discord := fmt.Sprintf("U0CROWD%02d", i), fmt.Sprint(7000+i)
		w.slack.AddUser(slack, fmt.Sprint("crowd", i), "Europe/London")
		w.discord.AddUser(discord, fmt.Sprint("crowd", i), false)
		fmt.Fprintf(&people, "  crowd%02d: {name: \"%d %s\", slack: %s, discord: %q, paging: [{after: 0s, via: chat}]}\n", i, i, strings.Repeat("Wolfeschlegelsteinhausen ", 3), slack, discord)
		fmt.Fprintf(&members, "crowd%02d, ", i)
	}
	for i := range 100 {
		fmt.Fprintf(&schedules, "      schedule-with-a-very-long-name-indeed-number-%02d: {layers: [{participants: [ana, ben, crowd%02d], shift: 1d, start: 2020-01-06T09:00}]}\n", i, i%60)
	}
	config := strings.Replace(both(), "people:\n", "people:\n"+people.String(), 1)
	config = strings.Replace(config, "    members: [ana,", "    stakeholders: {slack_channel: C0BOSS, discord_channel: \"3009\"}\n    members: ["+members.String()+"ana,", 1)
	config = strings.Replace(config, "    schedules:\n", "    schedules:\n"+schedules.String(), 1)
	return strings.Replace(config, "{page: [schedule:techops], wait: 1h}", "{page: [schedule:techops, team:platform], wait: 1h}", 1)
}

// TestTheLargestOfEverythingIsTaken sends the largest alert to the largest team, says
// every word that tells much, and wants neither platform to refuse a message.
func TestTheLargestOfEverythingIsTaken(t *testing.T) {
	t.Parallel()
	w := newDuo(t, false)
	w.slack.AddChannel(boss, "boss", slackIDs["mona"])
	w.discord.AddChannel("3009", "boss", discordfake.Text, false)
	w.write(crowd(w))
	w.begin(false)
	labels, notes, links := map[string]string{}, map[string]string{}, []map[string]string{}
	for i := range 60 {
		labels[fmt.Sprint("label_", i)] = strings.Repeat("<&>*_`", 40)
		notes[fmt.Sprint("note_", i)] = strings.Repeat("@everyone <!channel> [x](http://evil)\n", 100)
		links = append(links, map[string]string{"href": "https://example.com/" + strings.Repeat("a", 1500), "text": strings.Repeat("<&>", 200)})
	}
	id := w.send(native(map[string]any{
		"dedup_key": "large", "summary": strings.Repeat("<&>*_`@everyone ", 4000), "source": strings.Repeat("<&>", 500),
		"labels": labels, "annotations": notes, "links": links,
	}))
	w.card(platform, id)
	w.show(id)
	until(t, "everybody is paged", func() bool { return w.paged(id, "chat", "U0CROWD59") > 0 })
	for _, words := range []string{
		"who", "list", "explain " + id, "explain platform", "note " + id + " " + strings.Repeat("<&> ", 700), "status " + id + " next 30m " + strings.Repeat("<&> ", 700),
		"room " + id, "report", "report here", "gaps", "next", "audit", "override list", "me", "help", "writeup " + id, "override", "take", "swap", "page", "snooze " + id, "reassign " + id, "add " + id, "note " + id,
	} {
		if _, err := w.slack.Command(slackIDs["ana"], platform, "/oncall", words); err != nil {
			t.Errorf("/oncall %.20s: %v", words, err)
		}
		word, rest, _ := strings.Cut(words, " ")
		options := map[string]string{}
		if rest != "" {
			options["text"] = rest
		}
		if slices.Contains([]string{"next", "audit", "room", "status", "takeover"}, word) {
			word = "more " + word
		}
		answer, err := w.discord.Command(discordIDs["ana"], room, "oncall "+word, options)
		if err == nil {
			_, err = w.discord.Settled(t.Context(), answer.ID)
		}
		if err != nil {
			t.Errorf("/oncall %.20s in Discord: %v", words, err)
		}
	}
	w.events(w.addr)
	w.visits("ana")
	w.home("ana", id)
	w.say("ana", "resolve "+id+" "+strings.Repeat("<&> ", 700))
	card := w.card(platform, id, "resolved by Ana Ortiz")
	w.show(id, "resolved by Ana Ortiz")
	until(t, "the summary stands in the thread", func() bool { return strings.Contains(w.thread(card), "Summary of "+id) })
	allowed := []string{"", "ratelimited", "already_in_channel", "method_not_supported_for_channel_type"}
	for _, c := range w.slack.Calls() {
		if !slices.Contains(allowed, c.Error) {
			t.Errorf("Slack refuses %s: %s\n%.600s", c.Method, c.Error, c.Form)
		}
	}
	for _, c := range w.discord.Calls() {
		if c.Status >= http.StatusBadRequest && c.Status != http.StatusNotFound && c.Status != http.StatusTooManyRequests {
			t.Errorf("Discord refuses %s %s: %d", c.Method, c.Path, c.Status)
		}
	}
	if n := len(slices.DeleteFunc(w.slack.Views(), func(v slackfake.View) bool { return v.Type != "modal" })); n != 8 {
		t.Errorf("%d forms opened in Slack, want 8", n)
	}
}
