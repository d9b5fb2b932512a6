package oncall_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestEveryHandoffHappensExactlyOncePerPeriod(t *testing.T) {
	all := places(t)
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SampledFrom(all).Draw(t, "place")
		around := instants(p).Draw(t, "around")
		l := rotation(t, around)
		l.Turn = oncall.Turn{N: 1, Unit: oncall.Days}
		s := oncall.Schedule{Zone: p.zone, Layers: []oncall.Layer{l}}
		first := asUTC(l.Start)
		const days = 120
		var want []time.Time
		for k := range days + 1 {
			d := first.AddDate(0, 0, k)
			b := oncall.Wall{Year: d.Year(), Month: d.Month(), Day: d.Day(), Hour: d.Hour(), Min: d.Minute()}.In(p.zone)
			if reads, was := shown(b, p.zone), shown(b.Add(-time.Second), p.zone); !reads.Equal(d) && (reads.Before(d) || !was.Before(d)) {
				t.Fatalf("handoff %v is at %v, when the clock goes from %v to %v", d, b, was, reads)
			}
			want = append(want, b)
		}
		end := want[days]
		want = slices.CompactFunc(want[:days], time.Time.Equal)
		var got []time.Time
		for _, shift := range s.Shifts(want[0], end, nil) {
			got = append(got, shift.Start)
		}
		skipped := days - len(want)
		if skipped == 0 && !slices.EqualFunc(got, want, time.Time.Equal) {
			t.Fatalf("%d handoffs %v, want %d: %v", len(got), got, len(want), want)
		}
		if skipped > 0 && len(got) > len(want) {
			t.Fatalf("%d handoffs, want no more than %d", len(got), len(want))
		}
	})
}

func TestEveryoneHasTheSameNumberOfTurns(t *testing.T) {
	all := places(t)
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SampledFrom(all).Draw(t, "place")
		around := instants(p).Draw(t, "around")
		l := rotation(t, around)
		l.Turn = rapid.SampledFrom([]oncall.Turn{{N: 1, Unit: oncall.Days}, {N: 12, Unit: oncall.Hours}, {N: 1, Unit: oncall.Weeks}}).Draw(t, "turn")
		s := oncall.Schedule{Zone: p.zone, Layers: []oncall.Layer{l}}
		const k = 5
		n := len(l.Participants)
		start := l.Start.In(p.zone)
		nominal := map[oncall.Unit]time.Duration{oncall.Hours: 12 * time.Hour, oncall.Days: 24 * time.Hour, oncall.Weeks: 7 * 24 * time.Hour}[l.Turn.Unit]
		end := start.Add(time.Duration(k*n) * nominal)
		if l.Turn.Unit != oncall.Hours {
			d := asUTC(l.Start).Add(time.Duration(k*n) * nominal)
			end = oncall.Wall{Year: d.Year(), Month: d.Month(), Day: d.Day(), Hour: d.Hour(), Min: d.Minute()}.In(p.zone)
		}
		if skips(p.zone, start, end) {
			t.Skip("a turn of length zero")
		}
		count := map[oncall.PersonID]int{}
		for _, shift := range s.Shifts(start, end, nil) {
			count[shift.OnCall[0]]++
			if off := (shift.End.Sub(shift.Start) - nominal).Abs(); off > 2*time.Hour {
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

// skips reports whether a whole day is skipped within a range.
func skips(z *time.Location, from, to time.Time) bool {
	for when := from.Add(-24 * time.Hour); when.Before(to); when = when.Add(time.Hour) {
		if shown(when.Add(time.Hour), z).Sub(shown(when, z)) > 24*time.Hour {
			return true
		}
	}
	return false
}
