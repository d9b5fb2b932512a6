package discord

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/earshot-oncall/earshot/bot"
	"github.com/earshot-oncall/earshot/commands"
)

// What Discord bears in a command.
const (
	maxWords   = 25
	maxExplain = 100
)

// folded are words that stand one step further down, since a command bears no more
// than 25: the rarest.
var folded = []string{"heartbeats", "next", "cover", "takeover", "audit", "room", "status"}

// lookEvery is how often the servers are held against the configuration.
const lookEvery = 15 * time.Second

// Run hears what people say until ctx ends: it registers the commands in each team's
// server, also in those that a changed configuration brings, and where interactions do
// not come over HTTP it keeps a connection to the gateway. alarm is told what an admin
// has to mend.
func (c *Client) Run(ctx context.Context, desk Desk, alarm func(context.Context, string)) error {
	c.answers.Go(func() { c.register(ctx, desk) })
	if c.options.PublicKey == "" {
		c.hear(ctx, desk, alarm)
	}
	<-ctx.Done()
	return nil
}

// register keeps the commands of the servers registered.
func (c *Client) register(ctx context.Context, desk Desk) {
	done := map[string]bool{}
	for ctx.Err() == nil {
		if c.self.Load() == nil {
			if err := c.Check(ctx); err != nil {
				c.log.WarnContext(ctx, "discord does not know us yet", "err", err)
			}
		}
		if c.application() != "" {
			for server := range c.servers(ctx, desk.Roster()) {
				if !done[server] {
					done[server] = c.registerIn(ctx, server)
				}
			}
		}
		select {
		case <-time.After(lookEvery):
		case <-ctx.Done():
		}
	}
}

func (c *Client) registerIn(ctx context.Context, server string) bool {
	err := c.ask(ctx, call{
		name: "commands.overwrite", verb: http.MethodPut, url: discordgo.EndpointApplicationGuildCommands(c.application(), server),
		body: []*discordgo.ApplicationCommand{
			Command(c.options.Command, commands.Vocabulary()),
			{Type: discordgo.MessageApplicationCommand, Name: markCommand},
		},
	})
	if err != nil && ctx.Err() == nil {
		c.log.WarnContext(ctx, "commands not registered", "server", server, "err", err)
	}
	return err == nil
}

// Command is the slash command with a subcommand for each word.
func Command(name string, words []commands.Vocable) *discordgo.ApplicationCommand {
	command := &discordgo.ApplicationCommand{
		Type: discordgo.ChatApplicationCommand, Name: name, Description: "On-call and incidents",
	}
	more := &discordgo.ApplicationCommandOption{
		Type: discordgo.ApplicationCommandOptionSubCommandGroup, Name: "more", Description: "Rarer words",
	}
	for _, w := range words {
		one := subcommand(w)
		if len(words) > maxWords && (slices.Contains(folded, w.Name) || len(command.Options) == maxWords-1) {
			more.Options = append(more.Options, one)
		} else {
			command.Options = append(command.Options, one)
		}
	}
	if len(more.Options) > 0 {
		command.Options = append(command.Options, more)
	}
	return command
}

func subcommand(w commands.Vocable) *discordgo.ApplicationCommandOption {
	one := &discordgo.ApplicationCommandOption{
		Type: discordgo.ApplicationCommandOptionSubCommand, Name: w.Name, Description: bot.Clean(w.Help, maxExplain),
	}
	for _, part := range w.Takes {
		one.Options = append(one.Options, &discordgo.ApplicationCommandOption{
			Type: discordgo.ApplicationCommandOptionString, Name: part, Description: explained[part],
			Autocomplete: part != commands.Text,
		})
	}
	return one
}

// explained says what a part of a word is.
var explained = map[string]string{
	commands.ID:     "The incident, such as PLATFORM-42",
	commands.Team:   "A team, or team/schedule",
	commands.Person: "Somebody, such as @ana",
	commands.At:     "A time, such as 18:00 or tomorrow 9:00",
	commands.For:    "How long or when, such as 2h, until 18:00 or fri 18:00 - mon 9:00",
	commands.Text:   "The rest, as it would be typed",
}
