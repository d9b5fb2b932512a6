package incident

import "time"

// Owed returns everything that the world is owed by the incident: pages to send,
// calls to stop, cards that are behind, and a wake at its nearest deadline. For a
// lease nobody is woken: it is Due, and the sweep looks.
func (in Incident) Owed() []Effect {
	var owed []Effect
	var wake time.Time
	in.deadlines(func(d deadline) {
		if !d.lease {
			wake = earlier(wake, d.at)
		}
	})
	if !wake.IsZero() {
		owed = append(owed, Effect{Kind: Wake, Incident: in.ID, At: wake})
	}
	for _, p := range in.Pages {
		e := Effect{Kind: SendPage, Incident: in.ID, At: later(p.Since, p.NotBefore), Page: p.ID, Via: p.Via}
		switch p.Status {
		case PageQueued:
			if !p.Pooled {
				owed = append(owed, e)
			}
		case PageCancelling:
			e.Kind = StopCall
			owed = append(owed, e)
		}
	}
	for _, c := range in.Cards {
		if c.Busy.IsZero() && in.behind(c) {
			owed = append(owed, Effect{
				Kind: ShowCard, Incident: in.ID, At: later(in.Changed, c.NotBefore),
				Board: c.Board, Channel: c.Channel, Seen: c.Shown + int64(c.Told),
			})
		}
	}
	return owed
}

// Due returns when the incident next needs somebody to look at it: its nearest
// deadline, or the age of what it still owes. Zero: never. The store keeps it in
// the due index, in the same write as the incident.
func (in Incident) Due() time.Time {
	due := in.nearest()
	for _, e := range in.Owed() {
		at := e.At
		if e.Kind == ShowCard {
			at = at.Add(cardGrace)
		}
		due = earlier(due, at)
	}
	return due
}

// Overdue reports whether a deadline has passed, which a Tick would run.
func (in Incident) Overdue(now time.Time) bool {
	at := in.nearest()
	return !at.IsZero() && !at.After(now)
}

// nearest returns the nearest deadline; zero: there is none.
func (in Incident) nearest() (at time.Time) {
	in.deadlines(func(d deadline) { at = earlier(at, d.at) })
	return at
}

// earlier returns the earlier of two times, zero meaning never.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// later returns the later of two times.
func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
