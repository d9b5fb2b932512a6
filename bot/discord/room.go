package discord

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/bwmarrin/discordgo"

	"github.com/earshot-oncall/earshot/bot"
	"github.com/earshot-oncall/earshot/bot/wire"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// site is where people look at Discord.
const site = "https://discord.com/channels/"

// topicRoom is how much of a room's topic is about its incident's state.
const topicRoom = 400

// OpenRoom opens the channel of an incident in its team's server, or finds the one that
// was opened before by a program that died: it is called so and says what it is for.
func (c *Client) OpenRoom(parent context.Context, r bot.Room) (incident.Room, error) {
	ctx, cancel := wire.Errand(parent)
	defer cancel()
	in := r.Incident
	home, err := channelOf(in.Team, r.Roster)
	if err != nil {
		return incident.Room{}, err
	}
	server, err := c.serverOf(ctx, home)
	if err != nil {
		return incident.Room{}, wire.Settle(err)
	}
	room := incident.Room{Board: source, Thread: threadIn(server, in)}
	var there []discordgo.Channel
	err = c.ask(ctx, call{name: "guilds.channels", verb: http.MethodGet, url: discordgo.EndpointGuildChannels(server), into: &there})
	for _, ch := range there {
		if ch.Name == r.Name && strings.Contains(ch.Topic, string(in.ID)) {
			room.Channel = ch.ID
		}
	}
	if err == nil && room.Channel == "" {
		var made discordgo.Channel
		err = c.ask(ctx, call{
			name: "channels.create", verb: http.MethodPost, url: discordgo.EndpointGuildChannels(server), into: &made,
			body: map[string]any{"name": r.Name, "type": discordgo.ChannelTypeGuildText, "topic": topic(r, room.Thread)},
		})
		room.Channel = made.ID
	}
	room.Name, room.Link = r.Name, site+server+"/"+room.Channel
	return room, wire.Settle(err)
}

// topic says what a room is for and how its incident stands.
func topic(r bot.Room, thread string) string {
	return escape(r.Topic(topicRoom)+" · "+r.Purpose(thread), maxTopic)
}

// threadIn is the address of the incident's first card in a server; nothing where it has
// none there yet.
func threadIn(server string, in incident.Incident) string {
	for _, card := range in.Cards {
		if at, _, ok := parseRef(card.Ref); ok && card.Board == source && !in.Room.Is(card) {
			return site + server + "/" + at.channel + "/" + at.id
		}
	}
	return ""
}

// FurnishRoom brings an open room in step with its incident: who is called into it, the
// card that is pinned, and its topic, which Discord lets nobody change often. All of it
// may be done again. A room that somebody has removed is a Fault that says Gone.
func (c *Client) FurnishRoom(parent context.Context, r bot.Room) error {
	ctx, cancel := wire.Errand(parent)
	defer cancel()
	channel := r.Incident.Room.Channel
	ch, err := c.look(ctx, channel)
	if wire.Coded(err, discordgo.ErrCodeUnknownChannel) {
		return &incident.Fault{Reason: "somebody removed the room", Gone: true}
	}
	if err != nil {
		return wire.Settle(err)
	}
	if err := c.summon(ctx, channel, r); err != nil {
		return wire.Settle(err)
	}
	for _, card := range r.Incident.Cards {
		at, _, ok := parseRef(card.Ref)
		if !r.Incident.Room.Is(card) {
			continue
		}
		if !ok {
			return &incident.Fault{Reason: "the card is not in the room yet", Retry: wire.AfterLimit}
		}
		if err := c.pin(ctx, at, "incident", r.Incident); err != nil {
			return wire.Settle(err)
		}
	}
	thread := cmp.Or(r.Incident.Room.Thread, threadIn(ch.GuildID, r.Incident)) // the first card may be younger than the room
	if want := topic(r, thread); ch.Topic != want {
		err = c.ask(ctx, call{
			name: "channels.edit", verb: http.MethodPatch, url: discordgo.EndpointChannel(channel),
			key: "channels.edit " + channel, body: map[string]string{"topic": want},
		})
	}
	return wire.Settle(err)
}

