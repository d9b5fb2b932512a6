package incident

import "time"

func (in *Incident) card(board, channel string) *Card {
	for i := range in.Cards {
		if in.Cards[i].Board == board && in.Cards[i].Channel == channel {
			return &in.Cards[i]
		}
	}
	return nil
}

// behind reports whether a card, or its thread, shows less than there is.
func (in *Incident) behind(c Card) bool {
	return c.Storm == 0 && (c.Shown < in.Revision || c.Told < in.Lines+len(in.Timeline))
}

// hurry has the cards drawn at once that do not show yet what a person did, whatever
// they were waiting for.
func (in *Incident) hurry() {
	for i := range in.Cards {
		if c := &in.Cards[i]; in.behind(*c) {
			c.Hurried, c.NotBefore = true, time.Time{}
		}
	}
}

// showing claims a card for one attempt, so that two never cross on the way.
func (in *Incident) showing(e CardShowing, now time.Time) error {
	c := in.card(e.Board, e.Channel)
	if c == nil || !c.Busy.IsZero() || !in.behind(*c) {
		return ErrWithdrawn
	}
	c.Busy, c.NotBefore, c.Asked = now, time.Time{}, true
	return nil
}

// stormed leaves a card that was never posted to a storm's summary.
func (in *Incident) stormed(e CardStormed) error {
	c := in.card(e.Board, e.Channel)
	if c == nil || c.Ref != "" || !c.Busy.IsZero() || c.Storm != 0 {
		return ErrWithdrawn
	}
	c.Storm, c.Asked = e.Storm, true
	return nil
}

// freed takes a card out of the summary. An incident that is over needs none.
func (in *Incident) freed(e CardFreed, now time.Time) error {
	c := in.card(e.Board, e.Channel)
	if c == nil || c.Storm != e.Storm || !in.Open() {
		return ErrWithdrawn
	}
	c.Storm = 0
	in.Changed = now
	return nil
}

// shown records what an attempt came to.
func (in *Incident) shown(e CardShown, now time.Time) error {
	c := in.card(e.Board, e.Channel)
	if c == nil {
		return ErrWithdrawn
	}
	c.Busy = time.Time{}
	if e.Ref != "" {
		c.Ref, c.Doubtful, c.Drawn = e.Ref, false, max(c.Drawn, e.Revision)
	}
	if e.Gone {
		c.Ref, c.Thread, c.Drawn = "", "", 0
	}
	c.Told = max(c.Told, e.Told)
	if e.Revision == in.Revision {
		for _, id := range e.Drawn {
			if p := in.page(id); p != nil {
				p.Drawn = in.State
			}
		}
	}
	if e.Err != "" {
		if c.NotBefore = e.Retry; c.Hurried && e.Revision < in.Revision {
			c.NotBefore = time.Time{} // the attempt was in no hurry yet
		}
		c.Doubtful = c.Ref == "" && (c.Doubtful || e.Unknown)
		return nil
	}
	c.Doubtful, c.Hurried = false, c.Hurried && e.Revision < in.Revision
	c.Shown = max(c.Shown, e.Revision)
	return nil
}

// abandon gives up waiting for an attempt whose maker has died.
func (c *Card) abandon(now time.Time) {
	c.Busy, c.NotBefore = time.Time{}, now
	c.Doubtful = c.Ref == ""
}
