package acceptance

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

// phonesConfig is a file of many teams, each with one person, who is paged by SMS
// where the number is even, else by a call.
func phonesConfig() string {
	var people, teams, routes strings.Builder
	for i := range squads {
		team, person, _, _, number := squad(i)
		via := []string{"sms", "voice"}[i%2]
		fmt.Fprintf(&people, "  %s: {name: %s, phone: %q, paging: [{after: 0s, via: %s}]}\n", person, person, number, via)
		fmt.Fprintf(&teams, "  %s: {name: %s, members: [%s], policies: {default: {tiers: [{page: [person:%s], wait: 1h}]}}}\n", team, team, person, person)
		fmt.Fprintf(&routes, "  - {match: ['routing_key=%q'], team: %s}\n", team, team)
	}
	return "people:\n" + people.String() + "teams:\n" + teams.String() + "routes:\n" + routes.String() +
		"integrations:\n  native: {type: generic, key: \"${NATIVE_KEY}\", team: s000}\n"
}

// BenchmarkReplyOrKey measures how long an acknowledgement by SMS and by a key of a
// call takes to be answered, while alerts go on coming in.
func BenchmarkReplyOrKey(b *testing.B) {
	for range b.N {
		s := newStage(b, phonesConfig()).onRedis()
		a := s.start()
		phone := func(i int) *twiliofake.Phone {
			_, _, _, _, number := squad(i)
			return s.phones.Phone(number)
		}
		for i := range squads {
			phone(i).OnCall(twiliofake.PicksUp())
		}
		s.storm(a, squads, 100, squadAlert)
		s.await("every phone has its page", func() bool {
			for i := range squads {
				call := phone(i).Call()
				if i%2 == 0 && len(phone(i).Messages()) == 0 || i%2 == 1 && (call == nil || !call.State().Listening) {
					return false
				}
			}
			return true
		})
		alone := s.company(a)
		var reply, key []time.Duration
		for i := range squads {
			begin := time.Now()
			if i%2 == 1 {
				if err := phone(i).Call().Press("4"); err != nil {
					b.Fatalf("press a key of %s: %v", phone(i).Number(), err)
				}
				key = append(key, time.Since(begin))
				continue
			}
			if _, body, err := phone(i).Reply("14"); err != nil || !strings.Contains(string(body), "acknowledged") {
				b.Fatalf("reply from %s: %v, %s", phone(i).Number(), err, body)
			}
			reply = append(reply, time.Since(begin))
		}
		alone()
		report(b, "reply", reply)
		report(b, "key", key)
	}
}

// company sends ten alerts a second, so that what is measured is not alone, until it
// is told to stop.
func (s *stage) company(a *actor) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for i := squads; ; i++ {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				_, _ = squadAlert(i).deliver(ctx, "http://"+a.addr) // whatever becomes of it
			}
		}
	}()
	return func() {
		cancel()
		<-stopped
	}
}
