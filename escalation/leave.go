package escalation

import (
	"context"
	"net/http/httptrace"
	"sync"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// leaveTime bounds how long an acknowledgement may wait for a request that is on
// its way to the wire; a connection that has to be made first may take longer.
const leaveTime = 250 * time.Millisecond

// A leave lets a page that was claimed out to its provider. Between the claim and
// the request a pager may look things up, wait or connect, and an acknowledgement
// answered in the meantime has to stop it all the same.
//
// So the pager asks right before the request. From the yes until the request is
// written the incidents' lanes are held: an acknowledgement is committed either
// before the question, and the answer is no, or when the request has begun. In
// another process it may still fall into the moment between the two.
type leave struct {
	dispatcher *Dispatcher
	claimed    claimed

	mu      sync.Mutex
	release func() // nil: no lane is held
}

// trace returns a context under which the lanes are let go once a request is
// written.
func (l *leave) trace(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteRequest: func(httptrace.WroteRequestInfo) { l.end() },
	})
}

// ask is Notice.Ask.
func (l *leave) ask(ctx context.Context) error {
	subjects := make([]incident.Subject, 0, 2*len(l.claimed.incidents))
	for _, in := range l.claimed.incidents {
		subjects = append(subjects, incident.Subject{ID: in.ID}, incident.Subject{Key: in.Key})
	}
	release, err := l.dispatcher.lanes.enterAll(ctx, subjects)
	if err != nil {
		return err
	}
	l.mu.Lock()
	l.release = release
	l.mu.Unlock()
	for _, in := range l.claimed.incidents {
		if l.wanted(ctx, in) {
			time.AfterFunc(leaveTime, l.end)
			return nil
		}
	}
	l.end()
	return incident.ErrWithdrawn
}

// wanted reports whether a page is still to be sent. Where the store can't say, it
// is: of a page a needless one is better than none.
func (l *leave) wanted(ctx context.Context, was incident.Incident) bool {
	in, _, err := l.dispatcher.Store.Load(ctx, incident.Subject{ID: was.ID})
	return err != nil || in.State == incident.Triggered || in.State == was.State
}

// end lets the lanes go, if they are held.
func (l *leave) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.release != nil {
		l.release()
		l.release = nil
	}
}
