package storage

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/storage/redistest"
)

func BenchmarkCommit(b *testing.B) {
	for _, fsync := range []string{"everysec", "always"} {
		s, _ := storeAt(b, redistest.Start(b, "--appendfsync", fsync).URL())
		var n atomic.Int64
		b.Run(fsync+"/one after the other", func(b *testing.B) {
			for b.Loop() {
				s.mustCommit(b, fired(numbered("web", int(n.Add(1))), incident.Key{}))
			}
		})
		b.Run(fsync+"/64 at once", func(b *testing.B) {
			b.SetParallelism(32) // for each processor
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					s.mustCommit(b, fired(numbered("web", int(n.Add(1))), incident.Key{}))
				}
			})
		})
	}
}

func BenchmarkLoadByKey(b *testing.B) {
	s, _ := newStore(b)
	id, err := s.Claim(b.Context(), incident.Claim{Key: disk, Team: "web"})
	if err != nil {
		b.Fatal(err)
	}
	s.mustCommit(b, fired(id, disk))
	for b.Loop() {
		if _, _, err := s.Load(b.Context(), incident.Subject{Key: disk}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOverdueFindingNothing(b *testing.B) {
	s, _ := newStore(b)
	for i := range 10_000 {
		s.mustCommit(b, fired(numbered("web", i+1), incident.Key{}))
	}
	b.ResetTimer()
	for b.Loop() {
		if ids, err := s.Overdue(b.Context(), nine, time.Second, 100); err != nil || len(ids) != 0 {
			b.Fatal(ids, err)
		}
	}
}
