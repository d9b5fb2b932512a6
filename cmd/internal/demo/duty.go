package demo

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"
)

// A duty is what the app says about who is on call, looked up every now and then.
type duty struct {
	ask func(ctx context.Context, path string) *httptest.ResponseRecorder

	mu      sync.Mutex
	latest  []shift
	changed chan struct{}
}

// A shift is one schedule at present.
type shift struct {
	Team     string    `json:"team"`
	Schedule string    `json:"schedule"`
	OnCall   []string  `json:"on_call"`
	Source   string    `json:"source"`
	Until    time.Time `json:"until,omitzero"`
	Next     []string  `json:"next"`
}

func newDuty(ask func(context.Context, string) *httptest.ResponseRecorder) *duty {
	return &duty{ask: ask, changed: make(chan struct{})}
}

// now returns the present shifts, and a channel closed at the next look.
func (d *duty) now() ([]shift, <-chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.latest, d.changed
}

// watch looks every second until the context ends.
func (d *duty) watch(ctx context.Context) error {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		d.look(ctx)
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// look asks the app; what cannot be read leaves the last answer standing.
func (d *duty) look(ctx context.Context) {
	answer := d.ask(ctx, "/api/v1/oncall")
	var body struct {
		Schedules []shift `json:"schedules"`
	}
	if answer.Code != http.StatusOK || json.Unmarshal(answer.Body.Bytes(), &body) != nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.latest = body.Schedules
	close(d.changed)
	d.changed = make(chan struct{})
}
