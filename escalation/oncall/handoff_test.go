package oncall_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// Property 8: every local handoff happens exactly once per period, none skipped in
// a gap and none doubled in an overlap, and its local reading is the configured one
// or the first after a gap.
func TestEveryHandoffHappensExactlyOncePerPeriod(t *testing.T) {
	all := places(t)
	rapid.Check(t, func(t *rapid.T) {
		p, around := somewhere(t, all)
		l := rotation(t, around)
		l.Turn = turns().Filter(byTheClock).Draw(t, "turn")
		s := oncall.Schedule{Zone: p.zone, Layers: []oncall.Layer{l}}
		const periods = 120
		var want []time.Time
		for k := range periods + 1 {
			d := handoff(l, k)
			b := oncall.WallOf(d, time.UTC).In(p.zone)
			if reads, was := shown(b, p.zone), shown(b.Add(-time.Second), p.zone); !reads.Equal(d) && (reads.Before(d) || !was.Before(d)) {
				t.Fatalf("handoff %v is at %v, when the clock goes from %v to %v", d, b, was, reads)
			}
			want = append(want, b)
		}
		end := want[periods]
		want = slices.CompactFunc(want[:periods], time.Time.Equal)
		var got []time.Time
		for _, shift := range s.Shifts(want[0], end, nil) {
			got = append(got, shift.Start)
			if !slices.ContainsFunc(want, shift.Start.Equal) {
				t.Fatalf("%v is no handoff", shift.Start)
			}
		}
		if len(want) == periods && !slices.EqualFunc(got, want, time.Time.Equal) {
			t.Fatalf("%d handoffs %v, want %d: %v", len(got), got, len(want), want)
		}
		if len(want) < periods && !skips(p, want[0], end) {
			t.Fatalf("%d handoffs in %d periods, and no day was skipped", len(want), periods)
		}
	})
}

func byTheClock(turn oncall.Turn) bool { return turn.Unit != oncall.Hours }

// Property 9: over n x k full turns each of n participants has exactly k, and
// elapsed time differs by changes of the clock alone.
func TestEveryoneHasTheSameNumberOfTurns(t *testing.T) {
	all := places(t)
	rapid.Check(t, func(t *rapid.T) {
		p, around := somewhere(t, all)
		l := rotation(t, around)
		l.Turn = turns().Draw(t, "turn")
		s := oncall.Schedule{Zone: p.zone, Layers: []oncall.Layer{l}}
		const k = 5
		n := len(l.Participants)
		hour := map[oncall.Unit]int{oncall.Hours: 1, oncall.Days: 24, oncall.Weeks: 7 * 24}[l.Turn.Unit] // none for months
		nominal := time.Duration(l.Turn.N*hour) * time.Hour
		start, tolerance := l.Start.In(p.zone), 2*time.Hour
		end := oncall.WallOf(handoff(l, k*n), time.UTC).In(p.zone)
		if l.Turn.Unit == oncall.Hours {
			end, tolerance = start.Add(k*time.Duration(n)*nominal), 0
		}
		if byTheClock(l.Turn) && skips(p, start, end) {
			t.Skip("a turn of length zero")
		}
		count := map[oncall.PersonID]int{}
		for _, shift := range s.Shifts(start, end, nil) {
			count[shift.OnCall[0]]++
			if off := (shift.End.Sub(shift.Start) - nominal).Abs(); nominal > 0 && off > tolerance {
				t.Fatalf("%v lasts %v, want %v but for a change of the clock", shift, shift.End.Sub(shift.Start), nominal)
			}
		}
		for _, ids := range l.Participants {
			if count[ids[0]] != k {
				t.Fatalf("turns %v from %v to %v, want %d each", count, start, end, k)
			}
		}
	})
}

// skips reports whether a whole day is skipped within a range, or just before it.
func skips(p place, from, to time.Time) bool {
	return slices.ContainsFunc(p.changes, func(c time.Time) bool {
		return c.After(from.Add(-24*time.Hour)) && c.Before(to.Add(time.Second)) &&
			shown(c, p.zone).Sub(shown(c.Add(-time.Second), p.zone)) > 24*time.Hour
	})
}
