package app

import (
	"context"
	"errors"
	"reflect"
	"slices"

	"github.com/earshot-oncall/earshot/bot"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A host is a chat in which rooms are opened.
type host interface {
	platform
	// OpenRoom opens a room, or finds the one that was opened before.
	OpenRoom(context.Context, bot.Room) (incident.Room, error)
	// FurnishRoom brings an open room in step with its incident.
	FurnishRoom(context.Context, bot.Room) error
	// CloseRoom archives the channel of a room.
	CloseRoom(ctx context.Context, channel string) error
}

// hosts are the chats that are set up, by the names that boards have.
func (a *App) hosts() map[string]host {
	all := map[string]host{}
	if a.slack != nil {
		all["slack"] = a.slack
	}
	if a.discord != nil {
		all["discord"] = a.discord
	}
	return all
}

// room does what a letter says about the room of an incident. Each step may be done
// again, and is noted before the next: a program that dies in between loses none.
func (o office) room(ctx context.Context, s oncall.Sending, roster oncall.Roster) error {
	book, _, err := o.Book(ctx)
	if err != nil {
		return err
	}
	asked, ok := book.Room(s.Letter.Room)
	if !ok {
		return nil // given up, or archived
	}
	in, err := o.Find(ctx, incident.ID(asked.Incident))
	if errors.Is(err, incident.ErrNotFound) {
		return o.strikeRoom(ctx, asked)
	}
	if err != nil {
		return err
	}
	at, ok := o.hosts()[asked.Board]
	if !ok {
		return o.noRoom(ctx, asked, &incident.Fault{Reason: asked.Board + " is not set up"})
	}
	switch s.Letter.Show {
	case oncall.ShowSummary:
		lines := bot.RoomSummary(in, roster, roster.Teams[in.Team].Zone)
		s.Letter.Show, s.Letter.Text, s.Letter.Lines = "", lines[0], lines[1:]
		_, err := at.Deliver(ctx, s, roster)
		return err
	case oncall.ShowArchive:
		return o.closeRoom(ctx, at, asked, in)
	}
	return o.keepRoom(ctx, at, asked, in, roster)
}

// keepRoom opens a room that is not open yet, and brings it in step with its incident.
func (o office) keepRoom(ctx context.Context, at host, asked oncall.Room, in incident.Incident, roster oncall.Roster) error {
	if in.Room.Channel == "" && !in.Open() {
		return o.strikeRoom(ctx, asked)
	}
	if in.Room.Channel == "" {
		opened, err := at.OpenRoom(ctx, bot.RoomOf(asked, in, roster, o.now()))
		if fault, no := errors.AsType[*incident.Fault](err); no && fault.Admin != "" {
			return o.noRoom(ctx, asked, fault)
		}
		if err != nil {
			return err
		}
		o.dispatcher.Point("after-open-room")
		by := incident.Actor{Person: asked.By, Name: asked.Name, Account: asked.Account}
		if in, err = o.Handle(ctx, incident.RoomOpened{ID: in.ID, By: by, Room: opened}); err != nil {
			return err
		}
	}
	room := bot.RoomOf(asked, in, roster, o.now())
	err := o.noteRoom(ctx, asked.Incident, func(r oncall.Room) oncall.Room {
		r.Channel = in.Room.Channel
		return r
	})
	if err != nil {
		return err
	}
	err = at.FurnishRoom(ctx, room)
	if fault, no := errors.AsType[*incident.Fault](err); no && fault.Gone {
		asked.Channel = in.Room.Channel
		return o.closeRoom(ctx, at, asked, in)
	}
	if err != nil {
		return err
	}
	return o.noteRoom(ctx, asked.Incident, func(r oncall.Room) oncall.Room {
		r.Account = ""
		for _, id := range room.People {
			if !slices.Contains(r.Invited, id) {
				r.Invited = append(slices.Clip(r.Invited), id)
			}
		}
		return r
	})
}

// closeRoom takes the card out of a room first: nothing can be shown in an archived one.
func (o office) closeRoom(ctx context.Context, at host, asked oncall.Room, in incident.Incident) error {
	if _, err := o.Handle(ctx, incident.RoomClosed{ID: in.ID}); err != nil {
		return err
	}
	err := at.CloseRoom(ctx, asked.Channel)
	if fault, no := errors.AsType[*incident.Fault](err); no && fault.Admin != "" {
		o.alarm(ctx, fault.Admin)
		err = nil
	}
	if err != nil {
		return err
	}
	return o.strikeRoom(ctx, asked)
}

// noRoom says in the incident's thread why it has no room; the admins hear what they have
// to mend, and the incident goes on.
func (o office) noRoom(ctx context.Context, asked oncall.Room, why *incident.Fault) error {
	if why.Admin != "" {
		o.alarm(ctx, why.Admin)
	}
	text := why.Reason
	if why.Admin != "" {
		text += " (" + why.Admin + ")"
	}
	if err := o.strikeRoom(ctx, asked); err != nil {
		return err
	}
	_, err := o.Handle(ctx, incident.RoomRefused{ID: incident.ID(asked.Incident), Why: text})
	return err
}

// noteRoom changes what the book says of a room.
func (o office) noteRoom(ctx context.Context, id string, edit func(oncall.Room) oncall.Room) error {
	_, _, err := o.rebook(ctx, func(b oncall.Book, _ oncall.Roster) (oncall.Change, bool, error) {
		was, ok := b.Room(id)
		is := edit(was)
		return oncall.Change{Book: b.WithRoom(is)}, ok && !reflect.DeepEqual(was, is), nil
	})
	return err
}

// strikeRoom takes a room out of the book.
func (o office) strikeRoom(ctx context.Context, r oncall.Room) error {
	_, _, err := o.rebook(ctx, func(b oncall.Book, _ oncall.Roster) (oncall.Change, bool, error) {
		_, ok := b.Room(r.Incident)
		return oncall.Change{Book: b.WithoutRoom(r.Incident)}, ok, nil
	})
	return err
}
