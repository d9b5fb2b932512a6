package queue

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
)

// A Queue pushes effects and, while Run runs, performs them.
type Queue struct {
	redis  redis.UniversalClient
	client *asynq.Client
	now    func() time.Time
	log    *slog.Logger
	here   here
	ticks  chan struct{} // one for each wake that runs
}

// New returns a Queue on that Redis. The caller closes the client.
func New(client redis.UniversalClient, now func() time.Time, log *slog.Logger) *Queue {
	return &Queue{redis: client, client: asynq.NewClientFromRedisClient(client), now: now, log: log, ticks: make(chan struct{}, ticksAtOnce)}
}

// Push implements escalation.Queue. What is due now is performed here unless too
// much of its kind waits already; everything else becomes a task for whichever
// instance takes it. A task that is known already is no error.
func (q *Queue) Push(ctx context.Context, effects []incident.Effect) error {
	var errs []error
	for _, e := range effects {
		if !e.At.After(q.now()) && q.here.do(e) {
			continue
		}
		if e.Kind == incident.Wake && e.At.Sub(q.now()) > farWake {
			continue
		}
		task, options, err := taskOf(e, q.now())
		if err != nil {
			return err
		}
		_, err = q.client.EnqueueContext(ctx, task, options...)
		if err != nil && !errors.Is(err, asynq.ErrTaskIDConflict) {
			errs = append(errs, fmt.Errorf("enqueue %s of %s: %w", e.Kind, e.Incident, err))
		}
	}
	return errors.Join(errs...)
}

// farWake is how far ahead a wake may be to have a task. What is further off is pushed
// again when it is near: ten thousand incidents that wait need no task each, and most
// waits end before their time.
const farWake = 3 * time.Second

// Busy implements escalation.Queue.
func (q *Queue) Busy(e incident.Effect) bool { return q.here.busy(queueOf(e)) }

// Depth returns how many tasks wait in each queue now and how many are scheduled,
// for metrics.
func (q *Queue) Depth(context.Context) (map[string]Depth, error) {
	inspector := asynq.NewInspectorFromRedisClient(q.redis)
	used, err := inspector.Queues()
	if err != nil {
		return nil, fmt.Errorf("list queues: %w", err)
	}
	depths := map[string]Depth{}
	for _, s := range servers {
		depths[s.queue] = Depth{}
		if !slices.Contains(used, s.queue) {
			continue // nothing was ever pushed to it, and asking would be an error
		}
		info, err := inspector.GetQueueInfo(s.queue)
		if err != nil {
			return nil, fmt.Errorf("inspect queue %s: %w", s.queue, err)
		}
		depths[s.queue] = Depth{Pending: info.Pending, Active: info.Active, Scheduled: info.Scheduled, Retry: info.Retry, Archived: info.Archived}
	}
	return depths, nil
}

// A Depth is how full a queue is.
type Depth struct{ Pending, Active, Scheduled, Retry, Archived int }
