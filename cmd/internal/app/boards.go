package app

import (
	"context"
	"slices"

	"github.com/earshot-oncall/earshot/escalation"
	"github.com/earshot-oncall/earshot/escalation/incident"
)

// boards are where incidents are shown, by the names that cards have for them.
func (c chat) boards() map[string]escalation.Board {
	boards := map[string]escalation.Board{}
	if c.slack != nil {
		boards["slack"] = c.slack
	}
	if c.discord != nil {
		boards["discord"] = c.discord
	}
	if c.slack != nil && c.discord != nil {
		boards["slack"], boards["discord"] = beside{c.slack, "discord", c.discord}, beside{c.discord, "slack", c.slack}
	}
	return boards
}

// beside is a board beside another platform, on which people are paged, too: where
// the incident has no card there, it sees to their direct messages.
type beside struct {
	escalation.Board
	other string
	there interface {
		Redraw(context.Context, incident.Scene) ([]incident.PageID, error)
	}
}

// Show implements escalation.Board.
func (b beside) Show(ctx context.Context, s incident.Scene) (incident.Showing, error) {
	showing, err := b.Board.Show(ctx, s)
	there := slices.ContainsFunc(s.Incident.Cards, func(c incident.Card) bool { return c.Board == b.other && c.Channel != "" })
	if err != nil || there || len(showing.Drawn) == len(s.Copies) {
		return showing, err
	}
	drawn, err := b.there.Redraw(ctx, s)
	showing.Drawn = append(showing.Drawn, drawn...)
	return showing, err
}
