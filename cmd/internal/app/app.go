package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/earshot-oncall/earshot/bot/discord"
	"github.com/earshot-oncall/earshot/bot/slack"
	"github.com/earshot-oncall/earshot/bot/wire"
	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation"
	"github.com/earshot-oncall/earshot/escalation/handoff"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/escalation/queue"
	"github.com/earshot-oncall/earshot/integrations/calendar"
	"github.com/earshot-oncall/earshot/integrations/gateway"
	"github.com/earshot-oncall/earshot/integrations/intake"
	"github.com/earshot-oncall/earshot/integrations/twilio"
	"github.com/earshot-oncall/earshot/storage"
	"github.com/earshot-oncall/earshot/storage/configfile"
	"github.com/redis/go-redis/v9"
)

// Options are what an App is made of. Redis may be left out where the Settings
// hold its URL; Now and Log may be left out.
type Options struct {
	Settings   Settings
	Config     *configfile.Config
	ConfigPath string // read again by Reload; empty: nothing to reload
	Redis      redis.UniversalClient
	Now        func() time.Time
	Log        *slog.Logger
	Alone      bool // no other instance works on the store: what chat bears is counted here, on the clock of Now
}

// An App is one running Earshot. Make it with New, end it with Close.
type App struct {
	settings Settings
	path     string
	config   atomic.Pointer[configfile.Config]
	merged   atomic.Pointer[merged]
	now      func() time.Time
	log      *slog.Logger

	redis      redis.UniversalClient
	ownsRedis  bool
	store      *storage.Store
	queue      *queue.Queue
	dispatcher *escalation.Dispatcher
	commands   *commands.Commands
	homes      *commands.Commands
	handoff    *handoff.Desk
	calendar   *calendar.Calendar
	door       *intake.Door
	hearts     *intake.Watch
	slack      *slack.Client
	discord    *discord.Client
	twilio     *twilio.Client
	gateway    *gateway.Client
	meters     *meters
	witness    witness

	running  atomic.Bool
	volatile atomic.Pointer[string] // what is wrong with the store's durability
	alarms   sync.WaitGroup
	ending   context.Context // ends when Run does, and the alarms with it
	end      context.CancelFunc
}

// New returns an App. Nothing runs and nothing is called before Run.
func New(o Options) (*App, error) {
	a := &App{settings: o.Settings, path: o.ConfigPath, now: o.Now, log: o.Log, redis: o.Redis, meters: newMeters()}
	if a.now == nil {
		a.now = time.Now
	}
	if a.log == nil {
		a.log = slog.New(slog.DiscardHandler)
	}
	if a.redis == nil {
		client, err := storage.Dial(o.Settings.RedisURL)
		if err != nil {
			return nil, err
		}
		a.redis, a.ownsRedis = client, true
	}
	a.config.Store(o.Config)
	a.ending, a.end = context.WithCancel(context.Background())
	a.store = storage.New(storage.Options{Redis: a.redis, Roster: a.merge, Now: a.now, Log: a.log})
	a.queue = queue.New(a.redis, a.now, a.log)
	a.connect(o.Alone)
	a.dispatcher = escalation.NewDispatcher(escalation.Options{
		Store: a.store, Journal: a.store, Index: a.store, Sky: a.store, Queue: a.queue,
		Pagers: a.pagers(), Boards: a.boards(),
		Now: a.now, Log: a.log, Observer: observer{a.meters, &a.witness}, Alarm: a.alarm, Point: crashPoint(o.Settings.CrashAt),
	})
	a.commands, a.homes = commands.New(a, a.now), a.newFoyer()
	a.handoff = handoff.New(handoff.Options{Store: a.store, Office: office{a}, Open: a.Open, Wake: a.wake, Find: a.Find, Reaches: a.Reaches, Now: a.now, Log: a.log, Alarm: a.alarm})
	a.calendar = calendar.New(calendar.Options{Book: a.Book, Now: a.now, Log: a.log})
	a.hearts = a.newWatch()
	a.door = intake.New(intake.Options{
		Setup: func() intake.Setup { return a.config.Load().Setup }, Handler: a.dispatcher,
		Find: a.Find, Open: a.store.Newest, Once: a.Once, Forget: a.Forget, Preview: a.preview,
		Beat: a.hearts.Beat, Allow: a.store.Allow,
		Observe: a.meters.alert, Now: a.now, Log: a.log,
	})
	a.meters.watch(a)
	return a, nil
}

// ParseConfig reads a configuration that stands in no file and asks the
// environment for nothing.
func ParseConfig(name string, src []byte) (*configfile.Config, error) {
	return configfile.Parse(name, src, func(string) (string, bool) { return "", false })
}

