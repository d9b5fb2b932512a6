package storage

import (
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/storage/redistest"
)

const minute = time.Minute

// due claims what is to be delivered.
func due(t *testing.T, s *Store, now time.Time) []oncall.Sending {
	t.Helper()
	letters, err := s.Letters(t.Context(), now, minute, 10)
	if err != nil {
		t.Fatal(err)
	}
	return letters
}

func write(t *testing.T, s *Store, letters ...oncall.Letter) {
	t.Helper()
	mustWrite(t, s, func(b oncall.Book) oncall.Change { return oncall.Change{Book: b, Letters: letters} })
}

func TestALetterIsClaimedByOneAndDeliveredOnce(t *testing.T) {
	server := redistest.Start(t)
	s, _ := storeAt(t, server.URL())
	other, _ := storeAt(t, server.URL())
	write(t, s, oncall.Letter{To: "ana", Text: "one"}, oncall.Letter{To: "ben", Text: "two"})
	first := due(t, s, nine)
	if len(first) != 2 || first[0].Letter.Text != "one" || first[0].Doubtful {
		t.Fatalf("due: %+v, want one and two", first)
	}
	if rest := due(t, other, nine); len(rest) != 0 {
		t.Errorf("claimed letters are due elsewhere: %+v", rest)
	}
	if err := s.Delivered(t.Context(), first[0], "D1:1.0"); err != nil {
		t.Fatal(err)
	}
	again := due(t, other, nine.Add(minute))
	if len(again) != 1 || again[0].Letter.Text != "two" || !again[0].Doubtful || again[0].Tries != 1 {
		t.Errorf("after the claimer died: %+v, want two, doubtful", again)
	}
	if again[0].Ref != "" {
		t.Errorf("a letter without a key edits %q", again[0].Ref)
	}
}

func TestALetterUnderAnotherIsToldItsMessage(t *testing.T) {
	s, _ := newStore(t)
	write(t, s, oncall.Letter{Key: "status PLATFORM-1", Text: "newest"})
	if err := s.Delivered(t.Context(), due(t, s, nine)[0], "C1:1.0"); err != nil {
		t.Fatal(err)
	}
	write(t, s, oncall.Letter{Under: "status PLATFORM-1", Text: "history"})
	below := due(t, s, nine)
	if len(below) != 1 || below[0].Ref != "C1:1.0" {
		t.Fatalf("due: %+v, want one under C1:1.0", below)
	}
	if err := s.Delivered(t.Context(), below[0], "C1:2.0"); err != nil {
		t.Fatal(err)
	}
	write(t, s, oncall.Letter{Key: "status PLATFORM-1", Text: "newer"})
	if again := due(t, s, nine); len(again) != 1 || again[0].Ref != "C1:1.0" {
		t.Errorf("due: %+v, want an edit of C1:1.0", again)
	}
}

func TestAPostponedLetterComesLater(t *testing.T) {
	s, _ := newStore(t)
	write(t, s, oncall.Letter{To: "ana", Text: "one"})
	if err := s.Postpone(t.Context(), due(t, s, nine)[0], nine.Add(5*minute)); err != nil {
		t.Fatal(err)
	}
	if early := due(t, s, nine.Add(4*minute)); len(early) != 0 {
		t.Errorf("due early: %+v", early)
	}
	if late := due(t, s, nine.Add(5*minute)); len(late) != 1 || late[0].Tries != 1 {
		t.Errorf("due: %+v, want one, tried once", late)
	}
}

func TestANewerLetterOfTheSameKeyTakesThePlace(t *testing.T) {
	ask := func(text string) oncall.Letter { return oncall.Letter{Key: "ask 7", To: "ben", Text: text} }
	t.Run("of one that waits", func(t *testing.T) {
		s, _ := newStore(t)
		write(t, s, ask("will you?"))
		write(t, s, ask("too late"))
		if letters := due(t, s, nine); len(letters) != 1 || letters[0].Letter.Text != "too late" {
			t.Errorf("due: %+v, want the newer alone", letters)
		}
	})
	t.Run("of one on its way", func(t *testing.T) {
		s, _ := newStore(t)
		write(t, s, ask("will you?"))
		first := due(t, s, nine)[0]
		write(t, s, ask("too late"))
		if early := due(t, s, nine); len(early) != 0 {
			t.Errorf("the newer does not wait for the older: %+v", early)
		}
		if err := s.Delivered(t.Context(), first, "D1:1.0"); err != nil {
			t.Fatal(err)
		}
		next := due(t, s, nine)
		if len(next) != 1 || next[0].Letter.Text != "too late" || next[0].Ref != "D1:1.0" || next[0].Doubtful {
			t.Errorf("due: %+v, want the newer, editing D1:1.0", next)
		}
	})
}
