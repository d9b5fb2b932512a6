package incident

import (
	"slices"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// group is a webhook about some hosts that fire.
func group(hosts ...string) AlertFired {
	e := AlertFired{Key: Key{Integration: "prom", Dedup: "{}:{disk}"}, Alert: Alert{Title: "Disk", Severity: Warning, Repeats: true}, Route: fired.Route}
	for _, h := range hosts {
		e.Alert.Members = append(e.Alert.Members, Member{Fingerprint: h, Name: h})
	}
	return e
}

func firing(in Incident) (names []string) {
	for _, m := range in.Members {
		if !m.Resolved {
			names = append(names, m.Name)
		}
	}
	return names
}

func TestMembersOfAGroup(t *testing.T) {
	key := group().Key
	tests := []struct {
		name   string
		events []Event
		state  State
		firing []string
	}{
		{"one by one", []Event{AlertResolved{Key: key, Members: []string{"a"}}}, Triggered, []string{"b"}},
		{"the incident when all have", []Event{AlertResolved{Key: key, Members: []string{"a"}}, AlertResolved{Key: key, Members: []string{"b"}}}, Resolved, nil},
		{"the group as a whole", []Event{AlertResolved{Key: key}}, Resolved, nil},
		{"what was cut off may fire", []Event{AlertResolved{Key: key, Members: []string{"a", "b"}, More: true}}, Triggered, nil},
		{"a stranger among them", []Event{AlertResolved{Key: key, Members: []string{"x"}}}, Triggered, []string{"a", "b"}},
		{"one joins", []Event{group("a", "b", "c")}, Triggered, []string{"a", "b", "c"}},
		{"who fires again is the newest", []Event{AlertResolved{Key: key, Members: []string{"a"}}, group("a", "b")}, Triggered, []string{"b", "a"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := sample(nil)
			in := must(t)(Decide(Incident{ID: "PLATFORM-1"}, r, group("a", "b"), nine))
			for i, ev := range tt.events {
				in = must(t)(Decide(in, r, ev, nine.Add(time.Duration(i+1)*time.Second)))
			}
			if got := firing(in); in.State != tt.state || !slices.Equal(got, tt.firing) {
				t.Errorf("%s with %v firing, want %s with %v", in.State, got, tt.state, tt.firing)
			}
		})
	}
}

func TestOnlyNewMembersAreToldToTheStore(t *testing.T) {
	r := sample(nil)
	in := must(t)(Decide(Incident{ID: "PLATFORM-1"}, r, group("a", "b"), nine))
	if !slices.Equal(in.Joined, []string{"a", "b"}) {
		t.Errorf("joined %v, want both", in.Joined)
	}
	in.Joined = nil // stored
	if in = must(t)(Decide(in, r, group("a", "b", "c"), nine.Add(time.Second))); !slices.Equal(in.Joined, []string{"c"}) {
		t.Errorf("joined %v, want c alone", in.Joined)
	}
}

// grouped is an alert of a key of its own that shares an incident.
func grouped(key string) AlertFired {
	k := Key{Integration: "any", Dedup: key}
	return AlertFired{
		Key: k, Route: fired.Route, Group: Group{Name: `alertname="Disk"`, Window: time.Minute},
		Alert: Alert{Title: key, Severity: Warning, Members: []Member{{Fingerprint: k.Fingerprint(), Name: key}}},
	}
}

func TestAlertsOfSeveralKeysResolveOneByOne(t *testing.T) {
	r := sample(nil)
	in := must(t)(Decide(Incident{ID: "PLATFORM-1"}, r, grouped("a"), nine))
	in = must(t)(Decide(in, r, grouped("b"), nine.Add(time.Second)))
	in = must(t)(Decide(in, r, grouped("a"), nine.Add(2*time.Second)))
	if in.Alerts() != 2 || in.Count != 3 {
		t.Errorf("%d members of %d triggers, want 2 of 3", in.Alerts(), in.Count)
	}
	in = must(t)(Decide(in, r, AlertReworded{Key: grouped("b").Key, Title: "B"}, nine.Add(2*time.Second)))
	if in.Title != "a" || in.Members[1].Name != "B" {
		t.Errorf("renamed to %q with members %+v; want b alone renamed", in.Title, in.Members)
	}
	in = must(t)(Decide(in, r, AlertResolved{Key: grouped("a").Key}, nine.Add(3*time.Second)))
	if in.State != Triggered || !slices.Equal(firing(in), []string{"B"}) {
		t.Fatalf("%s with %v firing after a is over", in.State, firing(in))
	}
	in = must(t)(Decide(in, r, AlertResolved{Key: grouped("b").Key}, nine.Add(4*time.Second)))
	if in.State != Resolved {
		t.Errorf("%s after all are over", in.State)
	}
	if len(in.Joined) > 0 {
		t.Errorf("the store is told of %v, whose keys it knows", in.Joined)
	}
}

func TestSilenceOfASenderThatRepeatsItself(t *testing.T) {
	r := sample(nil)
	in := must(t)(Decide(Incident{ID: "PLATFORM-1"}, r, group("a"), nine))
	in = must(t)(Decide(in, r, Acked{ID: in.ID, By: By("ana")}, nine.Add(time.Second)))
	in = must(t)(Decide(in, r, group("a"), nine.Add(4*time.Hour)))
	if due := in.Due(); due.After(nine.Add(4*time.Hour + SilentAfter)) {
		t.Errorf("looked at %s, too late to notice", due)
	}
	in = must(t)(Decide(in, r, Tick{ID: in.ID}, nine.Add(9*time.Hour)))
	if in.Silent {
		t.Error("silent five hours after the last news")
	}
	was := in.Revision
	in = must(t)(Decide(in, r, Tick{ID: in.ID}, nine.Add(10*time.Hour)))
	if !in.Silent || in.Revision == was {
		t.Errorf("silent %v, card changed %v after six hours; want both", in.Silent, in.Revision != was)
	}
	if in.State != Acknowledged {
		t.Errorf("silence made it %s", in.State)
	}
	in = must(t)(Decide(in, r, group("a"), nine.Add(11*time.Hour)))
	if in.Silent {
		t.Error("still silent after news")
	}
	alone := must(t)(Decide(Incident{ID: "PLATFORM-2"}, r, fired, nine))
	if alone = must(t)(Decide(alone, r, Tick{ID: alone.ID}, nine.Add(7*time.Hour))); alone.Silent {
		t.Error("a sender that says things once was missed")
	}
}

// TestWorseAfterTheAck is the most expensive failure found in the field: new hosts
// join what somebody has acknowledged.
func TestWorseAfterTheAck(t *testing.T) {
	r := sample(nil)
	worse := group("a")
	worse.Alert.Severity = Critical
	tests := []struct {
		name  string
		event Event
		anew  bool
	}{
		{"a new member", group("a", "b"), true},
		{"a higher severity", worse, true},
		{"a plain repeat", group("a"), false},
		{"one member less", AlertResolved{Key: group().Key, Members: []string{"z"}}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := must(t)(Decide(Incident{ID: "PLATFORM-1"}, r, group("a"), nine))
			in = must(t)(Decide(in, r, Acked{ID: in.ID, By: By("ana")}, nine.Add(time.Minute)))
			in = must(t)(Decide(in, r, tt.event, nine.Add(2*time.Minute)))
			before := must(t)(Decide(in, r, Tick{ID: in.ID}, nine.Add(7*time.Minute-time.Millisecond)))
			after := must(t)(Decide(before, r, Tick{ID: in.ID}, nine.Add(7*time.Minute)))
			if before.State != Acknowledged || (after.State == Triggered) != tt.anew {
				t.Errorf("%s before reack_after, %s after it; anew is to be %v", before.State, after.State, tt.anew)
			}
			settled := must(t)(Decide(in, r, Acked{ID: in.ID, By: By("ben")}, nine.Add(3*time.Minute)))
			settled = must(t)(Decide(settled, r, Tick{ID: in.ID}, nine.Add(time.Hour)))
			if settled.State != Acknowledged || settled.AckedBy != By("ana") {
				t.Errorf("%s by %v after a second acknowledgement, want acknowledged by ana", settled.State, settled.AckedBy)
			}
		})
	}
}

