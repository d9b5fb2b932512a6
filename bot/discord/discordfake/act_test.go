package discordfake_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/earshot-oncall/earshot/bot/discord/discordfake"
)

// endpoint gives the fake an app that answers signed POSTs.
func endpoint(t *testing.T, fake *discordfake.Server, answer func(discordgo.Interaction) string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if !signed(fake, r, body) {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		var in discordgo.Interaction
		if err := json.Unmarshal(body, &in); err != nil {
			t.Errorf("interaction %s: %v", body, err)
		}
		text := answer(in)
		if text == "" {
			w.WriteHeader(http.StatusAccepted)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, text)
	}))
	t.Cleanup(server.Close)
	fake.SetEndpoint(server.URL)
}

// register gives the guild /oncall who and /oncall snooze.
func register(t *testing.T, bot *discordgo.Session, fake *discordfake.Server) {
	t.Helper()
	_, err := bot.ApplicationCommandBulkOverwrite(fake.Options().Application, fake.Options().Guild, []*discordgo.ApplicationCommand{{
		Name: "oncall", Description: "on call", Options: []*discordgo.ApplicationCommandOption{
			{Type: 1, Name: "who", Description: "who is on call", Options: []*discordgo.ApplicationCommandOption{
				{Type: discordgo.ApplicationCommandOptionString, Name: "team", Description: "a team", Autocomplete: true},
				{Type: discordgo.ApplicationCommandOptionUser, Name: "person", Description: "a person"},
			}},
			{Type: 1, Name: "snooze", Description: "later", Options: []*discordgo.ApplicationCommandOption{
				{Type: discordgo.ApplicationCommandOptionString, Name: "id", Description: "an incident", Required: true},
			}},
		},
	}})
	if err != nil {
		t.Fatal(err)
	}
}

// buttons is a card with a button, a menu and a link.
func buttons() *discordgo.MessageSend {
	m := text("Disk full")
	m.Components = []discordgo.MessageComponent{
		discordgo.ActionsRow{Components: []discordgo.MessageComponent{
			discordgo.Button{Label: "Acknowledge", CustomID: "ack"},
			discordgo.Button{Label: "Later", CustomID: "off", Disabled: true},
			discordgo.Button{Label: "Runbook", Style: discordgo.LinkButton, URL: "https://example.com"},
		}},
		discordgo.ActionsRow{Components: []discordgo.MessageComponent{
			discordgo.SelectMenu{CustomID: "more", Options: []discordgo.SelectMenuOption{{Label: "Snooze", Value: "snooze"}}},
		}},
	}
	return m
}

func TestACommandIsTypedSignedAndAnswered(t *testing.T) {
	fake, bot := world(t, discordfake.Options{})
	register(t, bot, fake)
	endpoint(t, fake, func(in discordgo.Interaction) string {
		data := in.ApplicationCommandData()
		who := data.Options[0]
		if in.Member.User.ID != "2001" || in.GuildID != "1000" || who.Name != "who" || len(who.Options) != 2 || data.Resolved.Users["2002"].Username != "ben" {
			t.Errorf("interaction = %+v", data)
		}
		return `{"type":4,"data":{"content":"` + who.Options[0].StringValue() + `","flags":64,` + mute + `}}`
	})
	shown, err := fake.Command("2001", room, "oncall who", map[string]string{"team": "platform", "person": "2002"})
	if err != nil || shown.Message.Content != "platform" || !shown.Ephemeral() {
		t.Fatalf("shown = %+v, %v", shown, err)
	}
	if n := len(fake.Messages(room)); n != 0 {
		t.Errorf("%d messages for everybody", n)
	}
	for line, options := range map[string]map[string]string{
		"oncall": nil, "oncall whom": nil, "pager": nil, "oncall snooze": nil,
		"oncall who": {"tier": "1"}, "oncall who ": {"team": ""},
	} {
		if _, err := fake.Command("2001", room, line, options); err == nil || errors.Is(err, discordfake.ErrNoAnswer) {
			t.Errorf("/%s %v: %v, want it not to be sent", line, options, err)
		}
	}
}

func TestChoicesAreOfferedWhileTyping(t *testing.T) {
	fake, bot := world(t, discordfake.Options{})
	register(t, bot, fake)
	n := 25
	endpoint(t, fake, func(discordgo.Interaction) string {
		return `{"type":8,"data":{"choices":` + many(n, `{"name":"team %d","value":"t%[1]d"}`) + `}}`
	})
	shown, err := fake.Autocomplete("2001", room, "oncall who", map[string]string{"team": "pl"}, "team")
	if err != nil || len(shown.Choices) != 25 || shown.Choices[24].Name != "team 24" {
		t.Fatalf("shown = %+v, %v", shown, err)
	}
	n = 26
	if _, err := fake.Autocomplete("2001", room, "oncall who", nil, "team"); !errors.Is(err, discordfake.ErrNoAnswer) {
		t.Errorf("26 choices: %v", err)
	}
	if _, err := fake.Autocomplete("2001", room, "oncall who", nil, "person"); err == nil {
		t.Error("an option without autocomplete offered choices")
	}
}

