package intake

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"time"
)

// Beats keeps what is known of heartbeats, for all instances together.
type Beats interface {
	// Beat stores a beat. A token says that it was silent, and claims ending what is
	// open for it until Release.
	Beat(ctx context.Context, name string, at time.Time, allowed, claim time.Duration) (token string, err error)
	// OverdueBeats returns who should have beaten by now, or whose claim is over.
	OverdueBeats(ctx context.Context, now time.Time) ([]string, error)
	// ClaimBeat keeps one of them from others and returns its last beat; no token:
	// somebody else has it.
	ClaimBeat(ctx context.Context, name string, now time.Time, claim time.Duration) (token string, last time.Time, err error)
	// Silenced ends a claim of one whose alert was fired, unless it has beaten since.
	Silenced(ctx context.Context, name, token string, since time.Time) (beats bool, err error)
	// Release ends a claim of one that beats.
	Release(ctx context.Context, name, token string, allowed time.Duration) error
	// KeepBeats judges all anew, and forgets those not kept since the time of forget.
	KeepBeats(ctx context.Context, allowed map[string]time.Duration, now, forget time.Time) error
}

// WatchOptions are what a Watch needs; all are required.
type WatchOptions struct {
	Beats   Beats
	Setup   func() Setup
	Handler Handler
	Now     func() time.Time
	Log     *slog.Logger
}

// A Watch fires the alerts of heartbeats that fall silent, once, and ends them with
// the next beat. Any number may work on the same Beats. Whoever is about to do either
// holds a claim, and when it dies over that the next one takes the claim over:
//
//	beats --overdue--> claimed --AlertFired--> silent --beat--> claimed --AlertResolved--> beats
//
// A claim ends only when nothing more is owed, so that no order of crashes leaves an
// incident open for a heartbeat that beats, or none for a silent one.
type Watch struct {
	WatchOptions
	kept  map[string]Integration // as of the last time that all were judged
	judge time.Time              // when they are judged again
	since time.Time              // when the file that is in force was seen first
}

// NewWatch returns a Watch.
func NewWatch(o WatchOptions) *Watch { return &Watch{WatchOptions: o} }

const (
	// watchEvery is how often the watch looks for what is overdue.
	watchEvery = 200 * time.Millisecond
	// beatClaim is how long one may take to fire or to end an alert before another
	// watch does it.
	beatClaim = 2 * time.Second
	// judgeEvery is how often all heartbeats are held against the file.
	judgeEvery = 10 * time.Second
	// forgetAfter is how long no file may have named a heartbeat before it is
	// forgotten: instances do not read a new file at the same moment.
	forgetAfter = time.Minute
	// watchers is how many heartbeats are looked after at a time.
	watchers = 16
)

// Beat stores a beat and ends what is open for the heartbeat. An error says that it
// has to be sent again.
func (w *Watch) Beat(ctx context.Context, of Integration, at time.Time) error {
	token, err := w.Beats.Beat(ctx, of.Name, at, of.allowed(), beatClaim)
	if err != nil {
		return err
	}
	return w.revive(ctx, of, token)
}

// Run looks for silent heartbeats until ctx ends. A store that is away is asked again
// at the same pace.
func (w *Watch) Run(ctx context.Context) error {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	away := false
	for {
		err := w.Pass(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if (err != nil) != away {
			if away = err != nil; away {
				w.Log.ErrorContext(ctx, "heartbeats not watched", "err", err)
			} else {
				w.Log.InfoContext(ctx, "heartbeats watched again")
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Pass looks after every heartbeat that is overdue, once.
func (w *Watch) Pass(ctx context.Context) error {
	setup, now := w.Setup(), w.Now()
	hearts := setup.heartbeats()
	if err := w.keep(ctx, hearts, now); err != nil {
		return err
	}
	names, err := w.Beats.OverdueBeats(ctx, now)
	if err != nil {
		return err
	}
	errs := make([]error, len(names))
	var group sync.WaitGroup
	slots := make(chan struct{}, watchers)
	for i, name := range names {
		of, ok := hearts[name]
		if !ok {
			continue // another instance may have a newer file
		}
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			errs[i] = w.look(ctx, setup, of)
		})
	}
	group.Wait()
	return errors.Join(errs...)
}

func (s Setup) heartbeats() map[string]Integration {
	hearts := map[string]Integration{}
	for _, i := range s.Integrations {
		if i.Kind == Heartbeat {
			hearts[i.Name] = i
		}
	}
	return hearts
}

// keep holds all heartbeats against the file: at the start, when it has changed, and
// every now and then.
func (w *Watch) keep(ctx context.Context, hearts map[string]Integration, now time.Time) error {
	changed := w.kept == nil || !maps.Equal(hearts, w.kept)
	if !changed && now.Before(w.judge) {
		return nil
	}
	if changed {
		w.since = now
	}
	forget := now.Add(-forgetAfter)
	if forget.Before(w.since) {
		forget = time.UnixMilli(0) // those with a newer file have not all been heard of
	}
	allowed := map[string]time.Duration{}
	for name, of := range hearts {
		allowed[name] = of.allowed()
	}
	if err := w.Beats.KeepBeats(ctx, allowed, now, forget); err != nil {
		return err
	}
	w.kept, w.judge = hearts, now.Add(judgeEvery)
	return nil
}

// look claims an overdue heartbeat and fires its alert, if it is silent by the file
// of today. One that beats may have been fired by whoever had the claim before.
func (w *Watch) look(ctx context.Context, setup Setup, of Integration) error {
	ctx, cancel := context.WithTimeout(ctx, beatClaim)
	defer cancel()
	token, last, err := w.Beats.ClaimBeat(ctx, of.Name, w.Now(), beatClaim)
	switch {
	case err != nil || token == "":
		return err
	case w.Now().Before(last.Add(of.allowed())):
		return w.revive(ctx, of, token)
	}
	in, err := w.Handler.Handle(ctx, setup.silence(of, last))
	if err != nil {
		return fmt.Errorf("fire the alert of heartbeat %s: %w", of.Name, err)
	}
	w.Log.WarnContext(ctx, "heartbeat silent", "integration", of.Name, "incident", in)
	beats, err := w.Beats.Silenced(ctx, of.Name, token, last)
	if err != nil || !beats {
		return err
	}
	return w.revive(ctx, of, token)
}

// revive ends what is open for a heartbeat that beats, and then the claim.
func (w *Watch) revive(ctx context.Context, of Integration, token string) error {
	ended := revival(of)
	if _, err := w.Handler.Handle(ctx, ended); err != nil && !settled(ended, err) {
		return fmt.Errorf("end the alert of heartbeat %s: %w", of.Name, err)
	}
	if token == "" {
		return nil
	}
	return w.Beats.Release(ctx, of.Name, token, of.allowed())
}