func TestFlapping(t *testing.T) {
	r := sample(func(*oncall.Policy) {})
	first := opened(t, r)
	first.Cards[0].Ref = "C0:1.1"
	first = must(t)(Decide(first, r, AlertResolved{Key: fired.Key}, nine.Add(time.Minute)))
	tests := []struct {
		name   string
		after  time.Duration // since the first opened
		last   ID
		thread string
	}{
		{"at once", time.Minute, first.ID, "C0:1.1"},
		{"within ten minutes", 11 * time.Minute, first.ID, "C0:1.1"},
		{"later", 11*time.Minute + time.Second, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			now := nine.Add(tt.after)
			second := must(t)(Decide(After("PLATFORM-2", first, now), r, fired, now))
			if second.Last != tt.last || len(second.Cards) != 1 || second.Cards[0].Thread != tt.thread || second.Cards[0].Ref != "" {
				t.Errorf("last %q, cards %+v; want %q in thread %q", second.Last, second.Cards, tt.last, tt.thread)
			}
			second.Cards[0].Ref = "C0:2.2"
			second = must(t)(Decide(second, r, AlertResolved{Key: fired.Key}, now))
			third := After("PLATFORM-3", second, nine.Add(time.Hour+time.Second))
			if len(third.Cards) > 0 && tt.last != "" {
				t.Errorf("the third stands in a thread that began over an hour ago: %+v", third.Cards)
			}
		})
	}
}

func TestWhatASenderSaysAfterAnAlertFired(t *testing.T) {
	r := sample(nil)
	by := Actor{Name: "og"}
	acked := must(t)(Decide(opened(t, r), r, AlertAcknowledged{Key: fired.Key, By: by}, nine.Add(time.Minute)))
	over := must(t)(Decide(acked, r, AlertResolved{Key: fired.Key, By: by}, nine.Add(time.Minute)))
	tests := []struct {
		name  string
		in    Incident
		event Event
		state State
	}{
		{"takes its acknowledgement back", acked, AlertUnacknowledged{Key: fired.Key, By: by}, Triggered},
		{"takes back what nobody gave", opened(t, r), AlertUnacknowledged{Key: fired.Key, By: by}, Triggered},
		{"snoozes", acked, AlertSnoozed{Key: fired.Key, By: by, For: time.Hour}, Snoozed},
		{"renames", acked, AlertReworded{Key: fired.Key, By: by, Title: "Disks full", Description: "all of them"}, Acknowledged},
		{"snoozes what is over", over, AlertSnoozed{Key: fired.Key, By: by, For: time.Hour}, Resolved},
		{"speaks of nothing known", Incident{}, AlertUnacknowledged{Key: fired.Key, By: by}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			next := must(t)(Decide(tt.in, r, tt.event, nine.Add(2*time.Minute)))
			if next.State != tt.state {
				t.Errorf("state %q, want %q", next.State, tt.state)
			}
			if _, ok := tt.event.(AlertReworded); ok && (next.Title != "Disks full" || next.Annotations["description"] != "all of them") {
				t.Errorf("called %q, described %v", next.Title, next.Annotations)
			}
		})
	}
}
