package discord

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/earshot-oncall/earshot/bot"
	"github.com/earshot-oncall/earshot/bot/wire"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// Bounds of texts, in characters after escaping. Discord takes 2000 in a message, and
// in an embed 256 in its title, 4096 in its description and 6000 in all of it.
const (
	maxContent = 1900
	maxHeading = 240
	maxBlock   = 1800
	maxEmbed   = 3900
)

// marks are what Discord reads as markup: styles, code, spoilers, links, mentions,
// dates and headings.
const marks = "\\*_~`|<>[]@#"

// escape makes foreign words harmless in Discord's markdown: whatever would mention,
// link or format is shown as it was typed. It cuts between characters, never inside
// of one that was escaped.
func escape(s string, most int) string {
	var b strings.Builder
	n, cut := 0, 0 // in characters; in bytes of b, where the ellipsis still fits
	for i, r := range strings.ToValidUTF8(s, "\uFFFD") {
		size := 1
		if strings.ContainsRune(marks, r) || r == '-' && i == 0 { // a dash begins a list
			size = 2
		}
		if n+size > most {
			return strings.TrimRight(b.String()[:cut], " ") + "…"
		}
		if size == 2 {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
		if n += size; n < most {
			cut = b.Len()
		}
	}
	return b.String()
}

// listed is a text with a list below it, in as many of its lines as fit.
func listed(head string, list []string) string {
	return wire.Listed(escape(head, maxBlock), list, maxContent, func(l string) string { return escape(l, maxBlock) })
}

// told is a text with a list below it: in the message itself where all of it fits there,
// else in an embed, which bears twice as much.
func told(head string, list []string) (text string, below []*discordgo.MessageEmbed) {
	item := func(l string) string { return escape(l, maxBlock) }
	if all := wire.Listed(escape(head, maxBlock), list, math.MaxInt, item); len(all) <= maxContent {
		return all, nil
	}
	rest := strings.TrimPrefix(wire.Listed("", list, maxEmbed, item), "\n")
	return escape(head, maxBlock), []*discordgo.MessageEmbed{{Description: rest}}
}

// hand writes lines in Discord's markdown.
func hand(roster oncall.Roster) wire.Hand {
	return wire.Hand{
		Words: func(s string) string { return escape(s, maxBlock) },
		Moment: func(at time.Time, far bool) string {
			if far {
				return moment(at)
			}
			return hour(at)
		},
		Mention: func(id oncall.PersonID) string { return mention(roster, id) },
	}
}

// hour is the hour of a moment near at hand, on each reader's own clock.
func hour(t time.Time) string { return fmt.Sprintf("<t:%d:t>", t.Unix()) }

// moment is a time on each reader's own clock.
func moment(t time.Time) string { return fmt.Sprintf("<t:%d:f>", t.Unix()) }

var snowflake = regexp.MustCompile(`^[0-9]{1,20}$`)

// mention tells somebody, or names them where Discord does not know them.
func mention(roster oncall.Roster, id oncall.PersonID) string {
	p, ok := roster.People[id]
	switch {
	case ok && snowflake.MatchString(p.Discord):
		return "<@" + p.Discord + ">"
	case ok:
		return escape(p.DisplayName(), maxBlock)
	}
	return escape(string(id), maxBlock)
}

// mentioned are the Discord ids of those whom lines mention: nobody else is told.
func mentioned(all []bot.Line, roster oncall.Roster) []string {
	var ids []string
	for _, l := range all {
		for _, s := range l {
			if id := roster.People[s.Person].Discord; s.Person != "" && snowflake.MatchString(id) && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// link is a link that shows its text; the address cannot break out of it.
func link(l incident.Link) string {
	href := strings.NewReplacer("(", "%28", ")", "%29", "<", "%3C", ">", "%3E", " ", "%20", "\\", "%5C").Replace(l.Href)
	return "[" + escape(l.Text, 100) + "](" + href + ")"
}