func TestAButtonsFirstAnswers(t *testing.T) {
	modal := func(title, row string) string {
		return `{"type":9,"data":{"title":"` + title + `","custom_id":"note","components":[` + row + `]}}`
	}
	const input = `{"type":1,"components":[{"type":4,"custom_id":"text","style":2,"label":"Note","max_length":5}]}`
	tests := []struct {
		name, answer string
		kind         int // 0: it is no answer
	}{
		{"an update", `{"type":7,"data":{"content":"acknowledged","components":[],` + mute + `}}`, 7},
		{"an update that is deferred", `{"type":6}`, 6},
		{"a message", `{"type":4,"data":{"content":"done",` + mute + `}}`, 4},
		{"a message that is deferred", `{"type":5,"data":{"flags":64}}`, 5},
		{"a form", modal("Note", input), 9},
		{"S32 an update that could ping", `{"type":7,"data":{"content":"@everyone"}}`, 0},
		{"choices", `{"type":8,"data":{"choices":[]}}`, 0},
		{"a pong", `{"type":1}`, 0},
		{"a form with a long title", modal(strings.Repeat("t", 46), input), 0},
		{"a form with a long label", modal("Note", strings.Replace(input, "Note", strings.Repeat("l", 46), 1)), 0},
		{"a form with a menu", modal("Note", `{"type":1,"components":[{"type":3,"custom_id":"text","options":[{"label":"a","value":"a"}]}]}`), 0},
		{"a form with a component of another kind", modal("Note", `{"type":18,"label":"Note","component":{"type":4,"custom_id":"text","style":1}}`), 0},
		{"a form without inputs", modal("Note", ""), 0},
		{"no JSON", "ok", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fake, bot := world(t, discordfake.Options{})
			endpoint(t, fake, func(discordgo.Interaction) string { return tt.answer })
			card := post(t, bot, room, buttons())
			shown, err := fake.Press("2001", card.ID, "ack")
			if (tt.kind == 0) != errors.Is(err, discordfake.ErrNoAnswer) || shown.Kind != tt.kind {
				t.Fatalf("shown %+v, %v", shown, err)
			}
			now := fake.Messages(room)[0]
			if updated := tt.kind == 7; (now.Content == "acknowledged") != updated || len(now.Controls()) == 0 != updated {
				t.Errorf("the card is %q %q", now.Content, now.Controls())
			}
		})
	}
}

func TestOnlyWhatIsThereIsPressed(t *testing.T) {
	fake, bot := world(t, discordfake.Options{})
	endpoint(t, fake, func(discordgo.Interaction) string { return `{"type":6}` })
	card := post(t, bot, room, buttons())
	if got := card.ID; got == "" || !slices.Equal(fake.Messages(room)[0].Controls(), []string{"ack", "off", "https://example.com", "more"}) {
		t.Fatalf("controls = %q", fake.Messages(room)[0].Controls())
	}
	for name, press := range map[string]func() (discordfake.Answer, error){
		"a disabled button":  func() (discordfake.Answer, error) { return fake.Press("2001", card.ID, "off") },
		"no such button":     func() (discordfake.Answer, error) { return fake.Press("2001", card.ID, "resolve") },
		"a menu":             func() (discordfake.Answer, error) { return fake.Press("2001", card.ID, "more") },
		"no such option":     func() (discordfake.Answer, error) { return fake.Select("2001", card.ID, "more", "note") },
		"two options of one": func() (discordfake.Answer, error) { return fake.Select("2001", card.ID, "more", "snooze", "snooze") },
		"nobody":             func() (discordfake.Answer, error) { return fake.Press("2009", card.ID, "ack") },
		"a message gone":     func() (discordfake.Answer, error) { return fake.Press("2001", "1", "ack") },
	} {
		if _, err := press(); err == nil || errors.Is(err, discordfake.ErrNoAnswer) {
			t.Errorf("%s: %v, want it not to be sent", name, err)
		}
	}
	if _, err := fake.Select("2001", card.ID, "more", "snooze"); err != nil {
		t.Errorf("an option: %v", err)
	}
}

