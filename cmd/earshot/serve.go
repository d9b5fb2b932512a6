package main

import (
	"context"
	"errors"

	"github.com/earshot-oncall/earshot/cmd/internal/app"
)

// serveCmd is production.
type serveCmd struct{ configFlag }

// Run implements the command: it serves until the program is told to stop.
func (c *serveCmd) Run(ctx context.Context, t *terminal) error {
	settings, err := app.SettingsFromEnv(t.env)
	if err != nil {
		return misuse{err}
	}
	err = app.Serve(ctx, app.ServeOptions{
		ConfigPath: c.path(t), Settings: settings, Version: thisBuild().version, Lookup: t.env, Stderr: t.err,
	})
	if errors.As(err, new(app.SetupError)) {
		return misuse{err}
	}
	return err
}
