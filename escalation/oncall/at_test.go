package oncall_test

import (
	"slices"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A moment is an instant and who is wanted on call at it.
type moment struct {
	name   string
	at     string
	onCall []oncall.PersonID
	source oncall.Source
}

func ids(list ...oncall.PersonID) []oncall.PersonID { return list }

func check(t *testing.T, s oncall.Schedule, moments []moment) {
	t.Helper()
	for _, m := range moments {
		t.Run(m.name, func(t *testing.T) {
			got := s.At(at(t, m.at), stays)
			if !slices.Equal(got.OnCall, m.onCall) || got.Source != m.source {
				t.Errorf("at %s on call are %v (%s), want %v (%s)", m.at, got.OnCall, got.Source, m.onCall, m.source)
			}
			if len(got.OnCall) == 0 && got.OnCall != nil {
				t.Error("nobody is an empty list, not nil")
			}
		})
	}
}

// turnsOf is a rotation of single people in New York.
func turnsOf(t *testing.T, turn, start string, who ...oncall.PersonID) oncall.Layer {
	t.Helper()
	length, err := oncall.ParseTurn(turn)
	if err != nil {
		t.Fatal(err)
	}
	l := oncall.Layer{Turn: length, Start: wall(t, start), Zone: zone(t, "America/New_York")}
	for _, id := range who {
		l.Participants = append(l.Participants, ids(id))
	}
	return l
}

func TestDailyTurnsFollowTheWallClock(t *testing.T) {
	s := oncall.Schedule{Layers: []oncall.Layer{turnsOf(t, "1d", "2026-03-06T02:30", "ana", "ben")}}
	check(t, s, []moment{
		{"nobody before the start", "2026-03-06T02:29:59-05:00", nil, oncall.FromNobody},
		{"the start", "2026-03-06T02:30:00-05:00", ids("ana"), oncall.FromRotation},
		{"last instant of a turn", "2026-03-07T02:29:59.999999999-05:00", ids("ana"), oncall.FromRotation},
		{"a handoff", "2026-03-07T02:30:00-05:00", ids("ben"), oncall.FromRotation},
		{"before a handoff inside a gap", "2026-03-08T01:59:59-05:00", ids("ben"), oncall.FromRotation},
		{"that handoff, at the gap's end", "2026-03-08T03:00:00-04:00", ids("ana"), oncall.FromRotation},
		{"the next is at its own time again", "2026-03-09T02:29:59-04:00", ids("ana"), oncall.FromRotation},
		{"so nothing drifted", "2026-03-09T02:30:00-04:00", ids("ben"), oncall.FromRotation},
	})
	s.Layers[0].Start = wall(t, "2026-10-30T01:30")
	check(t, s, []moment{
		{"the day before an overlap", "2026-10-31T01:30:00-04:00", ids("ben"), oncall.FromRotation},
		{"before a handoff inside an overlap", "2026-11-01T01:29:59-04:00", ids("ben"), oncall.FromRotation},
		{"its first occurrence", "2026-11-01T01:30:00-04:00", ids("ana"), oncall.FromRotation},
		{"the hour that comes again hands nothing back", "2026-11-01T01:00:00-05:00", ids("ana"), oncall.FromRotation},
		{"its second occurrence is none", "2026-11-01T01:30:00-05:00", ids("ana"), oncall.FromRotation},
		{"the day after", "2026-11-02T01:30:00-05:00", ids("ben"), oncall.FromRotation},
	})
}

func TestWeeklyTurnsKeepTheirHourAcrossAYear(t *testing.T) {
	s := oncall.Schedule{Layers: []oncall.Layer{turnsOf(t, "1w", "2026-01-05T09:00", "ana", "ben")}}
	check(t, s, []moment{
		{"first week", "2026-01-12T08:59:59-05:00", ids("ana"), oncall.FromRotation},
		{"second week", "2026-01-12T09:00:00-05:00", ids("ben"), oncall.FromRotation},
		{"the week before the clock changes", "2026-03-02T09:00:00-05:00", ids("ana"), oncall.FromRotation},
		{"the week of the change is an hour short: still the old", "2026-03-09T08:59:59-04:00", ids("ana"), oncall.FromRotation},
		{"and the new", "2026-03-09T09:00:00-04:00", ids("ben"), oncall.FromRotation},
		{"the week in which it changes back: still the old", "2026-11-02T08:59:59-05:00", ids("ana"), oncall.FromRotation},
		{"and the new in November", "2026-11-02T09:00:00-05:00", ids("ben"), oncall.FromRotation},
		{"thirty years on", "2056-01-03T09:00:00-05:00", ids("ben"), oncall.FromRotation},
	})
}

func TestMonthlyTurnsClampTo31stButKeepTheAnchor(t *testing.T) {
	s := oncall.Schedule{Layers: []oncall.Layer{turnsOf(t, "1mo", "2026-01-31T02:30", "ana", "ben", "cem")}}
	check(t, s, []moment{
		{"January's", "2026-02-28T02:29:59-05:00", ids("ana"), oncall.FromRotation},
		{"February ends on the 28th", "2026-02-28T02:30:00-05:00", ids("ben"), oncall.FromRotation},
		{"March is the 31st again, not the 28th", "2026-03-31T02:29:59-04:00", ids("ben"), oncall.FromRotation},
		{"March's", "2026-03-31T02:30:00-04:00", ids("cem"), oncall.FromRotation},
		{"April ends on the 30th", "2026-04-30T02:30:00-04:00", ids("ana"), oncall.FromRotation},
		{"a leap year's 29th of February", "2028-02-29T02:30:00-05:00", ids("ben"), oncall.FromRotation},
		{"the second before it", "2028-02-29T02:29:59-05:00", ids("ana"), oncall.FromRotation},
	})
	s = oncall.Schedule{Layers: []oncall.Layer{turnsOf(t, "2mo", "2026-01-08T02:30", "ana", "ben")}}
	check(t, s, []moment{
		{"two months end inside a gap", "2026-03-08T01:59:59-05:00", ids("ana"), oncall.FromRotation},
		{"at the first instant after it", "2026-03-08T03:00:00-04:00", ids("ben"), oncall.FromRotation},
		{"the third pair of months", "2026-05-08T02:30:00-04:00", ids("ana"), oncall.FromRotation},
	})
}

func TestHourlyTurnsCountElapsedTime(t *testing.T) {
	s := oncall.Schedule{Layers: []oncall.Layer{turnsOf(t, "12h", "2026-03-07T09:00", "ana", "ben")}}
	check(t, s, []moment{
		{"first half day", "2026-03-07T20:59:59-05:00", ids("ana"), oncall.FromRotation},
		{"second half day", "2026-03-07T21:00:00-05:00", ids("ben"), oncall.FromRotation},
		{"twelve elapsed hours later it is ten, not nine", "2026-03-08T09:59:59-04:00", ids("ben"), oncall.FromRotation},
		{"ten", "2026-03-08T10:00:00-04:00", ids("ana"), oncall.FromRotation},
		{"after the clock went back it is nine again", "2026-11-02T09:00:00-05:00", ids("ana"), oncall.FromRotation},
	})
}

func TestSkippedDayIsATurnOfLengthZero(t *testing.T) {
	l := turnsOf(t, "1d", "2011-12-28T00:00", "ana", "ben", "cem", "dot")
	l.Zone = zone(t, "Pacific/Apia")
	check(t, oncall.Schedule{Layers: []oncall.Layer{l}}, []moment{
		{"the day before", "2011-12-29T23:59:59-10:00", ids("ben"), oncall.FromRotation},
		{"the day after: the third had no instant", "2011-12-31T00:00:00+14:00", ids("dot"), oncall.FromRotation},
	})
	l.Start = wall(t, "2011-12-28T09:00")
	check(t, oncall.Schedule{Layers: []oncall.Layer{l}}, []moment{
		{"a handoff on the skipped day is at the midnight after it", "2011-12-31T00:00:00+14:00", ids("cem"), oncall.FromRotation},
		{"until the next", "2011-12-31T09:00:00+14:00", ids("dot"), oncall.FromRotation},
	})
}

func TestWindowsHideTurnsWithoutMovingThem(t *testing.T) {
	l := turnsOf(t, "1d", "2026-03-02T12:00", "ana", "ben", "cem")
	l.Hours = []oncall.Window{{Days: []time.Weekday{1, 2, 3, 4, 5}, From: 9 * 60, To: 17 * 60}}
	check(t, oncall.Schedule{Layers: []oncall.Layer{l}}, []moment{
		{"Monday before the start", "2026-03-02T11:00:00-05:00", nil, oncall.FromNobody},
		{"Monday", "2026-03-02T12:00:00-05:00", ids("ana"), oncall.FromRotation},
		{"Monday evening", "2026-03-02T17:00:00-05:00", nil, oncall.FromNobody},
		{"Tuesday morning still has Monday's", "2026-03-03T09:00:00-05:00", ids("ana"), oncall.FromRotation},
		{"a handoff inside the window", "2026-03-03T12:00:00-05:00", ids("ben"), oncall.FromRotation},
		{"Friday afternoon", "2026-03-06T12:00:00-05:00", ids("ben"), oncall.FromRotation},
		{"the weekend of the change", "2026-03-08T12:00:00-04:00", nil, oncall.FromNobody},
		{"hidden days used up turns", "2026-03-09T09:00:00-04:00", ids("ana"), oncall.FromRotation},
		{"Monday at noon", "2026-03-09T12:00:00-04:00", ids("ben"), oncall.FromRotation},
	})
}

func TestHighestLayerThatHasSomebodyWins(t *testing.T) {
	low := turnsOf(t, "1w", "2026-03-02T09:00", "ana", "ben")
	high := turnsOf(t, "1d", "2026-03-06T09:00", "cem")
	high.Zone, high.Until = zone(t, "Europe/London"), wall(t, "2026-03-30T09:00")
	high.Hours = []oncall.Window{{From: 9 * 60, To: 17 * 60}}
	empty := turnsOf(t, "1d", "2026-03-02T09:00")
	check(t, oncall.Schedule{Layers: []oncall.Layer{low, high, empty}}, []moment{
		{"the low layer before the high one starts", "2026-03-05T12:00:00Z", ids("ana"), oncall.FromRotation},
		{"the high one on London's clock", "2026-03-06T09:00:00Z", ids("cem"), oncall.FromRotation},
		{"an empty layer hides nothing", "2026-03-06T17:00:00Z", ids("ana"), oncall.FromRotation},
		{"after New York changed London has not", "2026-03-10T09:00:00Z", ids("cem"), oncall.FromRotation},
		{"nine in London's summer", "2026-03-29T08:00:00Z", ids("cem"), oncall.FromRotation},
		{"until ends the layer, on London's clock", "2026-03-30T08:00:00Z", ids("ben"), oncall.FromRotation},
		{"for good", "2026-03-31T08:00:00Z", ids("ana"), oncall.FromRotation},
	})
}

func TestInactivePeopleLeaveAVisibleGap(t *testing.T) {
	l := turnsOf(t, "1d", "2026-03-06T09:00", "ana", "gil")
	l.Participants = append(l.Participants, ids("gil", "ben"), ids("ben", "ana", "ben"))
	s := oncall.Schedule{Layers: []oncall.Layer{l}}
	check(t, s, []moment{
		{"somebody", "2026-03-06T12:00:00-05:00", ids("ana"), oncall.FromRotation},
		{"a gap where somebody left", "2026-03-07T12:00:00-05:00", nil, oncall.FromNobody},
		{"a pair keeps its other half", "2026-03-08T12:00:00-04:00", ids("ben"), oncall.FromRotation},
		{"twice in one turn is once", "2026-03-09T12:00:00-04:00", ids("ben", "ana"), oncall.FromRotation},
	})
	s.Layers = append([]oncall.Layer{turnsOf(t, "1w", "2026-03-02T09:00", "dot")}, s.Layers...)
	check(t, s, []moment{{"a lower layer fills the gap", "2026-03-07T12:00:00-05:00", ids("dot"), oncall.FromRotation}})
	if got := s.At(at(t, "2026-03-07T12:00:00-05:00"), nil); !slices.Equal(got.OnCall, ids("gil")) {
		t.Errorf("without a list of the active on call are %v", got.OnCall)
	}
}

func TestOverrides(t *testing.T) {
	pair := turnsOf(t, "1w", "2026-03-02T09:00")
	pair.Participants = [][]oncall.PersonID{ids("ana", "ben"), ids("cem")}
	span := func(from, to string, instead oncall.PersonID, who ...oncall.PersonID) oncall.Override {
		return oncall.Override{Start: at(t, "2026-03-"+from+":00Z"), End: at(t, "2026-03-"+to+":00Z"), OnCall: who, InsteadOf: instead}
	}
	s := oncall.Schedule{Layers: []oncall.Layer{pair}, Overrides: []oncall.Override{
		span("03T00:00", "03T04:00", "", "dot"),
		span("03T02:00", "03T06:00", "", "eve"),
		span("04T00:00", "04T04:00", "ben", "dot"),
		span("04T02:00", "04T03:00", "dot", "ana"),
		span("05T00:00", "05T01:00", "cem", "dot"),
		span("05T01:00", "05T02:00", "ben"),
		span("05T02:00", "05T03:00", ""),
		span("05T03:00", "05T04:00", "", "gil"),
		span("05T04:00", "05T05:00", "ana", "gil"),
		span("06T00:00", "06T00:00", "", "dot"),
		span("01T00:00", "01T01:00", "", "fay"),
		span("08T06:30", "08T07:30", "", "fay"), // 01:30 to 03:30 in New York, an hour long
	}}
	check(t, s, []moment{
		{"replaces everybody", "2026-03-03T00:00:00Z", ids("dot"), oncall.FromOverride},
		{"the later in the list wins", "2026-03-03T02:00:00Z", ids("eve"), oncall.FromOverride},
		{"to its end", "2026-03-03T05:59:59Z", ids("eve"), oncall.FromOverride},
		{"then the rotation", "2026-03-03T06:00:00Z", ids("ana", "ben"), oncall.FromRotation},
		{"instead of one of a pair", "2026-03-04T00:00:00Z", ids("ana", "dot"), oncall.FromOverride},
		{"instead of the substitute by who is there already", "2026-03-04T02:00:00Z", ids("ana"), oncall.FromOverride},
		{"back to one override", "2026-03-04T03:00:00Z", ids("ana", "dot"), oncall.FromOverride},
		{"instead of somebody who does not hold it", "2026-03-05T00:00:00Z", ids("ana", "ben"), oncall.FromRotation},
		{"instead of one by nobody", "2026-03-05T01:00:00Z", ids("ana"), oncall.FromOverride},
		{"nobody in place of everybody", "2026-03-05T02:00:00Z", nil, oncall.FromNobody},
		{"by somebody who left: the rotation stays", "2026-03-05T03:00:00Z", ids("ana", "ben"), oncall.FromRotation},
		{"instead of one by somebody who left: too", "2026-03-05T04:00:00Z", ids("ana", "ben"), oncall.FromRotation},
		{"one of no length", "2026-03-06T00:00:00Z", ids("ana", "ben"), oncall.FromRotation},
		{"fills the gap before the start", "2026-03-01T00:30:00Z", ids("fay"), oncall.FromOverride},
		{"across a change of the clock", "2026-03-08T07:29:59Z", ids("fay"), oncall.FromOverride},
		{"ends by elapsed time", "2026-03-08T07:30:00Z", ids("ana", "ben"), oncall.FromRotation},
		{"turns were not shifted", "2026-03-09T13:00:00Z", ids("cem"), oncall.FromRotation},
	})
}

func TestUsefulZeroValues(t *testing.T) {
	check(t, oncall.Schedule{}, []moment{{"an empty schedule has nobody", "2026-03-08T07:00:00Z", nil, oncall.FromNobody}})
	check(t, oncall.Schedule{Layers: []oncall.Layer{{Participants: [][]oncall.PersonID{{"ana"}, {"ben"}}}}}, []moment{
		{"a layer without a start or a turn always has its first", "2026-03-08T07:00:00Z", ids("ana"), oncall.FromRotation},
	})
	check(t, oncall.Schedule{Layers: []oncall.Layer{{Participants: [][]oncall.PersonID{{}, {"ben"}}}}}, []moment{
		{"an empty turn has nobody", "2026-03-08T07:00:00Z", nil, oncall.FromNobody},
	})
}