func TestAFormIsFilledInAndSent(t *testing.T) {
	fake, bot := world(t, discordfake.Options{})
	endpoint(t, fake, func(in discordgo.Interaction) string {
		if in.Type != discordgo.InteractionModalSubmit {
			return `{"type":9,"data":{"title":"Note","custom_id":"note","components":[{"type":1,"components":[{"type":4,"custom_id":"text","style":2,"label":"Note","max_length":5}]}]}}`
		}
		row, _ := in.ModalSubmitData().Components[0].(*discordgo.ActionsRow)
		input, _ := row.Components[0].(*discordgo.TextInput)
		return `{"type":7,"data":{"content":"noted ` + input.Value + `",` + mute + `}}`
	})
	card := post(t, bot, room, buttons())
	form, err := fake.Press("2001", card.ID, "ack")
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range map[string]map[string]string{
		"nothing": nil, "six characters": {"text": "123456"}, "another field": {"text": "12", "more": "3"},
	} {
		if _, err := fake.Submit("2001", form, values); err == nil {
			t.Errorf("%s was sent", name)
		}
	}
	if _, err := fake.Submit("2002", form, map[string]string{"text": "disk"}); err == nil {
		t.Error("somebody else sent it")
	}
	if shown, err := fake.Submit("2001", form, map[string]string{"text": "disk"}); err != nil || shown.Message.Content != "noted disk" || shown.Message.ID != card.ID {
		t.Errorf("shown = %+v, %v", shown, err)
	}
}

func TestADeferredAnswerIsEditedForFifteenMinutes(t *testing.T) {
	clock := newWound()
	fake, bot := world(t, discordfake.Options{Now: clock.now})
	register(t, bot, fake)
	var in discordgo.Interaction
	endpoint(t, fake, func(got discordgo.Interaction) string { in = got; return `{"type":5,"data":{"flags":64}}` })
	shown, err := fake.Command("2001", room, "oncall who", nil)
	if err != nil || !shown.Thinking() || !shown.Ephemeral() {
		t.Fatalf("shown = %+v, %v", shown, err)
	}
	words := "ana"
	edit := &discordgo.WebhookEdit{Content: &words, AllowedMentions: quiet()}
	if _, err := bot.InteractionResponseEdit(&in, edit); err != nil {
		t.Fatal(err)
	}
	more := &discordgo.WebhookParams{Content: "and ben", AllowedMentions: quiet()}
	if _, err := bot.FollowupMessageCreate(&in, true, more); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	shown, err = fake.Settled(ctx, shown.ID)
	if err != nil || shown.Message.Content != "ana" || len(shown.FollowUps) != 1 || shown.FollowUps[0].For != "" {
		t.Errorf("shown = %+v, %v", shown, err)
	}
	if _, err := bot.ChannelMessage(room, shown.Message.ID); code(t, err) != discordgo.ErrCodeUnknownMessage {
		t.Errorf("an ephemeral message read as a message of the channel: %v", err)
	}
	err = bot.InteractionRespond(&in, &discordgo.InteractionResponse{Type: 5})
	if code(t, err) != discordgo.ErrCodeInteractionHasAlreadyBeenAcknowledged {
		t.Errorf("a second first answer: %v", err)
	}
	clock.at = clock.at.Add(tokenLife)
	if _, err := bot.InteractionResponseEdit(&in, edit); err != nil {
		t.Errorf("within 15 minutes: %v", err)
	}
	clock.at = clock.at.Add(time.Second)
	if _, err := bot.InteractionResponseEdit(&in, edit); err == nil {
		t.Error("the token holds for ever")
	}
}

const tokenLife = 15 * time.Minute

func TestTheFirstAnswerIsDueInThreeSeconds(t *testing.T) {
	clock := newWound()
	fake, bot := world(t, discordfake.Options{Now: clock.now, Patience: 50 * time.Millisecond})
	register(t, bot, fake)
	var in discordgo.Interaction
	endpoint(t, fake, func(got discordgo.Interaction) string { in = got; return "" })
	if _, err := fake.Command("2001", room, "oncall who", nil); !errors.Is(err, discordfake.ErrNoAnswer) {
		t.Fatalf("no answer: %v", err)
	}
	if _, err := bot.FollowupMessageCreate(&in, true, &discordgo.WebhookParams{Content: "a", AllowedMentions: quiet()}); code(t, err) != discordgo.ErrCodeUnknownWebhook {
		t.Errorf("a follow-up to nothing: %v", err)
	}
	clock.at = clock.at.Add(3*time.Second + time.Millisecond)
	err := bot.InteractionRespond(&in, &discordgo.InteractionResponse{Type: 5})
	if code(t, err) != discordgo.ErrCodeUnknownInteraction {
		t.Errorf("too late: %v", err)
	}
	clock.at = clock.at.Add(-time.Millisecond)
	if err := bot.InteractionRespond(&in, &discordgo.InteractionResponse{Type: 5}); err != nil {
		t.Errorf("just in time: %v", err)
	}
}
