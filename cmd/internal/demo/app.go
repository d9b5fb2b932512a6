package demo

import (
	"os"

	"github.com/earshot-oncall/earshot/cmd/internal/app"
)

// startApp makes the real app, out of the site alone: the environment is not
// asked for anything.
func startApp(s site) (server, error) {
	config, err := app.ParseConfig("demo/earshot.yaml", s.Config)
	if err != nil {
		return nil, err
	}
	return app.New(app.Options{
		Settings: app.Settings{
			Listen: s.Listen, PublicURL: s.PublicURL, RedisURL: s.RedisURL, DataDir: os.DevNull, APIToken: s.APIToken, AllowVolatile: true,
			Slack:   app.SlackSettings{BotToken: s.Slack.BotToken, SigningSecret: s.Slack.SigningSecret, APIURL: s.Slack.URL + "/api/"},
			Discord: app.DiscordSettings{BotToken: s.Discord.Token, ApplicationID: s.Discord.Application, APIURL: s.Discord.URL + "/api/v9/"},
			Twilio:  app.TwilioSettings{AccountSID: s.Twilio.AccountSID, AuthToken: s.Twilio.AuthToken, From: s.Twilio.From, APIURL: s.TwilioURL},
		},
		Config: config, Now: s.Now, Log: s.Log, Alone: true,
	})
}
