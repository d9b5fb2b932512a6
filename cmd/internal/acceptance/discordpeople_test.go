package acceptance

import (
	"slices"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/bot/discord/discordfake"
)

// TestF50WhoeverLeavesTheDiscordServerIsPassed has Ben, who has Discord alone, leave
// before anybody listens, and Ana, who has Slack too.
func TestF50WhoeverLeavesTheDiscordServerIsPassed(t *testing.T) {
	t.Parallel()
	w := newDuo(t, true)
	guild := w.discord.Options().Guild
	w.discord.Leave(guild, discordIDs["ben"])
	w.discord.Leave(guild, discordIDs["ana"])
	w.begin(true)
	w.message(w.slack.DM(slackIDs["paul"]),
		"Ben Adeyemi is in none of the teams' Discord servers any more: they count as nobody", "its last tier reaches nobody")
	w.message(platform, "Ben Adeyemi is in none of the teams' Discord servers any more")
	w.message(w.slack.DM(slackIDs["paul"]), "Ana Ortiz is in none of the teams' Discord servers any more: they hold their shifts and are paged as before")
	w.hears("paul", "audit", "Discord account of ben: works -&gt; left")
	w.hears("paul", "who platform", "platform/techops: Ana Ortiz")
	id := w.send(triggered("Queue is stuck", ""))
	w.card(platform, id, "Ana Ortiz by chat")
	w.hears("dina", "escalate "+id, id)
	until(t, "tier 2, of Ben alone, is passed", func() bool {
		return strings.Contains(w.thread(w.card(platform, id)), "tier 2 reaches nobody and is passed")
	})
	if n := len(w.discord.DMs(discordIDs["ben"])); n != 0 {
		t.Errorf("ben is told %d times", n)
	}
	if slices.ContainsFunc(w.discord.Messages(room), func(m discordfake.Message) bool { return strings.Contains(m.Text(), "Ana Ortiz is in none") }) {
		t.Error("the channel hears of what changes nothing for it")
	}
}
