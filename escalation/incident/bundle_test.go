package incident

import (
	"slices"
	"testing"
	"time"
)

func TestTakeLetsOnePageThroughInAWindow(t *testing.T) {
	soon := nine.Add(20 * time.Second)
	over := nine.Add(time.Minute)
	tests := []struct {
		name    string
		b       Bundle
		page    PageID
		now     time.Time
		send    []PageID
		until   time.Time
		waiting []PageID
	}{
		{"the first page of all goes at once", Bundle{}, "A-1/p1", nine, []PageID{"A-1/p1"}, time.Time{}, nil},
		{"a second within the window waits for its end", Bundle{Last: nine, Leader: "A-1/p1"}, "A-2/p1", soon, nil, over, []PageID{"A-2/p1"}},
		{
			"one that waits already is remembered once", Bundle{Last: nine, Leader: "A-1/p1", Waiting: []PageID{"A-2/p1"}},
			"A-2/p1", soon, nil, over, []PageID{"A-2/p1"},
		},
		{
			"at the end of the window whoever asks takes all", Bundle{Last: nine, Leader: "A-1/p1", Waiting: []PageID{"A-2/p1", "A-3/p1"}},
			"A-3/p1", over, []PageID{"A-3/p1", "A-2/p1"}, time.Time{}, nil,
		},
		{
			"the page that was let through may ask again", Bundle{Last: nine, Leader: "A-1/p1", Waiting: []PageID{"A-2/p1"}},
			"A-1/p1", soon, []PageID{"A-1/p1", "A-2/p1"}, time.Time{}, nil,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := slices.Clone(tt.b.Waiting)
			next, send, until := tt.b.Take(tt.page, tt.now, time.Minute)
			if !slices.Equal(send, tt.send) || !until.Equal(tt.until) {
				t.Errorf("send %v or wait until %v, want %v or %v", send, until, tt.send, tt.until)
			}
			if !slices.Equal(next.Waiting, tt.waiting) {
				t.Errorf("waiting = %v, want %v", next.Waiting, tt.waiting)
			}
			if !slices.Equal(tt.b.Waiting, before) {
				t.Error("the value that was asked has changed")
			}
		})
	}
}

func TestReturnGivesBackWhatTakeTook(t *testing.T) {
	earlier := Bundle{Last: nine.Add(-2 * time.Minute), Leader: "A-1/p1"}
	taken, _, _ := earlier.Take("A-2/p1", nine, time.Minute)
	if other := taken.Return("A-9/p9"); !other.Last.Equal(taken.Last) || other.Leader != taken.Leader {
		t.Errorf("a page that was not let through gave back the leave: %+v", other)
	}
	back := taken.Return("A-2/p1")
	if !back.Last.Equal(earlier.Last) || back.Leader != "" {
		t.Errorf("given back: last %v by %q, want %v by nobody", back.Last, back.Leader, earlier.Last)
	}
	if _, send, _ := back.Take("A-3/p1", nine, time.Minute); send == nil {
		t.Error("the next page has to wait although nothing was sent")
	}
	again, _, _ := taken.Take("A-2/p1", nine.Add(time.Second), time.Minute)
	if back := again.Return("A-2/p1"); !back.Last.Equal(earlier.Last) {
		t.Errorf("after asking twice, given back to %v, want %v", back.Last, earlier.Last)
	}
}
