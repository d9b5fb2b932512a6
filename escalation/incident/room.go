package incident

import "time"

// A Room is a channel that was opened for one incident alone.
type Room struct {
	Board   string `json:"board"`
	Channel string `json:"channel"`
	Name    string `json:"name"`             // without "#"
	Link    string `json:"link"`             // its outside address
	Thread  string `json:"thread,omitempty"` // the address of the card from which it was opened; empty: not known
}

// Is reports whether a card stands in the room.
func (r Room) Is(c Card) bool {
	return r.Channel != "" && r.Board == c.Board && r.Channel == c.Channel
}

// What becomes of an incident's room, and what those outside are told.
type (
	// RoomOpened has a card of the incident shown in its room. Said again, it changes
	// nothing.
	RoomOpened struct {
		ID   ID
		By   Actor
		Room Room
	}
	// RoomRefused says why there is no room.
	RoomRefused struct {
		ID  ID
		Why string
	}
	// RoomClosed takes the card out of the room, which is archived.
	RoomClosed struct{ ID ID }
	// StatusTold is what the stakeholders were told.
	StatusTold struct {
		ID   ID
		By   Actor
		Text string
	}
)

// Subject implements Event.
func (e RoomOpened) Subject() Subject { return Subject{ID: e.ID} }

// Subject implements Event.
func (e RoomRefused) Subject() Subject { return Subject{ID: e.ID} }

// Subject implements Event.
func (e RoomClosed) Subject() Subject { return Subject{ID: e.ID} }

// Subject implements Event.
func (e StatusTold) Subject() Subject { return Subject{ID: e.ID} }

// applyRoom applies what happens around an incident; it may be over already.
func (in *Incident) applyRoom(ev Event, now time.Time) error {
	if in.State == "" {
		return ErrNotFound
	}
	switch e := ev.(type) {
	case RoomOpened:
		in.enter(e, now)
	case RoomRefused:
		in.note(now, KindRoom, Actor{}, "no room: %s", e.Why)
	case RoomClosed:
		in.leave(now)
	case StatusTold:
		in.note(now, KindStatus, e.By, "%s", e.Text)
	}
	return nil
}

// enter shows the incident in its room. The card is asked for by a person: no storm's
// summary stands for it.
func (in *Incident) enter(e RoomOpened, now time.Time) {
	if in.Room.Board == e.Room.Board && in.Room.Channel == e.Room.Channel {
		return
	}
	in.note(now, KindRoom, e.By, "room: #%s", e.Room.Name)
	in.touch(now)
	in.Room = e.Room
	if in.card(e.Room.Board, e.Room.Channel) == nil {
		in.Cards = append(in.Cards, Card{Board: e.Room.Board, Channel: e.Room.Channel, Asked: true})
	}
}

// leave takes the card out of the room. An open incident may have another one.
func (in *Incident) leave(now time.Time) {
	for i, c := range in.Cards {
		if in.Room.Is(c) {
			in.Cards = append(in.Cards[:i], in.Cards[i+1:]...)
			in.note(now, KindRoom, Actor{}, "room #%s closed", in.Room.Name)
			if in.Open() {
				in.touch(now)
				in.Room = Room{}
			}
			return
		}
	}
}
