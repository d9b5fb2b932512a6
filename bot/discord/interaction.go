package discord

import (
	"cmp"
	"encoding/json"
	"strings"

	"github.com/bwmarrin/discordgo"

	"github.com/earshot-oncall/earshot/bot"
	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// What an interaction is about.
const (
	aPing     = 1
	aCommand  = 2
	aPress    = 3
	aPartial  = 4
	aFormSent = 5
)

// An act is the part of an interaction that we read. The library's own type panics, or
// is empty, where it meets a component that it does not know: one odd block must not
// lose a click.
type act struct {
	ID          string `json:"id"`
	Application string `json:"application_id"`
	Type        int    `json:"type"`
	Token       string `json:"token"`
	Server      string `json:"guild_id"`
	ChannelID   string `json:"channel_id"`
	Channel     struct {
		Parent string `json:"parent_id"` // of a thread
	} `json:"channel"`
	Member struct {
		User user   `json:"user"`
		Nick string `json:"nick"`
	} `json:"member"`
	User    user `json:"user"` // in a direct message, in place of Member
	Message struct {
		ID    string `json:"id"`
		Flags int    `json:"flags"`
	} `json:"message"`
	Data struct {
		Name       string                           `json:"name"`
		Kind       discordgo.ApplicationCommandType `json:"type"`      // of a command
		Target     string                           `json:"target_id"` // of a command in a message's menu
		Resolved   resolved                         `json:"resolved"`
		Options    []option                         `json:"options"`
		CustomID   string                           `json:"custom_id"`
		Values     []string                         `json:"values"`
		Components []struct {
			Components []struct {
				CustomID string `json:"custom_id"`
				Value    string `json:"value"`
			} `json:"components"`
		} `json:"components"`
	} `json:"data"`

	promised bool // Discord knows already that the answer follows
}

// resolved is what Discord tells of what an interaction names, whatever the bot may read
// elsewhere.
type resolved struct {
	Messages map[string]written `json:"messages"`
}

// A user is whoever typed, pressed or filled in.
type user struct {
	ID       string `json:"id"`
	Username string `json:"username"`
	Name     string `json:"global_name"`
	Bot      bool   `json:"bot"`
}

// An option is a part of a command: a word, a group of them, or what was typed.
type option struct {
	Name    string          `json:"name"`
	Value   json.RawMessage `json:"value"`
	Focused bool            `json:"focused"`
	Options []option        `json:"options"`
}

// text is what was typed, or chosen.
func (o option) text() string {
	var s string
	if json.Unmarshal(o.Value, &s) == nil {
		return s
	}
	return string(o.Value)
}

// who is the user, by either way.
func (a act) who() user {
	if a.Member.User.ID != "" {
		return a.Member.User
	}
	return a.User
}

// speaker is whoever has that Discord id, or a stranger by the name Discord gives.
func (a act) speaker(roster oncall.Roster) incident.Actor {
	u := a.who()
	return speaker(roster, u, a.Member.Nick)
}

func speaker(roster oncall.Roster, u user, nick string) incident.Actor {
	for id, p := range roster.People {
		if p.Discord == u.ID && u.ID != "" {
			return incident.By(id)
		}
	}
	return incident.Actor{Name: strings.TrimLeft(cmp.Or(nick, u.Name, u.Username, u.ID), "@<!"), Account: source + " " + u.ID}
}

// teamOf is the team whose channel, or whose incident's room, it is or is a thread of.
func teamOf(roster oncall.Roster, channels ...string) oncall.TeamID {
	for _, id := range roster.TeamIDs() {
		for _, channel := range channels {
			if channel != "" && roster.Teams[id].DiscordChannel == channel {
				return id
			}
		}
	}
	return roomOf(roster, channels...).Team
}

// word is the word of a command with its parts.
func (a act) word() (name string, parts map[string]string, focused string) {
	options := a.Data.Options
	for len(options) == 1 && options[0].Value == nil {
		name, options = options[0].Name, options[0].Options
	}
	parts = map[string]string{}
	for _, o := range options {
		parts[o.Name] = o.text()
		if o.Focused {
			focused = o.Name
		}
	}
	return name, parts, focused
}

// pressed is what a button or a menu says: words that need not be typed, or what to do
// with an incident.
func (a act) pressed() (commands.Request, bool) {
	value := a.Data.CustomID
	if len(a.Data.Values) > 0 {
		value = a.Data.Values[0]
	}
	if words, ok := bot.DecodeWords(value); ok {
		return commands.Request{Text: words}, true
	}
	d, ok := bot.DecodeAction(value)
	return commands.Request{Verb: d.Verb, Incident: d.Incident, Arg: d.Arg, Focus: d.Incident}, ok
}

// filled is what a form was filled in with, in the places of the fields' names.
func (a act) filled(words string) string {
	var pairs []string
	for _, row := range a.Data.Components {
		for _, input := range row.Components {
			pairs = append(pairs, "{"+input.CustomID+"}", strings.TrimSpace(input.Value))
		}
	}
	return strings.TrimSpace(strings.NewReplacer(pairs...).Replace(words))
}

// private reports whether the message pressed is seen by one person alone.
func (a act) private() bool { return a.Message.Flags&ephemeral != 0 }