// summon calls people into a room by a mention: nobody is put into a channel of Discord.
// The same people are called once.
func (c *Client) summon(ctx context.Context, channel string, r bot.Room) error {
	m := message{}
	add := func(user string) {
		if snowflake.MatchString(user) {
			m.Content += "<@" + user + "> "
			m.Mentions.Users = append(m.Mentions.Users, user)
		}
	}
	for _, id := range r.People {
		add(r.Roster.People[id].Discord)
	}
	if user, ok := strings.CutPrefix(r.Account, source+" "); ok {
		add(user)
	}
	if m.Content == "" {
		return nil
	}
	m.Nonce = c.nonce("room", string(r.Incident.ID), m.Content)
	m.Content += fmt.Sprintf("this is the room of %s.", r.Incident.ID)
	_, err := c.once(ctx, channel, m, false)
	return err
}

// CloseRoom keeps everybody from writing in a channel: Discord has no archive of them.
// One that somebody removed is closed.
func (c *Client) CloseRoom(parent context.Context, channel string) error {
	ctx, cancel := wire.Errand(parent)
	defer cancel()
	ch, err := c.look(ctx, channel)
	if err == nil {
		const silent = discordgo.PermissionSendMessages | discordgo.PermissionSendMessagesInThreads
		err = c.ask(ctx, call{
			name: "channels.edit", verb: http.MethodPatch, url: discordgo.EndpointChannel(channel), key: "channels.close " + channel,
			body: map[string]any{"permission_overwrites": []map[string]any{{ // the server's own id is the role of everybody
				"id": ch.GuildID, "type": discordgo.PermissionOverwriteTypeRole, "deny": strconv.FormatInt(silent, 10), "allow": "0",
			}}},
		})
	}
	if wire.Coded(err, discordgo.ErrCodeUnknownChannel) {
		return nil
	}
	return wire.Settle(err)
}

// pin keeps a message in sight. Where Discord refuses that, the message has to do.
func (c *Client) pin(ctx context.Context, at sent, about ...any) error {
	err := c.ask(ctx, call{name: "pins.add", verb: http.MethodPut, url: discordgo.EndpointChannelMessagePin(at.channel, at.id)})
	if wire.Is(err, wire.Refusal) {
		c.log.ErrorContext(ctx, "message not pinned", append(about, "err", err)...)
		return nil
	}
	return err
}

// within is the incident that is meant in one of the channels: the focus, or the one
// whose room it is.
func within(focus incident.ID, roster oncall.Roster, channels ...string) incident.ID {
	if focus != "" {
		return focus
	}
	return incident.ID(roomOf(roster, channels...).Incident)
}

// roomOf is the room that one of the channels is; zero: none is.
func roomOf(roster oncall.Roster, channels ...string) oncall.Room {
	for _, channel := range channels {
		if room, ok := roster.RoomIn(source, channel); ok {
			return room
		}
	}
	return oncall.Room{}
}

// tellUnder tells a letter in the thread of another one, which may still be on its way.
func (c *Client) tellUnder(ctx context.Context, s oncall.Sending, m message) (sent, error) {
	head, _, ok := parseRef(s.Ref)
	if !ok {
		return sent{}, &incident.Fault{Reason: "the message above it is not there yet", Retry: wire.AfterLimit}
	}
	if err := c.spend(ctx, postingIn(head.id), edits); err != nil {
		return head, err
	}
	m.Nonce = c.nonce("letter", s.ID)
	_, id, _ := strings.Cut(s.Letter.Under, " ")
	_, err := c.reply(ctx, head, incident.ID(id), m)
	return head, err
}

// inRemoved reports whether a scene's card stands in a room that somebody removed: there
// is nothing left to show there.
func inRemoved(s incident.Scene, err error) bool {
	f, ok := errors.AsType[*incident.Fault](err)
	return ok && s.Incident.Room.Is(s.Card) && f.Admin == verdicts[discordgo.ErrCodeUnknownChannel].Admin
}
