package app

import (
	"context"

	"github.com/earshot-oncall/earshot/bot/slack"
	"github.com/earshot-oncall/earshot/integrations/twilio"
)

// TryCredentials asks each provider that is set up whether it knows us, and
// returns what is wrong in words for whoever runs Earshot.
func TryCredentials(ctx context.Context, s Settings) []string {
	var wrong []string
	if s.Slack.BotToken == "" {
		wrong = append(wrong, "Slack: SLACK_BOT_TOKEN is not set")
	} else {
		c := slack.New(slack.Options{Token: s.Slack.BotToken, SigningSecret: s.Slack.SigningSecret, APIURL: s.Slack.APIURL})
		if err := c.Check(ctx); err != nil {
			wrong = append(wrong, "Slack: "+err.Error())
		}
		c.Close()
	}
	if t := s.Twilio; t.AccountSID != "" {
		c := twilio.New(twilio.Options{AccountSID: t.AccountSID, AuthToken: t.AuthToken, From: t.From, APIURL: t.APIURL})
		if err := c.Check(ctx); err != nil {
			wrong = append(wrong, "Twilio: "+err.Error())
		}
	}
	return wrong
}
