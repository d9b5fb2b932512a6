package demo

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/alicebob/miniredis/v2"

	"github.com/earshot-oncall/earshot/bot/discord/discordfake"
	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

// patience is how long the app may take to get ready.
const patience = 15 * time.Second

// A stage is the app with everything around it.
type stage struct {
	base    string // the page's own address
	token   string // of the admin API
	clock   *clock
	line    *line
	duty    *duty
	store   *miniredis.Miniredis
	slack   *slackfake.Server
	discord *discordfake.Server
	phones  *twiliofake.Server
	app     server
	inner   http.Handler // the app's
	log     *slog.Logger
	client  *http.Client

	slackPort, discordPort, phonePort net.Listener
}

func newStage(ctx context.Context, front net.Addr, start starter, log *slog.Logger) (_ *stage, err error) {
	s := &stage{base: "http://" + front.String(), token: rand.Text(), clock: newClock(time.Now), log: log}
	s.client = &http.Client{Timeout: 10 * time.Second}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	if s.store, err = newStore(); err != nil {
		return nil, err
	}
	for _, port := range []*net.Listener{&s.slackPort, &s.discordPort, &s.phonePort} {
		if *port, err = own(ctx); err != nil {
			return nil, err
		}
	}
	s.slack = slackfake.New(slackfake.Options{
		SigningSecret: rand.Text(), BotToken: "xoxb-" + rand.Text(), Now: s.clock.Now,
		URL:         "http://" + s.slackPort.Addr().String(),
		CommandsURL: s.base + "/slack/commands", InteractionsURL: s.base + "/slack/interactions", EventsURL: s.base + "/slack/events",
	})
	s.discord = discordfake.New(discordfake.Options{
		Token: rand.Text(), Guild: guild, Now: s.clock.Now, URL: "http://" + s.discordPort.Addr().String(),
	})
	s.phones = twiliofake.New(twiliofake.Options{
		AuthToken: rand.Text(), Now: s.clock.Now, Pace: pace(1),
		PublicURL: s.base, AppURL: s.base, InboundURL: s.base + "/twilio/sms",
	})
	s.line = newLine(s.clock, s.phones)
	s.duty = newDuty(s.ask)
	populate(s.slack, s.discord, s.phones)
	s.app, err = start(site{
		Config: config(s.clock.Now()), Listen: front.String(), PublicURL: s.base, APIToken: s.token,
		RedisURL: "redis://" + s.store.Addr(), Slack: s.slack.Options(), Discord: s.discord.Options(), Twilio: s.phones.Options(),
		TwilioURL: "http://" + s.phonePort.Addr().String(), Now: s.clock.Now, Log: log,
	})
	if err != nil {
		return nil, fmt.Errorf("start the app: %w", err)
	}
	s.inner = s.app.Handler()
	return s, nil
}

// close ends what play has not, or has nothing to do with.
func (s *stage) close() {
	for _, l := range []net.Listener{s.slackPort, s.discordPort, s.phonePort} {
		if l != nil {
			_ = l.Close()
		}
	}
	if s.app != nil {
		if err := s.app.Close(); err != nil {
			s.log.Warn("app not closed", "err", err)
		}
	}
	if s.slack != nil {
		s.slack.Close()
	}
	if s.discord != nil {
		s.discord.Close()
	}
	if s.phones != nil {
		s.phones.Close()
	}
	if s.store != nil {
		s.store.Close()
	}
	s.client.CloseIdleConnections()
}

// play runs everything until the context ends, and tells when the page is up.
func (s *stage) play(ctx context.Context, front net.Listener, ready func()) error {
	handler, err := s.handler()
	if err != nil {
		return err
	}
	return together(ctx,
		func(ctx context.Context) error { return serve(ctx, s.slackPort, s.clock.patiently(s.slack)) },
		func(ctx context.Context) error { return serve(ctx, s.discordPort, s.clock.patiently(s.discord)) },
		func(ctx context.Context) error { return serve(ctx, s.phonePort, s.clock.patiently(s.phones)) },
		func(ctx context.Context) error { return serve(ctx, front, handler) },
		func(ctx context.Context) error { return age(ctx, s.store) },
		s.clock.beat,
		s.line.watch,
		s.duty.watch,
		func(ctx context.Context) error { return s.announce(ctx, ready) },
		func(ctx context.Context) error {
			if err := s.app.Run(ctx); err != nil && !errors.Is(err, context.Canceled) {
				return fmt.Errorf("run the app: %w", err)
			}
			return nil
		},
	)
}

// announce waits until the app is ready, then stays until the end.
func (s *stage) announce(ctx context.Context, ready func()) error {
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for begin := time.Now(); s.ask(ctx, "/readyz").Code != http.StatusOK; {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		if time.Since(begin) > patience {
			return fmt.Errorf("start the demo: the app is not ready after %s: %s", patience, s.ask(ctx, "/readyz").Body)
		}
	}
	ready()
	<-ctx.Done()
	return nil
}

// ask reads from the app with the admin's token.
func (s *stage) ask(ctx context.Context, path string) *httptest.ResponseRecorder {
	req := httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil)
	req.Header.Set("Authorization", "Bearer "+s.token)
	answer := httptest.NewRecorder()
	s.inner.ServeHTTP(answer, req)
	return answer
}
