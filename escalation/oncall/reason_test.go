package oncall_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestReasonSeesWhatAtAndTheOracleSee(t *testing.T) {
	all := places(t)
	rapid.Check(t, func(t *rapid.T) {
		_, around, s := scene(t, all)
		oracle := newOracle(s, around.Add(-time.Hour), around.Add(time.Hour), stays)
		got, want := s.Reason(around, stays), s.At(around, stays)
		if !slices.Equal(got.OnCall, want.OnCall) || got.Source != want.Source || !slices.Equal(got.OnCall, oracle.at(around)) {
			t.Fatalf("%s: at %v %v (%s), want %v (%s)", show(s), around, got.OnCall, got.Source, want.OnCall, want.Source)
		}
		if (len(got.Overrides) > 0) != (want.Source == oncall.FromOverride) && len(want.OnCall) > 0 {
			t.Fatalf("%s: %s by %d overrides", show(s), want.Source, len(got.Overrides))
		}
		for _, a := range got.Overrides {
			o := s.Overrides[a.Index]
			if around.Before(o.Start) || !around.Before(o.End) {
				t.Fatalf("%s: override %d is not in force at %v", show(s), a.Index, around)
			}
		}
	})
}

// TestReasonTellsTheWholeTurn gives every turn people of its own: they have the
// layer throughout the turn, and not a second longer.
func TestReasonTellsTheWholeTurn(t *testing.T) {
	all := places(t)
	rapid.Check(t, func(t *rapid.T) {
		p, around := somewhere(t, all)
		l := rotation(t, around)
		l.Participants = nil
		for _, id := range []oncall.PersonID{"1", "2", "3", "4", "5", "6", "7"} {
			l.Participants = append(l.Participants, ids(id))
		}
		s := oncall.Schedule{Zone: p.zone, Layers: []oncall.Layer{l}}
		r := s.Reason(around, nil)
		if r.Layer < 0 {
			return
		}
		turn := r.Span
		if around.Before(turn.Start) || !around.Before(turn.End) {
			t.Fatalf("%s: %v is not in the turn %v", show(s), around, turn)
		}
		for when, within := range map[time.Time]bool{
			turn.Start: true, turn.End.Add(-time.Second): true, turn.Start.Add(-time.Second): false, turn.End: false,
		} {
			if got := s.At(when, nil).OnCall; slices.Equal(got, r.Turn) != within {
				t.Fatalf("%s: at %v %v, of the turn %v of %v", show(s), when, got, turn, r.Turn)
			}
		}
	})
}

