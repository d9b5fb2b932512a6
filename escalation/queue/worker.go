package queue

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/hibiken/asynq"
)

// A server is the asynq server of one queue. An idle queue costs
// 2/delayed + 1/poll scripts a second.
type server struct {
	queue   string
	workers int
	delayed time.Duration // how often scheduled tasks are looked at
	poll    time.Duration // how often an empty queue is looked at
}

// servers are cut by kind. Wakes are held in their handlers, so they need many
// workers. No queue is polled quickly: what is due now has no task (here.go), and
// what is due later is fetched ahead of its time. As many again as the workers may
// run without a task.
var servers = []server{
	{queue: wakes, workers: 8192, delayed: 250 * time.Millisecond, poll: 100 * time.Millisecond},
	{queue: chat, workers: 128, delayed: 500 * time.Millisecond, poll: 150 * time.Millisecond},
	{queue: cards, workers: 64, delayed: 500 * time.Millisecond, poll: 150 * time.Millisecond},
	{queue: sms, workers: 64, delayed: 500 * time.Millisecond, poll: 150 * time.Millisecond},
	{queue: voice, workers: 64, delayed: 500 * time.Millisecond, poll: 150 * time.Millisecond},
}

// ticksAtOnce is how many wakes run at a time, however many are held: thousands
// due in one second must not keep pages and acknowledgements from the store.
const ticksAtOnce = 32

// shutdownTime is how long running tasks may finish.
const shutdownTime = 8 * time.Second

// Run performs effects until ctx ends, then lets what runs finish.
func (q *Queue) Run(ctx context.Context, perform func(context.Context, incident.Effect) error) error {
	var running []*asynq.Server
	shut := q.here.open(func(e incident.Effect) {
		task, cancel := context.WithTimeout(context.WithoutCancel(ctx), taskTimeout)
		defer cancel()
		q.perform(task, e, perform)
	})
	defer func() {
		for _, s := range running {
			s.Stop()
		}
		var group sync.WaitGroup
		group.Go(shut)
		for _, s := range running {
			group.Go(s.Shutdown) // side by side, or each would wait shutdownTime anew
		}
		group.Wait()
	}()
	handler := asynq.HandlerFunc(func(task context.Context, t *asynq.Task) error {
		q.handle(ctx, task, t, perform)
		return nil
	})
	for _, s := range servers {
		srv := asynq.NewServerFromRedisClient(q.redis, s.config(ctx, q.log))
		if err := srv.Start(handler); err != nil {
			return fmt.Errorf("start queue %s: %w", s.queue, err)
		}
		running = append(running, srv)
	}
	<-ctx.Done()
	return nil
}

func (s server) config(ctx context.Context, log *slog.Logger) asynq.Config {
	return asynq.Config{
		BaseContext:              func() context.Context { return context.WithoutCancel(ctx) },
		Concurrency:              s.workers,
		Queues:                   map[string]int{s.queue: 1},
		DelayedTaskCheckInterval: s.delayed,
		TaskCheckInterval:        s.poll,
		ShutdownTimeout:          shutdownTime,
		HealthCheckInterval:      time.Hour, // readiness asks the store itself
		JanitorInterval:          time.Minute,
		RetryDelayFunc: func(_ int, err error, _ *asynq.Task) time.Duration {
			if errors.Is(err, asynq.ErrLeaseExpired) {
				return 0
			}
			return time.Second
		},
		IsFailure: func(err error) bool { return !errors.Is(err, asynq.ErrLeaseExpired) },
		Logger:    logger{log},
		LogLevel:  asynq.WarnLevel,
	}
}

// handle runs one task. It always ends well: what was not done is still owed, and
// the sweep brings it again.
func (q *Queue) handle(run, task context.Context, t *asynq.Task, perform func(context.Context, incident.Effect) error) {
	e, err := effectOf(t)
	if err != nil {
		q.log.ErrorContext(task, "task not understood", "err", err)
		return
	}
	if !q.hold(run, task, e.At) {
		return
	}
	if e.Kind == incident.Wake {
		select {
		case q.ticks <- struct{}{}:
			defer func() { <-q.ticks }()
		case <-task.Done():
			return
		}
	}
	q.perform(task, e, perform)
}

func (q *Queue) perform(task context.Context, e incident.Effect, perform func(context.Context, incident.Effect) error) {
	defer func() {
		if p := recover(); p != nil {
			q.log.ErrorContext(task, "task panicked", "kind", string(e.Kind), "incident", string(e.Incident),
				"err", fmt.Sprint(p), "stack", string(debug.Stack()))
		}
	}()
	if err := perform(task, e); err != nil {
		q.log.WarnContext(task, "effect left to the sweep", "kind", string(e.Kind), "incident", string(e.Incident), "err", err)
	}
}

// hold waits until at, to the millisecond. It reports false when the program ends
// before.
func (q *Queue) hold(run, task context.Context, at time.Time) bool {
	for {
		wait := at.Sub(q.now())
		if wait <= 0 {
			return true
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-run.Done():
			timer.Stop()
			return false
		case <-task.Done():
			timer.Stop()
			return false
		}
	}
}

// logger hands asynq's words to slog.
type logger struct{ log *slog.Logger }

func (l logger) Debug(args ...any) { l.log.Debug("asynq", "text", fmt.Sprint(args...)) }
func (l logger) Info(args ...any)  { l.log.Info("asynq", "text", fmt.Sprint(args...)) }
func (l logger) Warn(args ...any)  { l.log.Warn("asynq", "text", fmt.Sprint(args...)) }
func (l logger) Error(args ...any) { l.log.Error("asynq", "text", fmt.Sprint(args...)) }
func (l logger) Fatal(args ...any) { l.log.Error("asynq", "text", fmt.Sprint(args...)) }
