package commands

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A Picture is what a reply shows beside its words.
type Picture struct {
	Name string // of the file
	PNG  []byte
	Alt  string // what it shows, in words
}

// The length of a report: where none is said, and at most.
const (
	usualReport   = 7 * 24 * time.Hour
	longestReport = 366 * 24 * time.Hour
)

// report gives the figures of a team, of all where none is meant, over a span that
// ends now, compared with the span before. The last word "here" shows it to everybody
// in the channel.
func (t turn) report(ctx context.Context) Reply {
	rest, shown := t.rest, false
	if rest, shown = strings.CutSuffix(" "+strings.ToLower(strings.TrimSpace(rest)), " here"); shown {
		t.rest = strings.TrimSpace(rest)
	}
	team, length, problem := t.reported()
	if problem != "" {
		return t.misuse(problem)
	}
	span := oncall.Span{Start: t.now.Add(-length), End: t.now}
	now, before, err := t.desk.Report(ctx, team, span)
	if err != nil {
		return broken(fmt.Errorf("report on %q: %w", team, err))
	}
	title := fmt.Sprintf("%s, the last %s", t.reportName(team), oncall.FormatDuration(length))
	reply := Reply{OK: true, Text: title + ":", Lines: now.Lines(before, t.name), Public: shown}
	if reply.Picture, err = t.desk.Picture(now, title, t.zone()); err != nil {
		return broken(fmt.Errorf("draw the report on %q: %w", team, err))
	}
	if !shown && t.Source != "sms" {
		reply.Offers = []oncall.Offer{{Label: "Show it here", Words: fmt.Sprintf("report %s %s here", cmp.Or(string(team), "all"), oncall.FormatDuration(length))}}
	}
	return reply
}

// reported reads "platform 7d" and "7d": the team is that of the channel, or all.
func (t turn) reported() (team oncall.TeamID, length time.Duration, problem string) {
	team, length = t.Team, usualReport
	first, rest := cutToken(t.rest)
	if first == "" {
		return team, length, ""
	}
	if strings.EqualFold(first, "all") {
		team, first = "", rest
	} else if id, none := t.team(first); none == "" {
		team, first = id, rest
	} else if _, wrong := parseLength(first); wrong != "" {
		return "", 0, none
	}
	if first == "" {
		return team, length, ""
	}
	if length, problem = parseLength(first); problem != "" {
		return "", 0, problem
	}
	if length > longestReport {
		return "", 0, "At most 366d."
	}
	return team, length, ""
}

func (t turn) reportName(team oncall.TeamID) string {
	if team == "" {
		return "All teams"
	}
	return t.teamName(team)
}