func TestReason(t *testing.T) {
	day := func(from, to string, instead oncall.PersonID, who ...oncall.PersonID) oncall.Override {
		return oncall.Override{Start: at(t, from), End: at(t, to), OnCall: who, InsteadOf: instead}
	}
	pair := turnsOf(t, "1w", "2026-03-02T09:00", "cem")
	pair.Participants = [][]oncall.PersonID{ids("ana", "ben"), ids("cem")}
	office := turnsOf(t, "1d", "2026-03-02T00:00", "dot")
	office.Hours = []oncall.Window{{From: 9 * 60, To: 17 * 60}}
	office.Until = wall(t, "2026-03-20T00:00")
	endless := oncall.Layer{Participants: [][]oncall.PersonID{ids("eve")}, Start: wall(t, "2026-03-01T00:00"), Zone: zone(t, "America/New_York")}
	s := oncall.Schedule{
		Zone:   zone(t, "America/New_York"),
		Layers: []oncall.Layer{endless, pair, office},
		Overrides: []oncall.Override{
			day("2026-03-04T00:00:00Z", "2026-03-05T00:00:00Z", "ana", "fay"),
			day("2026-03-04T06:00:00Z", "2026-03-05T00:00:00Z", "ben", "dot"),
			day("2026-03-04T10:00:00Z", "2026-03-05T00:00:00Z", "", "eve"),
			day("2026-03-04T00:00:00Z", "2026-03-05T00:00:00Z", "", "gil"),
			day("2026-03-04T12:00:00Z", "2026-03-05T00:00:00Z", ""),
		},
	}
	span := func(from, to string) oncall.Span { return oncall.Span{Start: at(t, from), End: at(t, to)} }
	week := span("2026-03-02T14:00:00Z", "2026-03-09T13:00:00Z") // an hour short: the clocks go forward on the 8th
	tests := []struct {
		name string
		at   string
		want oncall.Reason
	}{
		{"nobody yet", "2026-02-01T00:00:00Z", oncall.Reason{
			Holding: oncall.Holding{Source: oncall.FromNobody}, Layer: -1}},
		{"a layer without turns", "2026-03-01T12:00:00Z", oncall.Reason{
			Holding: oncall.Holding{OnCall: ids("eve"), Source: oncall.FromRotation}, Layer: 0, Turn: ids("eve"),
			Span: oncall.Span{Start: at(t, "2026-03-01T05:00:00Z")}}},
		{"the week in which the clocks go forward", "2026-03-08T08:00:00Z", oncall.Reason{
			Holding: oncall.Holding{OnCall: ids("ana", "ben"), Source: oncall.FromRotation}, Layer: 1, Turn: ids("ana", "ben"), Span: week}},
		{"the highest layer, inside its hours", "2026-03-06T15:00:00Z", oncall.Reason{
			Holding: oncall.Holding{OnCall: ids("dot"), Source: oncall.FromRotation}, Layer: 2, Turn: ids("dot"),
			Span: span("2026-03-06T05:00:00Z", "2026-03-07T05:00:00Z")}},
		{"a layer's last turn ends with it", "2026-03-19T15:00:00Z", oncall.Reason{
			Holding: oncall.Holding{OnCall: ids("dot"), Source: oncall.FromRotation}, Layer: 2, Turn: ids("dot"),
			Span: span("2026-03-19T04:00:00Z", "2026-03-20T04:00:00Z")}},
		{"half of a pair is replaced, and whoever left replaces nobody", "2026-03-04T05:00:00Z", oncall.Reason{
			Holding: oncall.Holding{OnCall: ids("fay", "ben"), Source: oncall.FromOverride}, Layer: 1, Turn: ids("ana", "ben"), Span: week,
			Overrides: []oncall.Applied{{0, ids("ana")}}}},
		{"both halves", "2026-03-04T06:00:00Z", oncall.Reason{
			Holding: oncall.Holding{OnCall: ids("fay", "dot"), Source: oncall.FromOverride}, Layer: 1, Turn: ids("ana", "ben"), Span: week,
			Overrides: []oncall.Applied{{0, ids("ana")}, {1, ids("ben")}}}},
		{"one over all of it", "2026-03-04T10:00:00Z", oncall.Reason{
			Holding: oncall.Holding{OnCall: ids("eve"), Source: oncall.FromOverride}, Layer: 1, Turn: ids("ana", "ben"), Span: week,
			Overrides: []oncall.Applied{{2, ids("fay", "dot")}}}},
		{"one that takes everybody off call", "2026-03-04T13:00:00Z", oncall.Reason{
			Holding: oncall.Holding{Source: oncall.FromNobody}, Layer: 1, Turn: ids("ana", "ben"), Span: week,
			Overrides: []oncall.Applied{{4, ids("eve")}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := s.Reason(at(t, tt.at), stays); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got  %+v\nwant %+v", got, tt.want)
			}
		})
	}
	r := s.Reason(at(t, "2026-03-04T06:00:00Z"), stays)
	if a, ok := r.Override(s, "dot"); !ok || a.Index != 1 {
		t.Errorf("dot is there by %+v, %v", a, ok)
	}
	if a, ok := r.Override(s, "ben"); ok {
		t.Errorf("ben is there by %+v", a)
	}
}

func TestChoose(t *testing.T) {
	night := oncall.PagingWindow{
		Hours: oncall.Window{Days: []time.Weekday{0, 6}, From: 22 * 60, To: 8 * 60},
		Steps: []oncall.Step{{Via: oncall.Voice}},
	}
	own := []oncall.Step{{Via: oncall.SMS}}
	ana := oncall.Person{ID: "ana", Slack: "U0ANA", Zone: zone(t, "Europe/Madrid"), Paging: own, When: []oncall.PagingWindow{night}}
	hal := oncall.Person{ID: "hal", Slack: "U0HAL"}
	const sunday, noon = "2026-03-29T00:30:00Z", "2026-03-29T10:00:00Z" // clocks go forward in between
	tests := []struct {
		name   string
		person oncall.Person
		at     string
		force  bool
		want   oncall.Choice
	}{
		{"an open window", ana, sunday, false, oncall.Choice{Steps: night.Steps, Window: 0}},
		{"the last minute of it, after the clocks went forward", ana, "2026-03-29T05:59:00Z", false, oncall.Choice{Steps: night.Steps, Window: 0}},
		{"no window", ana, noon, false, oncall.Choice{Steps: own, Window: -1}},
		{"a window passed over", ana, sunday, true, oncall.Choice{Steps: own, Window: -1, Forced: true}},
		{"nothing to pass over", ana, noon, true, oncall.Choice{Steps: own, Window: -1}},
		{"nothing written", hal, noon, false, oncall.Choice{Steps: []oncall.Step{{Via: oncall.Chat, Every: 5 * time.Minute}}, Window: -1, Default: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.person.Choose(at(t, tt.at), tt.force); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestAWindowIsWrittenAsItIsRead(t *testing.T) {
	for want, w := range map[string]oncall.Window{
		"always":                {},
		"every day 09:00-17:00": {From: 9 * 60, To: 17 * 60},
		"sat,sun 22:00-08:00":   {Days: []time.Weekday{6, 0}, From: 22 * 60, To: 8 * 60},
		"fri 17:00 - mon 09:00": {Span: true, FromDay: 5, ToDay: 1, From: 17 * 60, To: 9 * 60},
		"wed 00:00-24:00":       {Days: []time.Weekday{3}, To: 24 * 60},
	} {
		if got := w.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
