package acceptance

import (
	"testing"
	"time"
)

// between returns those that are due in that time.
func between(due map[string]time.Time, from, to time.Time) map[string]time.Time {
	some := map[string]time.Time{}
	for id, at := range due {
		if !at.Before(from) && at.Before(to) {
			some[id] = at
		}
	}
	return some
}

// BenchmarkOneOfTwoKilled measures how late the tiers are that become due in the
// ten seconds after one of two instances was killed, which held its share of them.
func BenchmarkOneOfTwoKilled(b *testing.B) {
	for range b.N {
		s := newStage(b, timersConfig()).onRedis()
		victim := s.start()
		other := s.start()
		s.storm(other, 750, 50, func(i int) alert { return timer(i, waiting(20, i)) })
		due := s.due(other)
		s.await("the pages have begun", func() bool { return len(s.phones.RequestsTo("messages.create")) > 50 })
		killed := time.Now().Round(0)
		victim.kill()
		s.lateness(due)
		reportLateness(b, "late", s.lateness(between(due, killed, killed.Add(10*time.Second))))
	}
}

// BenchmarkRestart measures how long after an instance is ready again what became
// due while there was none has run.
func BenchmarkRestart(b *testing.B) {
	for range b.N {
		s := newStage(b, timersConfig()).onRedis()
		a := s.start()
		s.storm(a, 200, 50, func(i int) alert { return timer(i, waiting(8, i)) })
		due := s.due(a)
		a.kill()
		last := time.Time{}
		for _, at := range due {
			if at.After(last) {
				last = at
			}
		}
		<-time.After(time.Until(last) + time.Second)
		before, _ := len(s.phones.RequestsTo("messages.create")), s.start()
		ready := time.Now().Round(0)
		s.lateness(due)
		_, pages := s.firsts()
		var after []time.Duration
		for id := range due {
			after = append(after, max(0, pages[id].Round(0).Sub(ready)))
		}
		report(b, "after-ready", after)
		b.ReportMetric(float64(len(due)-before), "overdue")
	}
}
