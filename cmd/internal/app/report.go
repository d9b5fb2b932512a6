package app

import (
	"context"
	"fmt"
	"time"

	"github.com/earshot-oncall/earshot/bot/chart"
	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/escalation/report"
	"github.com/earshot-oncall/earshot/storage"
)

// mostReported is how many incidents one report reads: what is read within the time
// that chat gives for an answer.
const mostReported = 20_000

// Report implements commands.Desk.
func (a *App) Report(ctx context.Context, team oncall.TeamID, span oncall.Span) (now, before report.Report, err error) {
	past := oncall.Span{Start: span.Start.Add(span.Start.Sub(span.End)), End: span.Start}
	all, more, err := a.since(ctx, team, past.Start)
	if err != nil {
		return now, before, err
	}
	roster := a.Roster()
	now, before = report.Of(all, roster, team, span), report.Of(all, roster, team, past)
	now.Partial = more
	return now, before, nil
}

// since returns the incidents of a team that opened then or later, the newest first;
// more says that there were others before those.
func (a *App) since(ctx context.Context, team oncall.TeamID, start time.Time) (all []incident.Incident, more bool, err error) {
	cursor := ""
	for {
		page, next, err := a.store.List(ctx, storage.Query{Team: team, Limit: storage.MaxLimit, Cursor: cursor, Since: start})
		if err != nil {
			return nil, false, fmt.Errorf("read incidents since %s: %w", start.UTC().Format(time.RFC3339), err)
		}
		all = append(all, page...)
		if cursor = next; cursor == "" || len(all) >= mostReported {
			return all, cursor != "", nil
		}
	}
}

// Picture implements commands.Desk.
func (a *App) Picture(r report.Report, title string, zone *time.Location) (*commands.Picture, error) {
	png, alt, err := chart.Draw(r, title, zone)
	if err != nil {
		return nil, err
	}
	return &commands.Picture{Name: "report.png", PNG: png, Alt: alt}, nil
}

// digest tells the figures of a week in the channels that want them. What can't be
// read now, or told anywhere, is tried again.
func (o office) digest(ctx context.Context, s oncall.Sending, roster oncall.Roster) (ref string, err error) {
	now, before, err := o.Report(ctx, s.Letter.Team, s.Letter.Week)
	if err != nil {
		return "", err
	}
	zone := roster.Location()
	title := fmt.Sprintf("%s, the week to %s", roster.Teams[s.Letter.Team].DisplayName(), s.Letter.Week.End.In(zone).Format("Mon 2 Jan 15:04"))
	reply := commands.Reply{OK: true, Text: title + ":", Lines: now.Lines(before, func(id oncall.PersonID) string {
		p := roster.People[id]
		p.ID = id
		return p.DisplayName()
	})}
	if reply.Picture, err = o.Picture(now, title, zone); err != nil {
		return "", err
	}
	var faults []error
	told := false
	note := func(err error) {
		if told = told || err == nil; err != nil {
			faults = append(faults, err)
		}
	}
	if to := roster.Digest.Slack; o.slack != nil && to != "" {
		_, err := o.slack.Announce(ctx, to, "", reply)
		note(err)
	}
	if to := roster.Digest.Discord; o.discord != nil && to != "" {
		_, err := o.discord.Announce(ctx, to, "", s.ID, reply)
		note(err)
	}
	if !told && len(faults) == 0 {
		return "", &incident.Fault{Reason: "no chat is set up for the digest's channel"}
	}
	return "", o.chat().unless(ctx, told, faults)
}
