package oncall

import (
	"testing"
	"time"
)

func TestClosing(t *testing.T) {
	now := time.Date(2026, time.March, 6, 18, 0, 0, 0, time.UTC)
	before := Book{
		Asks:    []Ask{{ID: "3"}, {ID: "4"}},
		Answers: []Answer{{Ask: "1", Was: Lapsed, At: now.Add(-31 * 24 * time.Hour)}, {Ask: "2", Was: Declined, At: now.Add(-29 * 24 * time.Hour)}},
	}
	after := before.Close("3", Accepted, "ben", now)
	if len(after.Asks) != 1 || after.Asks[0].ID != "4" {
		t.Errorf("open: %+v", after.Asks)
	}
	if len(after.Answers) != 2 || after.Answers[0].Ask != "2" || after.Answers[1] != (Answer{Ask: "3", Was: Accepted, By: "ben", At: now}) {
		t.Errorf("answers: %+v", after.Answers)
	}
	if len(before.Asks) != 2 || before.Asks[0].ID != "3" || before.Answers[0].Ask != "1" {
		t.Errorf("the book before has changed: %+v", before)
	}
}
