package commands

import (
	"context"
	"fmt"
	"strings"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// cover asks the team's channel for somebody to take a shift of the speaker's.
func (t turn) cover(ctx context.Context) Reply {
	if first, rest := cutWord(t.rest); strings.EqualFold(first, "cancel") {
		t.rest = rest
		return t.withdraw(ctx)
	}
	if !t.roster.Active(t.By.Person) {
		return refuse("Only people in Earshot's configuration have shifts to be covered.")
	}
	words, name := cutOn(t.rest)
	if words == "" {
		reply := t.wrong("shift", "Which shift?")
		if f := t.shiftField(); !t.Form && len(f.Options) > 0 {
			reply.Form = &Form{Title: "Ask for cover", Submit: "Ask", Words: "cover {shift}", Note: "The channel is asked; the first to press the button takes it.", Fields: []Field{f}}
		}
		return reply
	}
	give, problem := t.ownShift(words, name)
	if problem != "" {
		return t.wrong("shift", problem)
	}
	if !t.channelOf(give.at.team) {
		return refuse(fmt.Sprintf("%s has no channel to ask in. Ask somebody with: swap @person %s for nothing", t.teamName(give.at.team), words))
	}
	ask := oncall.Ask{Kind: oncall.Cover, Team: give.at.team, Schedule: give.at.name, By: t.By.Person, Give: give.span}
	return t.ask(ctx, ask, func(t turn, ask oncall.Ask) ([]oncall.Letter, string) {
		return []oncall.Letter{{
			Key: "ask " + ask.ID, Team: ask.Team, Text: fmt.Sprintf("%s asks for cover:", t.name(ask.By)),
			Lines:  []string{fmt.Sprintf("%s, %s. The first to take it has it.", give.at, ask.Give.In(t.teamZone(ask.Team)))},
			Offers: []oncall.Offer{{Label: "Take it", Words: "volunteer " + ask.ID, Style: "primary"}}, Expires: ask.Until,
		}}, "The channel is asked."
	})
}
