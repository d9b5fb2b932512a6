package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/earshot-oncall/earshot/storage/configfile"
)

// ServeOptions are what Serve needs.
type ServeOptions struct {
	ConfigPath string
	Settings   Settings
	Version    string
	Lookup     func(string) (string, bool) // the environment, for ${NAME} in the file; nil: the process's own
	Stderr     io.Writer
}

// A SetupError is a mistake in the configuration or the environment: nothing was
// started.
type SetupError struct{ Err error }

func (e SetupError) Error() string { return e.Err.Error() }

// Unwrap returns the mistake.
func (e SetupError) Unwrap() error { return e.Err }

// drain is how long open requests may take when the program is asked to stop.
const drain = 5 * time.Second

// Serve runs Earshot until ctx ends, then stops within ten seconds: no new
// requests, then what runs is finished. SIGHUP reads the configuration again.
func Serve(ctx context.Context, o ServeOptions) error {
	if o.Lookup == nil {
		o.Lookup = os.LookupEnv
	}
	config, err := configfile.Load(o.ConfigPath, o.Lookup)
	if err != nil {
		return SetupError{err}
	}
	if o.Settings.Slack.BotToken == "" && o.Settings.Discord.BotToken == "" {
		return SetupError{errors.New("no chat is set up: set SLACK_BOT_TOKEN and SLACK_APP_TOKEN, or DISCORD_BOT_TOKEN, or try `earshot demo`, which needs no account")}
	}
	log := newLog(o.Stderr, o.Settings)
	client, release, err := openRedis(ctx, o.Settings, log)
	if err != nil {
		return err
	}
	defer release()
	a, err := New(Options{Settings: o.Settings, Config: config, ConfigPath: o.ConfigPath, Redis: client, Log: log})
	if err != nil {
		return err
	}
	defer func() { _ = a.Close() }()
	if a.publicURL() == "" {
		log.WarnContext(ctx, "no public URL: people can't answer by phone; set EARSHOT_PUBLIC_URL or public_url")
	}
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	defer signal.Stop(hup)
	log.InfoContext(ctx, "earshot starts", "version", o.Version, "listen", o.Settings.Listen)
	return a.serve(ctx, hup, o.Lookup)
}

// serve listens and works until ctx ends.
func (a *App) serve(ctx context.Context, hup <-chan os.Signal, lookup func(string) (string, bool)) error {
	listeners, err := a.listen(ctx)
	if err != nil {
		return err
	}
	work, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	worked := make(chan error, 1)
	go func() { worked <- a.Run(work) }()
	failed := make(chan error, len(listeners))
	for _, l := range listeners {
		go func() { failed <- l.server.Serve(l.listener) }()
	}
	for {
		select {
		case <-hup:
			if err := a.Reload(lookup); err != nil {
				a.log.ErrorContext(ctx, "configuration not reloaded", "err", err)
				continue
			}
			a.log.InfoContext(ctx, "configuration reloaded")
			continue
		case err = <-failed:
		case err = <-worked:
			worked <- err
		case <-ctx.Done():
		}
		break
	}
	a.log.InfoContext(ctx, "earshot stops")
	// Both at once, for the ten seconds are granted once. An alert that a last
	// request brings is stored, and whoever runs next does what it owes.
	stopWork()
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	for _, l := range listeners {
		_ = l.server.Shutdown(grace)
	}
	return errors.Join(err, <-worked)
}

type listening struct {
	listener net.Listener
	server   *http.Server
}

// listen opens the listeners: ours, and that of the metrics where they have one.
func (a *App) listen(ctx context.Context) ([]listening, error) {
	type place struct {
		variable, address string
		handler           http.Handler
	}
	places := []place{{"EARSHOT_LISTEN", a.settings.Listen, a.Handler()}}
	if a.settings.MetricsListen != "" {
		mux := http.NewServeMux()
		mux.Handle("GET /metrics", a.metricsHandler())
		places = append(places, place{"EARSHOT_METRICS_LISTEN", a.settings.MetricsListen, mux})
	}
	var all []listening
	for _, p := range places {
		l, err := new(net.ListenConfig).Listen(ctx, "tcp", p.address)
		if err != nil {
			for _, other := range all {
				_ = other.listener.Close()
			}
			return nil, fmt.Errorf("listen: %w; choose another address with %s", err, p.variable)
		}
		all = append(all, listening{l, newServer(p.handler, a.log)})
	}
	return all, nil
}

// newServer returns a server that waits for nobody for ever.
func newServer(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       120 * time.Second,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}
