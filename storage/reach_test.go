package storage

import (
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestWhatIsKnownOfAPersonsReach(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	at := time.Date(2026, time.March, 8, 7, 30, 0, 0, time.UTC)
	const phone = oncall.Phone("+16175550108")
	refused := oncall.Trouble{Kind: oncall.Refused, Via: oncall.SMS, Phone: phone, Since: at, Words: "unregistered sender"}
	stopped := oncall.Trouble{Kind: oncall.Stopped, Via: oncall.SMS, Phone: phone, Since: at.Add(time.Minute), Words: "STOP"}
	for _, one := range []oncall.Trouble{stopped, refused} {
		if fresh, err := s.Trouble(ctx, "hal", one); err != nil || !fresh {
			t.Fatalf("%s is new: %t, %v", one.Kind, fresh, err)
		}
		if fresh, err := s.Trouble(ctx, "hal", one); err != nil || fresh {
			t.Fatalf("%s is new again: %t, %v", one.Kind, fresh, err)
		}
	}
	look := func() oncall.Reach {
		t.Helper()
		all, err := s.Reaches(ctx, []oncall.PersonID{"hal", "ana"})
		if err != nil {
			t.Fatal(err)
		}
		if len(all["ana"].Troubles) > 0 || len(all["ana"].Delivered) > 0 || !all["ana"].Acked.IsZero() {
			t.Fatalf("of ana nothing is known, got %+v", all["ana"])
		}
		return all["hal"]
	}
	if got := look().Troubles; len(got) != 2 || got[0] != refused || got[1] != stopped {
		t.Fatalf("troubles = %+v, want the refusal, then STOP", got)
	}
	err := s.Sighted(ctx, []oncall.Sighting{
		{Person: "hal", Via: oncall.SMS, Phone: phone, At: at.Add(time.Hour)},
		{Person: "hal", At: at.Add(2 * time.Hour)},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := look()
	if !got.Delivered[oncall.SMS].Equal(at.Add(time.Hour)) || !got.Acked.Equal(at.Add(2*time.Hour)) {
		t.Errorf("sightings = %+v", got)
	}
	if len(got.Troubles) != 1 || got.Troubles[0] != stopped {
		t.Errorf("a delivery ends the refusal and not STOP, got %+v", got.Troubles)
	}
	for _, want := range []bool{true, false} {
		if was, err := s.Mended(ctx, "hal", oncall.Stopped, oncall.SMS, phone); err != nil || was != want {
			t.Errorf("mended = %t, %v, want %t", was, err, want)
		}
	}
	if got := look().Troubles; len(got) > 0 {
		t.Errorf("troubles that are left: %+v", got)
	}
}
