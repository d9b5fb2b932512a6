package discordfake_test

import (
	"bytes"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/earshot-oncall/earshot/bot/discord/discordfake"
)

// wound is a clock that stands until it is wound. It is wound between requests.
type wound struct{ at time.Time }

func (w *wound) now() time.Time { return w.at }

func newWound() *wound { return &wound{time.Date(2026, time.March, 8, 7, 30, 0, 0, time.UTC)} }

func TestAThreadHasTheIDOfItsMessage(t *testing.T) {
	fake, bot := world(t, discordfake.Options{})
	card := post(t, bot, room, text("Disk full"))
	thread, err := bot.MessageThreadStart(room, card.ID, "PLATFORM-42 Disk full", 1440)
	if err != nil || thread.ID != card.ID || thread.ParentID != room {
		t.Fatalf("thread = %+v, %v", thread, err)
	}
	if _, err := bot.MessageThreadStart(room, card.ID, "again", 1440); code(t, err) != 160004 {
		t.Errorf("a second thread: %v", err)
	}
	if _, err := bot.MessageThreadStart(room, post(t, bot, room, text("b")).ID, strings.Repeat("n", 101), 1440); code(t, err) != 50035 {
		t.Errorf("a long name: %v", err)
	}
	line := post(t, bot, thread.ID, text("paged ana"))
	archived := true
	if _, err := bot.ChannelEdit(thread.ID, &discordgo.ChannelEdit{Archived: &archived}); err != nil {
		t.Fatal(err)
	}
	edit := discordgo.NewMessageEdit(thread.ID, line.ID).SetContent("paged ben")
	edit.AllowedMentions = quiet()
	if _, err := bot.ChannelMessageEditComplex(edit); code(t, err) != 50083 {
		t.Errorf("an edit in an archived thread: %v", err)
	}
	post(t, bot, thread.ID, text("it wakes up"))
	threads := fake.Threads(room)
	if len(threads) != 1 || threads[0].Thread.Archived || threads[0].Name != "PLATFORM-42 Disk full" {
		t.Errorf("threads = %+v", threads)
	}
	if n := len(fake.Messages(thread.ID)); n != 2 {
		t.Errorf("%d messages in the thread, want 2", n)
	}
}

func TestATopicChangesTwiceInTenMinutes(t *testing.T) {
	clock := newWound()
	fake, bot := world(t, discordfake.Options{Now: clock.now})
	set := func(topic string) error {
		_, err := bot.ChannelEdit(room, &discordgo.ChannelEdit{Topic: topic})
		return err
	}
	if err := errors.Join(set("ana"), set("ben")); err != nil {
		t.Fatal(err)
	}
	var limit *discordgo.RateLimitError
	if err := set("cy"); !errors.As(err, &limit) || limit.RetryAfter != 10*time.Minute {
		t.Fatalf("the third change: %v", err)
	}
	clock.at = clock.at.Add(10 * time.Minute)
	if status, _, answer := ask(t, fake, http.MethodPatch, "channels/"+room, `{"topic":"dee"}`); status != http.StatusOK {
		t.Errorf("ten minutes later: %d %s", status, answer)
	}
	if got := fake.Topic(room); got != "dee" {
		t.Errorf("topic = %q", got)
	}
}

func TestPinsAreToldInTheChannel(t *testing.T) {
	fake, bot := world(t, discordfake.Options{})
	card := post(t, bot, room, text("on call: ana"))
	for range 2 {
		if err := bot.ChannelMessagePin(room, card.ID); err != nil {
			t.Fatal(err)
		}
	}
	if pinned := fake.Pinned(room); len(pinned) != 1 || pinned[0].ID != card.ID {
		t.Errorf("pinned = %+v", pinned)
	}
	if all := fake.Messages(room); len(all) != 2 || all[1].Type != 6 {
		t.Errorf("messages = %+v, want the card and the notice", all)
	}
	if err := bot.ChannelMessageUnpin(room, card.ID); err != nil || len(fake.Pinned(room)) != 0 {
		t.Errorf("still pinned, %v", err)
	}
	for range 50 {
		if err := bot.ChannelMessagePin(room, post(t, bot, room, text("a")).ID); err != nil {
			t.Fatal(err)
		}
	}
	if err := bot.ChannelMessagePin(room, card.ID); code(t, err) != 30003 {
		t.Errorf("the 51st pin: %v", err)
	}
}

