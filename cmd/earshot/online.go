package main

import (
	"context"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/cmd/internal/app"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/storage/configfile"
)

// environment is where credentials stand.
const environment = "environment"

// survey is how long all providers together may take: one request for each channel
// and each person.
const survey = 5 * time.Minute

// tryCredentials asks each provider whether it knows us and what the configuration
// names; a broken configuration, nil, names nothing.
func (v *verdict) tryCredentials(ctx context.Context, t *terminal, config *configfile.Config) {
	settings, err := app.SettingsFromEnv(t.env)
	if err != nil {
		for line := range strings.Lines(err.Error()) {
			v.Errors = append(v.Errors, remark{environment, strings.TrimSpace(line)})
		}
		return
	}
	ctx, cancel := context.WithTimeout(ctx, survey)
	defer cancel()
	roster := oncall.Roster{}
	if config != nil {
		roster = config.Roster
	}
	texts, notes := app.TryCredentials(ctx, settings, roster)
	if config != nil {
		texts = append(texts, app.TryGateway(ctx, settings, config)...)
		more, known := app.PhoneRemarks(settings, config)
		texts, notes = append(texts, more...), append(notes, known...)
	}
	for _, text := range texts {
		v.Errors = append(v.Errors, remark{named(config, text), text})
	}
	for _, text := range notes {
		v.Notes = append(v.Notes, remark{environment, text})
	}
}

// named is the place of what a provider's line is about: of the key that it begins
// with, "Slack: teams.platform.slack_channel: …", or the environment.
func named(config *configfile.Config, text string) string {
	_, rest, _ := strings.Cut(text, ": ")
	path, _, _ := strings.Cut(rest, ": ")
	if config == nil || !strings.HasPrefix(path, "teams.") && !strings.HasPrefix(path, "people.") && !strings.HasPrefix(path, "digest.") && path != "sms_gateway" {
		return environment
	}
	if where := placeOf(config, path); where != "" {
		return where
	}
	return environment
}