// connect makes the clients of the providers that are set up.
func (a *App) connect(alone bool) {
	var pool wire.Pool
	if !alone {
		pool = a.store
	}
	if s := a.settings.Slack; s.BotToken != "" {
		a.slack = slack.New(slack.Options{
			Token: s.BotToken, SigningSecret: s.SigningSecret, AppToken: s.AppToken, APIURL: s.APIURL, Now: a.now, Log: a.log,
			Noticed: a.noticed, Home: a.openHome,
			Observe: func(method, result string) { a.meters.chat.WithLabelValues("slack", method, result).Inc() }, Pool: pool,
		})
	}
	if d := a.settings.Discord; d.BotToken != "" {
		a.discord = discord.New(discord.Options{
			Token: d.BotToken, Application: d.ApplicationID, PublicKey: d.PublicKey, APIURL: d.APIURL, Now: a.now, Log: a.log,
			Observe: func(method, result string) { a.meters.chat.WithLabelValues("discord", method, result).Inc() }, Pool: pool, Shelf: a.store,
		})
	}
	a.gateway = a.newGateway()
	if t := a.settings.Twilio; t.AccountSID != "" {
		a.twilio = twilio.New(twilio.Options{
			AccountSID: t.AccountSID, AuthToken: t.AuthToken, Secondary: t.Secondary, From: t.From, APIURL: t.APIURL, Alarm: a.alarm,
			PublicURL: a.publicURL(), Now: a.now, Log: a.log, Slots: a.store, Reach: reach{a},
			Observe: func(method, result string) { a.meters.phone.WithLabelValues("twilio", method, result).Inc() },
		})
	}
}

func (a *App) chat() chat { return chat{a.slack, a.discord, a.log} }

func (a *App) pagers() map[oncall.Method]escalation.Pager {
	pagers := map[oncall.Method]escalation.Pager{}
	if c := a.chat(); c.up() {
		pagers[oncall.Chat], pagers[oncall.Channel] = c, c
	}
	texts := phones{second: a.gateway}
	if a.twilio != nil {
		texts.first, pagers[oncall.Voice] = a.twilio, capped{a, a.twilio}
	}
	pagers[oncall.SMS] = capped{a, texts}
	return pagers
}

func (a *App) boards() map[string]escalation.Board { return a.chat().boards() }

func (a *App) publicURL() string {
	if a.settings.PublicURL != "" {
		return a.settings.PublicURL
	}
	return a.config.Load().PublicURL
}

// repairEvery is how often the indexes are held against the incidents.
const repairEvery = time.Hour

// Run works until ctx ends: the queue's workers, the sweep, and the watch over the
// store. It returns when what was running has finished.
func (a *App) Run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	jobs := []func(context.Context) error{
		func(ctx context.Context) error { return a.queue.Run(ctx, a.dispatcher.Perform) },
		a.dispatcher.Run,
		a.handoff.Run,
		a.hearts.Run,
		a.testify,
		a.warn,
		a.follow,
		a.watch,
		a.repair,
		a.greet,
		a.watchAccounts,
		a.keepHomes,
		a.listenToSlack,
		a.listenToDiscord,
	}
	errs := make([]error, len(jobs))
	var group sync.WaitGroup
	for i, job := range jobs {
		group.Go(func() {
			defer stop()
			errs[i] = job(ctx)
		})
	}
	a.running.Store(true)
	group.Wait()
	a.running.Store(false)
	a.end()
	a.alarms.Wait()
	return errors.Join(errs...)
}

// follow asks Twilio what became of pages where it can't tell us.
func (a *App) follow(ctx context.Context) error {
	if a.twilio == nil {
		<-ctx.Done()
		return nil
	}
	return a.twilio.Run(ctx, desk{a})
}

// repair holds the due index against the incidents, at the start and every hour.
func (a *App) repair(ctx context.Context) error {
	tick := time.NewTicker(repairEvery)
	defer tick.Stop()
	for {
		n, err := a.store.Repair(ctx)
		switch {
		case err != nil && ctx.Err() == nil:
			a.log.WarnContext(ctx, "indexes not checked", "err", err)
		case n > 0:
			a.log.WarnContext(ctx, "indexes repaired", "entries", n)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Close lets go of what New made.
func (a *App) Close() error {
	a.end()
	if a.slack != nil {
		a.slack.Close()
	}
	if a.discord != nil {
		a.discord.Close()
	}
	if a.ownsRedis {
		return a.redis.Close()
	}
	return nil
}

// Reload reads the configuration again. A wrong file changes nothing; the error
// says what is wrong with it.
func (a *App) Reload(lookup func(string) (string, bool)) error {
	if a.path == "" {
		return nil
	}
	config, err := configfile.Load(a.path, lookup)
	if err != nil {
		return fmt.Errorf("configuration not reloaded, the old one stays in force:\n%w", err)
	}
	for _, m := range oncall.Moved(a.config.Load().Roster, config.Roster, a.now()) {
		a.log.Warn("an edit in place moves who is on call", "at", m.Path, "change", m.Text)
	}
	a.config.Store(config)
	a.sayLost()
	return nil
}

var (
	_ commands.Desk = (*App)(nil)
	_ slack.Desk    = desk{}
	_ discord.Desk  = desk{}
	_ twilio.Desk   = desk{}
)
