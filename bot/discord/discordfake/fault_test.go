package discordfake_test

import (
	"errors"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/earshot-oncall/earshot/bot/discord/discordfake"
)

func TestARouteIsLimitedPerChannel(t *testing.T) {
	clock := newWound()
	fake, bot := world(t, discordfake.Options{Now: clock.now})
	fake.AddChannel("3002", "web", discordfake.Text, false)
	fake.Limit("POST channels/{channel}/messages", 2, 5*time.Second)
	for range 2 {
		post(t, bot, room, text("a"))
	}
	status, _, answer := ask(t, fake, http.MethodPost, "channels/"+room+"/messages", `{"content":"a",`+mute+`}`)
	if status != http.StatusTooManyRequests || answer != `{"global":false,"message":"You are being rate limited.","retry_after":5}`+"\n" {
		t.Errorf("the third: %d %s", status, answer)
	}
	post(t, bot, "3002", text("another channel"))
	clock.at = clock.at.Add(5 * time.Second)
	if status, _, answer := ask(t, fake, http.MethodPost, "channels/"+room+"/messages", `{"content":"a",`+mute+`}`); status != http.StatusOK {
		t.Errorf("five seconds later: %d %s", status, answer)
	}
}

func TestALimitIsToldInTheLibrarysHeaders(t *testing.T) {
	tests := []struct {
		name string
		set  func(*discordfake.Server)
	}{
		{"of a route", func(f *discordfake.Server) { f.Limit("GET users/{user}", 1, 90*time.Second) }},
		{"of everything", func(f *discordfake.Server) { f.LimitAll(1, 90*time.Second) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fake, bot := world(t, discordfake.Options{Now: newWound().now})
			tt.set(fake)
			bot.Ratelimiter = discordgo.NewRatelimiter() // so that the second request isn't held back
			if _, err := bot.User("2001"); err != nil {
				t.Fatal(err)
			}
			bot.Ratelimiter = discordgo.NewRatelimiter()
			_, err := bot.User("2001")
			var limit *discordgo.RateLimitError
			if !errors.As(err, &limit) || limit.RetryAfter != 90*time.Second {
				t.Errorf("the second: %v", err)
			}
		})
	}
}

func TestFaults(t *testing.T) {
	tests := []struct {
		name   string
		fault  discordfake.Response
		posted int
		err    bool
	}{
		{"a broken server", *discordfake.Failure(http.StatusInternalServerError), 0, true},
		{"too many requests", *discordfake.RateLimited(), 0, true},
		{"a connection cut before", discordfake.Response{Drop: true}, 0, true},
		{"a connection cut after", discordfake.Response{Drop: true, Accept: true}, 1, true},
		{"a late answer", discordfake.Response{Delay: time.Millisecond}, 1, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fake, bot := world(t, discordfake.Options{})
			fake.FaultCall(func(c discordfake.Call) *discordfake.Response {
				if c.Method != http.MethodPost {
					return nil
				}
				fault := tt.fault
				return &fault
			})
			_, err := bot.ChannelMessageSendComplex(room, text("a"))
			if (err != nil) != tt.err || len(fake.Messages(room)) != tt.posted {
				t.Errorf("%d posted, %v", len(fake.Messages(room)), err)
			}
			if _, err := bot.Channel(room); err != nil {
				t.Errorf("another request: %v", err)
			}
			fake.Heal()
			post(t, bot, room, text("b"))
		})
	}
}

func TestRequestsAreKept(t *testing.T) {
	fake, bot := world(t, discordfake.Options{})
	fake.FailAll(http.StatusInternalServerError)
	if _, err := bot.Channel(room); err == nil {
		t.Error("a broken server answered")
	}
	fake.Heal()
	post(t, bot, room, text("a"))
	if got := fake.Requests(); !slices.Equal(got, []string{"channels/3001", "channels/3001/messages"}) {
		t.Errorf("requests = %q", got)
	}
	calls := fake.Calls()
	if calls[0].Status != http.StatusInternalServerError || calls[1].Status != http.StatusOK || calls[1].Method != http.MethodPost {
		t.Errorf("calls = %+v", calls)
	}
	bot.Token = "Bot old"
	if _, err := bot.Channel(room); err == nil {
		t.Error("an old token was taken")
	}
}
