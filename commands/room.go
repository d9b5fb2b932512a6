package commands

import (
	"context"
	"fmt"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// room has a channel opened for one incident. That it stands is said in the incident's
// thread; asked again, the answer says where.
func (t turn) room(ctx context.Context) Reply {
	c := t.alone(ctx)
	if len(c.ins) == 0 {
		return c.reply
	}
	in := c.ins[0]
	t.word.name = "open a room for"
	refusal, ok := t.may(in)
	board := t.board(in.Team)
	switch {
	case !ok:
		return Reply{Incident: in.ID, Text: refusal}
	case in.Room.Channel != "":
		return Reply{Incident: in.ID, OK: true, Text: fmt.Sprintf("%s has a room: #%s. %s", in.ID, in.Room.Name, in.Room.Link)}
	case !in.Open():
		return refuse(fmt.Sprintf("%s is resolved: nobody needs a room for it any more.", in.ID))
	case board == "":
		return refuse(fmt.Sprintf("Team %s has no channel in a chat in which a room could be opened.", t.teamName(in.Team)))
	}
	asked := Reply{Incident: in.ID, OK: true, Text: fmt.Sprintf("A room for %s is being opened. Its thread says where in a moment.", in.ID)}
	return t.rebook(ctx, func(t turn, b oncall.Book) (oncall.Change, Reply) {
		if _, known := b.Room(string(in.ID)); known {
			return oncall.Change{}, asked
		}
		r := oncall.Room{
			Incident: string(in.ID), Team: in.Team, Board: board, Made: t.now.Round(0).UTC(),
			By: t.By.Person, Name: t.By.Name, Account: t.By.Account,
		}
		return oncall.Change{
			Book:    b.WithRoom(r),
			Rows:    []oncall.Row{t.row(in, "room", "none", "asked for")},
			Letters: []oncall.Letter{r.Letter(oncall.ShowRoom)},
		}, asked
	})
}

// board is the chat in which something of a team's is opened: the one in which it was
// asked for, else the first in which the team has a channel.
func (t turn) board(id oncall.TeamID) string {
	team := t.roster.Teams[id]
	has := []struct {
		board string
		ok    bool
	}{{"slack", team.SlackChannel != ""}, {"discord", team.DiscordChannel != ""}}
	first := ""
	for _, h := range has {
		if h.ok && (h.board == t.Source || first == "") {
			first = h.board
		}
	}
	return first
}

// row is a line of the audit about an incident.
func (t turn) row(in incident.Incident, what, before, after string) oncall.Row {
	return oncall.Row{
		At: t.now, By: t.By.Person, From: t.Source, Team: in.Team,
		What: fmt.Sprintf("%s of %s", what, in.ID), Before: before, After: after,
	}
}
