package acceptance

import (
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

// BenchmarkUndeliveredToNextStep measures how long after Twilio begins to tell that an
// SMS is lost the person's call is asked for, at twenty such SMS a second.
func BenchmarkUndeliveredToNextStep(b *testing.B) {
	const lost = 400
	steps := "[{after: 0s, via: sms}, {after: 1h, via: voice}]"
	config := strings.NewReplacer("[{after: 0s, via: chat}]", steps, "[{after: 0s, via: sms}]", steps).Replace(squadsConfig())
	for range b.N {
		s := newStage(b, config).onRedis()
		a := s.start()
		for i := range squads {
			_, _, _, _, number := squad(i)
			s.phones.Phone(number).OnSMS(twiliofake.Undelivers(30003))
		}
		s.storm(a, lost, 20, squadAlert)
		s.await("everybody is called", func() bool { return len(s.phones.Calls()) >= lost })
		called := map[string]time.Time{}
		for _, r := range s.phones.RequestsTo("calls.create") {
			called[incidentOf(quoted(r.Form.Get("Url")))] = r.Begin
		}
		var took []time.Duration
		for _, c := range s.phones.Callbacks() {
			if c.Form.Get("MessageStatus") == "undelivered" {
				took = append(took, called[incidentOf(quoted(c.URL))].Sub(c.At))
			}
		}
		report(b, "next-step", took)
	}
}
