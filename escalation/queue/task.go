package queue

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/hibiken/asynq"
)

// The queues, by what they carry.
const (
	wakes = "wake"
	cards = "card"
	chat  = "chat"
	sms   = "sms"
	voice = "voice"
)

// taskType is the asynq type of every task; the effect says the rest.
const taskType = "effect"

const (
	// prefetch is how long ahead of its time a task is scheduled: asynq keeps whole
	// seconds and fires up to one early, so the handler holds it to the millisecond.
	prefetch = 2 * time.Second
	// taskTimeout bounds one run: the hold, a call to a provider and its commits.
	taskTimeout = 30 * time.Second
	// maxRetry is for runs that died with their worker. Never 0: such a task would
	// be archived and keep its id for months.
	maxRetry = 3
)

// queueOf names the queue of an effect.
func queueOf(e incident.Effect) string {
	switch {
	case e.Kind == incident.Wake:
		return wakes
	case e.Kind == incident.ShowCard:
		return cards
	case e.Via == oncall.SMS:
		return sms
	case e.Via == oncall.Voice:
		return voice
	}
	return chat
}

// idOf names a task. The same effect pushed twice has the same id, and asynq
// refuses the second; the sweep's pushes carry their round.
func idOf(e incident.Effect) string {
	switch e.Kind {
	case incident.Wake:
		return fmt.Sprintf("wake:%s:%d:%d", e.Incident, e.At.UnixMilli(), e.Round)
	case incident.ShowCard:
		return fmt.Sprintf("card:%s:%s:%s:%d:%d:%d", e.Incident, e.Board, e.Channel, e.Seen, e.At.UnixMilli(), e.Round)
	}
	return fmt.Sprintf("%s:%s:%d:%d", e.Kind, e.Page, e.At.UnixMilli(), e.Round)
}

// taskOf makes the task of an effect at now.
func taskOf(e incident.Effect, now time.Time) (*asynq.Task, []asynq.Option, error) {
	payload, err := json.Marshal(e)
	if err != nil {
		return nil, nil, fmt.Errorf("encode effect: %w", err)
	}
	options := []asynq.Option{
		asynq.Queue(queueOf(e)), asynq.TaskID(idOf(e)), asynq.MaxRetry(maxRetry), asynq.Timeout(taskTimeout),
	}
	if early := e.At.Add(-prefetch); early.After(now) {
		options = append(options, asynq.ProcessAt(early))
	}
	return asynq.NewTask(taskType, payload), options, nil
}

func effectOf(t *asynq.Task) (incident.Effect, error) {
	var e incident.Effect
	if err := json.Unmarshal(t.Payload(), &e); err != nil {
		return e, fmt.Errorf("decode effect: %w", err)
	}
	return e, nil
}
