package discordfake_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/earshot-oncall/earshot/bot/discord/discordfake"
)

// words is a follow-up that pings nobody.
func words(content string) *discordgo.WebhookParams {
	return &discordgo.WebhookParams{Content: content, AllowedMentions: quiet()}
}

func TestTheFirstFollowUpTakesTheDeferredAnswersPlace(t *testing.T) {
	fake, bot := world(t, discordfake.Options{})
	register(t, bot, fake)
	var in discordgo.Interaction
	endpoint(t, fake, func(got discordgo.Interaction) string { in = got; return `{"type":5,"data":{"flags":64}}` })
	shown, err := fake.Command("2001", room, "oncall who", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, content := range []string{"ana", "and ben"} {
		if _, err := bot.FollowupMessageCreate(&in, true, words(content)); err != nil {
			t.Fatal(err)
		}
	}
	shown = fake.Answer(shown.ID)
	if shown.Thinking() || shown.Message.Content != "ana" || !shown.Ephemeral() || len(shown.FollowUps) != 1 {
		t.Errorf("shown = %+v", shown)
	}
	if _, err := bot.FollowupMessageCreate(&in, true, &discordgo.WebhookParams{Content: "@everyone"}); code(t, err) != 50035 || len(fake.Violations()) != 1 {
		t.Errorf("S32 a follow-up that could ping: %v, %q", err, fake.Violations())
	}
	text := "and cy"
	if _, err := bot.FollowupMessageEdit(&in, shown.FollowUps[0].ID, &discordgo.WebhookEdit{Content: &text, AllowedMentions: quiet()}); err != nil {
		t.Fatal(err)
	}
	if got := fake.Messages(room); len(got) != 1 || got[0].Content != "and cy" {
		t.Errorf("for everybody: %+v", got)
	}
	if err := bot.InteractionResponseDelete(&in); err != nil {
		t.Fatal(err)
	}
	if _, err := bot.InteractionResponse(&in); code(t, err) != discordgo.ErrCodeUnknownMessage {
		t.Errorf("a deleted answer: %v", err)
	}
}

func TestADeferredUpdateIsSettledByTheMessage(t *testing.T) {
	fake, bot := world(t, discordfake.Options{})
	endpoint(t, fake, func(discordgo.Interaction) string { return `{"type":6}` })
	card := post(t, bot, room, buttons())
	shown, err := fake.Press("2001", card.ID, "ack")
	if err != nil || !shown.Thinking() || shown.Message.ID != card.ID {
		t.Fatalf("shown = %+v, %v", shown, err)
	}
	edit := discordgo.NewMessageEdit(room, card.ID).SetContent("acknowledged by ana")
	edit.AllowedMentions = quiet()
	if _, err := bot.ChannelMessageEditComplex(edit); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if shown, err = fake.Settled(ctx, shown.ID); err != nil || shown.Message.Content != "acknowledged by ana" {
		t.Errorf("shown = %+v, %v", shown, err)
	}
}

func TestAnAnswerMayBringAFile(t *testing.T) {
	fake, bot := world(t, discordfake.Options{})
	register(t, bot, fake)
	bot.AddHandler(func(s *discordgo.Session, in *discordgo.InteractionCreate) {
		_ = s.InteractionRespond(in.Interaction, &discordgo.InteractionResponse{Type: discordgo.InteractionResponseChannelMessageWithSource,
			Data: &discordgo.InteractionResponseData{
				Content: "report", AllowedMentions: quiet(),
				Files: []*discordgo.File{{Name: "chart.png", ContentType: "image/png", Reader: bytes.NewReader([]byte("PNG"))}},
			}})
	})
	if err := bot.Open(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = bot.Close() })
	shown, err := fake.Command("2001", room, "oncall who", nil)
	if err != nil || string(fake.File(shown.Message.ID, "chart.png")) != "PNG" {
		t.Errorf("shown = %+v, %v", shown, err)
	}
}

func TestAButtonInADirectMessageHasAUserAndNoMember(t *testing.T) {
	fake, bot := world(t, discordfake.Options{})
	endpoint(t, fake, func(in discordgo.Interaction) string {
		if in.Member != nil || in.GuildID != "" || in.User.ID != "2001" {
			t.Errorf("interaction = %+v", in)
		}
		return `{"type":7,"data":{"content":"acknowledged",` + mute + `}}`
	})
	dm, err := bot.UserChannelCreate("2001")
	if err != nil {
		t.Fatal(err)
	}
	page := post(t, bot, dm.ID, buttons())
	if _, err := fake.Press("2002", page.ID, "ack"); err == nil {
		t.Error("somebody else pressed it")
	}
	if _, err := fake.Press("2001", page.ID, "ack"); err != nil || fake.DMs("2001")[0].Content != "acknowledged" {
		t.Errorf("page = %+v, %v", fake.DMs("2001"), err)
	}
}
