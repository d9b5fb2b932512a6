package main

import (
	"context"
	"errors"
	"runtime/debug"

	"github.com/earshot-oncall/earshot/cmd/internal/app"
)

// gcPercent trades memory for a tenth of the processor under load: a hundred thousand
// open incidents need no more than a few hundred megabytes all the same.
const gcPercent = 200

// serveCmd is production.
type serveCmd struct{ configFlag }

// Run implements the command: it serves until the program is told to stop.
func (c *serveCmd) Run(ctx context.Context, t *terminal) error {
	if _, set := t.env("GOGC"); !set {
		debug.SetGCPercent(gcPercent)
	}
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
