package app

import "context"

// overSocket reports whether Slack tells us what happens over connections that we
// open, and overHTTP whether it may do so at our address.
func (s SlackSettings) overSocket() bool { return s.BotToken != "" && s.AppToken != "" }

func (s SlackSettings) overHTTP() bool { return s.BotToken != "" && s.SigningSecret != "" }

// listenToSlack hears what Slack sends over Socket Mode, where that is set up.
func (a *App) listenToSlack(ctx context.Context) error {
	if !a.settings.Slack.overSocket() {
		<-ctx.Done()
		return nil
	}
	return a.slack.Listen(ctx, desk{a}, a.alarm)
}

// listenToDiscord registers the commands and, where interactions do not come over
// HTTP, hears them over the gateway.
func (a *App) listenToDiscord(ctx context.Context) error {
	if a.discord == nil {
		<-ctx.Done()
		return nil
	}
	return a.discord.Run(ctx, desk{a}, a.alarm)
}