func TestDirectMessagesMayBeClosed(t *testing.T) {
	fake, bot := world(t, discordfake.Options{})
	dm, err := bot.UserChannelCreate("2001")
	if err != nil {
		t.Fatal(err)
	}
	post(t, bot, dm.ID, text("you are paged"))
	fake.CloseDMs("2001", true)
	if _, err := bot.ChannelMessageSendComplex(dm.ID, text("again")); code(t, err) != discordgo.ErrCodeCannotSendMessagesToThisUser {
		t.Errorf("closed: %v", err)
	}
	fake.CloseDMs("2001", false)
	fake.Leave(fake.Options().Guild, "2001")
	if _, err := bot.ChannelMessageSendComplex(dm.ID, text("again")); code(t, err) != discordgo.ErrCodeCannotSendMessagesToThisUser {
		t.Errorf("no guild in common: %v", err)
	}
	if got := fake.DMs("2001"); len(got) != 1 || got[0].Content != "you are paged" {
		t.Errorf("messages = %+v", got)
	}
}

func TestRolesAreGivenAndTaken(t *testing.T) {
	fake, bot := world(t, discordfake.Options{})
	guild := fake.Options().Guild
	role, err := bot.GuildRoleCreate(guild, &discordgo.RoleParams{Name: "platform on call"})
	if err != nil {
		t.Fatal(err)
	}
	if err := bot.GuildMemberRoleAdd(guild, "2001", role.ID); err != nil {
		t.Fatal(err)
	}
	if got := fake.RolesOf("2001"); !slices.Equal(got, []string{role.ID}) {
		t.Errorf("roles = %q", got)
	}
	members, err := bot.GuildMembers(guild, "", 10)
	if err != nil || len(members) != 3 || !slices.Equal(members[0].Roles, []string{role.ID}) {
		t.Errorf("members = %+v, %v", members, err)
	}
	if err := bot.GuildMemberRoleRemove(guild, "2001", role.ID); err != nil || len(fake.RolesOf("2001")) != 0 {
		t.Errorf("still has %q, %v", fake.RolesOf("2001"), err)
	}
	private, bot := world(t, discordfake.Options{Disallowed: int(discordgo.IntentsGuildMembers)})
	if _, err := bot.GuildMembers(private.Options().Guild, "", 10); code(t, err) != discordgo.ErrCodeMissingAccess {
		t.Errorf("members without the intent: %v", err)
	}
}

func TestChannelsAreMadeAndGo(t *testing.T) {
	fake, bot := world(t, discordfake.Options{})
	guild := fake.Options().Guild
	made, err := bot.GuildChannelCreateComplex(guild, discordgo.GuildChannelCreateData{Name: "Inc 42 Disk", Topic: "PLATFORM-42"})
	if err != nil || made.Name != "inc-42-disk" {
		t.Fatalf("made %+v, %v", made, err)
	}
	if got := fake.Channels(guild); len(got) != 2 || got[1].Topic != "PLATFORM-42" {
		t.Errorf("channels = %+v", got)
	}
	if _, err := bot.ChannelDelete(made.ID); err != nil {
		t.Fatal(err)
	}
	if _, there := fake.Channel(made.ID); there {
		t.Error("the channel still stands")
	}
}

func TestFilesComeWithTheMessage(t *testing.T) {
	fake, bot := world(t, discordfake.Options{})
	m := text("report")
	m.Files = []*discordgo.File{{Name: "chart.png", ContentType: "image/png", Reader: bytes.NewReader([]byte("PNG"))}}
	m.Embeds = []*discordgo.MessageEmbed{{Image: &discordgo.MessageEmbedImage{URL: "attachment://chart.png"}}}
	sent := post(t, bot, room, m)
	if got := fake.File(sent.ID, "chart.png"); string(got) != "PNG" {
		t.Errorf("file = %q", got)
	}
	res, err := http.Get(sent.Attachments[0].URL)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK || res.ContentLength != 3 {
		t.Errorf("at its address: %+v", res)
	}
	_ = res.Body.Close()
	m = text("report")
	m.Embeds = []*discordgo.MessageEmbed{{Image: &discordgo.MessageEmbedImage{URL: "attachment://other.png"}}}
	if _, err := bot.ChannelMessageSendComplex(room, m); code(t, err) != 50035 || len(fake.Violations()) != 1 {
		t.Errorf("a file that isn't there: %v, %q", err, fake.Violations())
	}
}

func TestReactionsAreCounted(t *testing.T) {
	fake, bot := world(t, discordfake.Options{})
	card := post(t, bot, room, text("a"))
	if err := fake.React("2001", card.ID, "👀"); err != nil {
		t.Fatal(err)
	}
	if err := bot.MessageReactionAdd(room, card.ID, "👀"); err != nil {
		t.Fatal(err)
	}
	if got := fake.Reactions(card.ID, "👀"); !slices.Equal(got, []string{"2001", "9000"}) {
		t.Errorf("reactions = %q", got)
	}
	if err := bot.MessageReactionRemove(room, card.ID, "👀", "@me"); err != nil {
		t.Fatal(err)
	}
	if got := fake.Reactions(card.ID, "👀"); !slices.Equal(got, []string{"2001"}) {
		t.Errorf("reactions = %q", got)
	}
}
