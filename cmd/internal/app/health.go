package app

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/storage"
)

const (
	// inspectEvery is how often the store's durability is looked at again.
	inspectEvery = time.Minute
	// stuck is how long the sweep may be silent before the process counts as dead.
	stuck = 30 * time.Second
	// probeTime bounds the look that a readiness probe takes at the store.
	probeTime = 2 * time.Second
)

// watch looks at the store's durability every minute: somebody may change an
// eviction policy on a running server. At the start openRedis has looked.
func (a *App) watch(ctx context.Context) error {
	tick := time.NewTicker(inspectEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if d, err := storage.Inspect(ctx, a.redis); err == nil {
			a.judge(ctx, d)
		}
	}
}

func (a *App) judge(ctx context.Context, d storage.Durability) {
	if len(d.Problems) == 0 || a.settings.AllowVolatile {
		a.volatile.Store(nil)
		return
	}
	problem := strings.Join(d.Problems, "; ")
	a.volatile.Store(&problem)
	a.alarm(ctx, "the store may lose alerts: "+problem)
}

// alive answers /healthz: the process runs and its sweep is not stuck.
func (a *App) alive(w http.ResponseWriter, _ *http.Request) {
	if last := a.dispatcher.LastSweep(); a.running.Load() && !last.IsZero() && time.Since(last) > stuck {
		http.Error(w, "the sweep has been stuck since "+last.UTC().Format(time.RFC3339), http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ok")
}

// ready answers /readyz: the store takes writes, keeps them, and the workers run.
func (a *App) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), probeTime)
	defer cancel()
	if err := a.readiness(ctx); err != nil {
		http.Error(w, "not ready: "+err.Error(), http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ready")
}

func (a *App) readiness(ctx context.Context) error {
	if !a.running.Load() {
		return errors.New("the workers do not run yet")
	}
	if problem := a.volatile.Load(); problem != nil {
		return errors.New(*problem)
	}
	if err := a.store.Ready(ctx); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	return nil
}
