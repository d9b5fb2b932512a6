package app

import (
	"context"

	"github.com/earshot-oncall/earshot/bot/discord"
	"github.com/earshot-oncall/earshot/bot/slack"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/integrations/twilio"
)

// TryCredentials asks each provider that is set up whether it knows us, what we
// may do there and whether the channels and people of the roster are there. It
// returns what is wrong, and what is good to know, in words for whoever runs Earshot:
// "Slack: …".
func TryCredentials(ctx context.Context, s Settings, roster oncall.Roster) (wrong, notes []string) {
	say := func(provider string, lines []string) {
		for _, line := range lines {
			wrong = append(wrong, provider+": "+line)
		}
	}
	switch {
	case s.Slack.BotToken == "" && (s.Discord.BotToken == "" || countsOnSlack(roster)):
		say("Slack", []string{"SLACK_BOT_TOKEN is not set"})
	case s.Slack.BotToken != "":
		c := slack.New(slack.Options{Token: s.Slack.BotToken, SigningSecret: s.Slack.SigningSecret, AppToken: s.Slack.AppToken, APIURL: s.Slack.APIURL})
		say("Slack", c.Survey(ctx, roster))
		c.Close()
	}
	if s.Discord.BotToken != "" {
		c := discord.New(discord.Options{Token: s.Discord.BotToken, PublicKey: s.Discord.PublicKey, APIURL: s.Discord.APIURL})
		say("Discord", c.Survey(ctx, roster))
		for _, line := range c.Remarks(ctx) {
			notes = append(notes, "Discord: "+line)
		}
	}
	if t := s.Twilio; t.AccountSID != "" {
		c := twilio.New(twilio.Options{AccountSID: t.AccountSID, AuthToken: t.AuthToken, From: t.From, APIURL: t.APIURL})
		say("Twilio", c.Survey(ctx))
	}
	return wrong, notes
}

// countsOnSlack reports whether anything of the roster is in Slack.
func countsOnSlack(roster oncall.Roster) bool {
	for _, t := range roster.Teams {
		if t.SlackChannel != "" {
			return true
		}
	}
	for _, p := range roster.People {
		if p.Slack != "" {
			return true
		}
	}
	return false
}
