package incident

import "time"

// Due returns when the incident next needs somebody to look at it: its nearest
// deadline, or the age of what it still owes. Zero: never. The store keeps it in
// the due index, in the same write as the incident.
func (in Incident) Due() time.Time {
	var due time.Time
	for _, e := range in.Owed() {
		at := e.At
		if e.Kind == ShowCard {
			at = at.Add(cardGrace)
		}
		due = earlier(due, at)
	}
	return due
}

// earlier returns the earlier of two times, zero meaning never.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
