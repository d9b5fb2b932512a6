package acceptance

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

// storeDelay is what the store takes for an answer in a race. It makes every moment
// wide in which a page has been decided upon and has not begun.
const storeDelay = 30 * time.Millisecond

// onItsWay is what a request that is on the wire may take, on a busy machine, until
// the fake notes its beginning.
const onItsWay = storeDelay / 2

// TestF47NoPageStartsAfterTheAcknowledgement acknowledges 500 incidents around the very
// moment at which their first page is due. A page may win the race; none may begin
// once the acknowledgement was answered.
func TestF47NoPageStartsAfterTheAcknowledgement(t *testing.T) {
	t.Parallel()
	const incidents, racers = 500, 50
	const due = time.Second
	w := newWorld(t, configuration(map[string]string{
		"hal": "{after: 1s, via: sms}, {after: 1100ms, via: voice, every: 1s}",
		"ben": "{after: 0s, via: chat, every: 1s, times: 60}",
	}, `
teams:
  platform:
    name: Platform
    members: [hal]
    policies: {default: {tiers: [{page: [person:hal], wait: 1h}]}}
  web:
    name: Web
    members: [ben]
    policies: {default: {tiers: [{page: [person:ben], wait: 1h}]}}
`))
	w.env["EARSHOT_REDIS_URL"] = "redis://" + newRelay(t, w.redis.Addr(), storeDelay)
	w.start()
	type race struct {
		id       string
		answered time.Time
	}
	races := make([]race, incidents)
	var group sync.WaitGroup
	for racer := range racers {
		group.Go(func() {
			for i := racer; i < incidents; i += racers {
				id, answered, err := w.race(t.Context(), fmt.Sprintf("race %d", i), due+time.Duration(rand.IntN(1200))*time.Millisecond)
				if err != nil {
					t.Errorf("race %d: %v", i, err)
				}
				races[i] = race{id, answered}
			}
		})
	}
	group.Wait()
	w.witness()

	began := map[string][]time.Time{}
	for _, r := range w.phones.Requests() {
		switch r.Operation {
		case "messages.create":
			id := incidentOf(quoted(r.Form.Get("StatusCallback")))
			began[id] = append(began[id], r.Begin)
		case "calls.create":
			id := incidentOf(quoted(r.Form.Get("Url")))
			began[id] = append(began[id], r.Begin)
		}
	}
	won, late := 0, 0
	for _, r := range races {
		if len(began[r.id]) > 0 {
			won++
		}
		for _, begin := range began[r.id] {
			if begin.After(r.answered.Add(onItsWay)) {
				late++
				t.Errorf("a page of %s began %s after its acknowledgement was answered", r.id, begin.Sub(r.answered))
			}
		}
	}
	t.Logf("%d of %d acknowledgements came after the first page, %d pages began too late", won, incidents, late)
	if won == 0 || won == incidents {
		t.Errorf("the acknowledgement came first %d times of %d: that is no race", incidents-won, incidents)
	}
}

// race opens an incident, acknowledges it that long afterwards, and returns when
// that was answered.
func (w *world) race(ctx context.Context, title string, after time.Duration) (id string, answered time.Time, err error) {
	begin := time.Now()
	id, err = triggered(title, "").deliver(ctx, w.base())
	if err != nil {
		return "", time.Time{}, fmt.Errorf("open: %w", err)
	}
	timer := time.NewTimer(after - time.Since(begin))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return id, time.Time{}, ctx.Err()
	case <-timer.C:
	}
	got, err := askFor(ctx, http.MethodPost, w.base()+"/api/v1/incidents/"+id+"/acknowledge", `{"by":"hal"}`, "Authorization", "Bearer "+apiToken)
	if err == nil && got.status != http.StatusOK {
		err = fmt.Errorf("acknowledge %s: status %d: %s", id, got.status, got.body)
	}
	return id, got.at, err
}

// TestAnAcknowledgementStopsAPageThatIsLookedUp acknowledges while a page that may
// have arrived is looked for at the provider: it is not sent again.
func TestAnAcknowledgementStopsAPageThatIsLookedUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simple("{after: 0s, via: sms}"))
	w.start()
	looked, held := make(chan struct{}), make(chan struct{})
	var first, once sync.Once
	w.phones.Fault(func(operation string, _ url.Values) (r *twiliofake.Response) {
		switch operation {
		case "messages.create":
			first.Do(func() { r = &twiliofake.Response{Drop: true} })
		case "messages.list":
			once.Do(func() { close(looked) })
			<-held
		}
		return r
	})
	id := w.send(triggered("Disk full", ""))
	select {
	case <-looked:
	case <-time.After(patience):
		t.Fatal("the page in doubt was never looked for")
	}
	answered := w.act(id, "acknowledge", "hal")
	close(held)
	w.card(platform, id, "acknowledged by Hal Byrne after ")
	w.witness()
	w.silentSince(id, answered.at)
	if n := len(w.phones.RequestsTo("messages.create")); n != 1 {
		t.Errorf("%d SMS were asked for, want the one in doubt alone", n)
	}
}
