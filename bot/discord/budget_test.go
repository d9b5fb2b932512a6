package discord

import "testing"

// TestWhatAPersonDidFindsRoom has machines change a card more often than Discord bears.
func TestWhatAPersonDidFindsRoom(t *testing.T) {
	s := newStage(t, false)
	in := state("triggered")
	showing, err := s.client.Show(t.Context(), s.scene(in, ""))
	if err != nil {
		t.Fatal(err)
	}
	full := false
	for range 20 {
		in.Revision++
		if _, err := s.client.Show(t.Context(), s.scene(in, showing.Ref)); err != nil {
			full = fault(t, err).Retry > 0
			break
		}
	}
	if !full {
		t.Fatal("twenty edits at once are within the budget")
	}
	in.Revision++
	scene := s.scene(in, showing.Ref)
	scene.Card.Hurried = true
	if _, err := s.client.Show(t.Context(), scene); err != nil {
		t.Errorf("what a person did waits for machines: %v", err)
	}
}
