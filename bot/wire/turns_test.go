package wire

import (
	"slices"
	"testing"
	"time"
)

func TestEverybodyHasATurn(t *testing.T) {
	ids := []string{"a", "b", "c", "d", "e"}
	start := time.Unix(0, 0)
	var got []string
	for i := range 5 {
		some := InTurn(ids, 2, start.Add(time.Duration(i)*time.Minute))
		if len(some) != 2 {
			t.Errorf("minute %d: %q, want two of them", i, some)
		}
		got = append(got, some...)
	}
	for _, id := range ids {
		if n := len(slices.DeleteFunc(slices.Clone(got), func(s string) bool { return s != id })); n != 2 {
			t.Errorf("%s has %d turns in five minutes, want 2", id, n)
		}
	}
	if all := InTurn(ids, 5, start); !slices.Equal(all, ids) {
		t.Errorf("%q, want all", all)
	}
}
