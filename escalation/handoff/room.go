package handoff

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// roomFor is how long after the end of its incident a room that is kept still counts as
// one: words in it act on the incident.
const roomFor = 7 * 24 * time.Hour

// rooms keeps the rooms of incidents in step.
func (d *Desk) rooms(ctx context.Context) error {
	if d.Find == nil {
		return nil
	}
	book, roster, err := d.Store.Book(ctx)
	if err != nil || len(book.Rooms) == 0 {
		return err
	}
	find := func(id incident.ID) (incident.Incident, error) { return d.Find(ctx, id) }
	change, due, left := Rooms(book, roster, find, d.Now())
	if due {
		if err := d.Store.Write(ctx, change); err != nil && !errors.Is(err, oncall.ErrChanged) {
			return errors.Join(left, fmt.Errorf("write what rooms are told: %w", err))
		}
	}
	return left
}

// Rooms says what has to be done about the rooms of incidents at now, and the book once
// that is written down: each is brought in step when its incident has changed, told once
// how it went, and archived some time after. due is false when there is nothing. An error
// of find leaves that room to a later pass.
func Rooms(book oncall.Book, roster oncall.Roster, find func(incident.ID) (incident.Incident, error), now time.Time) (change oncall.Change, due bool, err error) {
	change.Book = book
	for _, was := range book.Rooms {
		if was.Channel == "" || was.Closing {
			continue // its letter is on the way
		}
		in, no := find(incident.ID(was.Incident))
		if errors.Is(no, incident.ErrNotFound) {
			change.Book, due = change.Book.WithoutRoom(was.Incident), true
			continue
		}
		if no != nil {
			err = errors.Join(err, fmt.Errorf("incident of a room: %w", no))
			continue
		}
		room, letters, over := keep(was, in, roster.Teams[was.Team].Room, now)
		if len(letters) == 0 && !over {
			continue
		}
		due, change.Letters = true, append(change.Letters, letters...)
		if change.Book = change.Book.WithRoom(room); over {
			change.Book = change.Book.WithoutRoom(room.Incident)
		}
	}
	return change, due, err
}

// keep decides about one room; over is true when nothing more is done about it.
func keep(r oncall.Room, in incident.Incident, s oncall.RoomSettings, now time.Time) (next oncall.Room, letters []oncall.Letter, over bool) {
	tell := func(show oncall.Showing) {
		letters = append(letters, r.Letter(show))
	}
	if shown := seen(in); shown != r.Shown {
		r.Shown = shown
		tell(oncall.ShowRoom)
	}
	if in.State != incident.Resolved {
		return r, letters, false
	}
	if !r.Summed {
		r.Summed = true
		tell(oncall.ShowSummary)
	}
	ended := now.Sub(in.ResolvedAt)
	after, ends := s.After()
	if ends && ended >= after {
		r.Closing = true
		tell(oncall.ShowArchive)
	}
	return r, letters, !ends && ended >= roomFor
}

// seen is what of an incident its room's topic and its guests depend on.
func seen(in incident.Incident) string {
	parts := []string{string(in.State), string(in.Severity), in.AckedBy.Key(), in.Title}
	for _, id := range slices.Sorted(maps.Keys(in.Paged)) {
		parts = append(parts, string(id))
	}
	return strings.Join(parts, " ")
}
