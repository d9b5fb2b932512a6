package slack

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/slack-go/slack/slackutilsx"

	"github.com/earshot-oncall/earshot/bot"
	"github.com/earshot-oncall/earshot/bot/wire"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// Bounds of texts, in characters after escaping. Slack takes 3000 in a block and
// 4000 bytes in the text of an edit.
const (
	maxText  = 3500
	maxBlock = 2900
)

// escape makes foreign words harmless in mrkdwn: whatever would mention, link or
// format a date is shown as it was typed. It cuts between characters, never inside
// of one that was escaped.
func escape(s string, most int) string {
	s = slackutilsx.EscapeMessage(strings.ToValidUTF8(s, "\uFFFD"))
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	runes := []rune(s)[:most-1]
	cut := string(runes)
	if amp := strings.LastIndexByte(cut, '&'); amp >= 0 && !strings.Contains(cut[amp:], ";") {
		cut = cut[:amp]
	}
	return strings.TrimRight(cut, " ") + "…"
}

// fit is escape for the text of a whole message, whose edits are bounded in bytes.
func fit(s string) string {
	most := maxBlock
	text := escape(s, most)
	for len(text) > maxText {
		most = most * 3 / 4
		text = escape(s, most)
	}
	return text
}

// lines are as many lines in mrkdwn as fit.
func lines(all []bot.Line, roster oncall.Roster, most int) string {
	hand := wire.Hand{
		Words: func(s string) string { return escape(s, maxBlock) },
		Moment: func(at time.Time, far bool) string {
			if far {
				return moment(at)
			}
			return hour(at)
		},
		Mention: func(id oncall.PersonID) string { return mention(roster, id) },
	}
	return hand.Lines(all, most)
}

// hour is the hour of a moment near at hand, on each reader's own clock.
func hour(t time.Time) string {
	return fmt.Sprintf("<!date^%d^{time}|%s>", t.Unix(), t.UTC().Format("15:04 MST"))
}

// moment is a time on each reader's own clock.
func moment(t time.Time) string {
	return fmt.Sprintf("<!date^%d^{date_short_pretty} {time}|%s>", t.Unix(), t.UTC().Format("2 Jan 15:04 MST"))
}

var userID = regexp.MustCompile(`^[UW][A-Z0-9]+$`)

// mention tells somebody, or names them where Slack does not know them.
func mention(roster oncall.Roster, id oncall.PersonID) string {
	p, ok := roster.People[id]
	switch {
	case ok && userID.MatchString(p.Slack):
		return "<@" + p.Slack + ">"
	case ok:
		return escape(p.DisplayName(), maxBlock)
	}
	return escape(string(id), maxBlock)
}

// link is a link that shows its text; the address cannot break out of it.
func link(l incident.Link) string {
	href := strings.NewReplacer("|", "%7C", "<", "%3C", ">", "%3E", " ", "%20", "&", "&amp;").Replace(l.Href)
	return "<" + href + "|" + escape(strings.ReplaceAll(l.Text, "|", "¦"), 100) + ">"
}
