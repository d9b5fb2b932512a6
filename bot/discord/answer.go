package discord

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/earshot-oncall/earshot/bot"
	"github.com/earshot-oncall/earshot/bot/wire"
	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A Desk is where the handlers have commands carried out, and what is being typed
// completed.
type Desk interface {
	wire.Desk
	// Complete offers what a part of a word may be.
	Complete(context.Context, commands.Partial) []commands.Option
}

// The kinds of first answers.
const (
	pong       = 1
	tells      = 4 // a message
	promises   = 5 // a message that follows
	replaces   = 7 // the message pressed shows something else
	completes  = 8
	opens      = 9 // a form
	ephemeral  = 64
	nothingYet = 0 // no answer is owed
)

// A response is the first answer to an interaction.
type response struct {
	Type int `json:"type"`
	Data any `json:"data,omitempty"`
}

const (
	// promptly is how long an answer may take before Discord is told that it follows:
	// it gives up after three seconds.
	promptly = 2 * time.Second

	// patiently is how long one may take that was promised.
	patiently = 10 * time.Second

	// completing bounds what is looked up while somebody types, focusing what is looked
	// up of the thread in which something was said.
	completing = 2 * time.Second
	focusing   = time.Second
)

// source is what requests from here say where they come from.
const source = "discord"

func (c *Client) clerk() wire.Clerk {
	return wire.Clerk{Source: source, Log: c.log, Work: &c.answers, Now: c.now}
}

// respond carries an interaction out and returns its first answer. It is told
// privately; the card shows what became of it.
func (c *Client) respond(ctx context.Context, a act, desk Desk) response {
	u := a.who()
	switch {
	case a.Type == aPing:
		return response{Type: pong}
	case u.ID == "" || u.Bot:
		return response{Type: nothingYet}
	case a.Server != "" && !c.serves(ctx, a.Server, desk.Roster()):
		return privately(message{Content: "Earshot does not serve this Discord server: it has no team's channel here."})
	}
	switch a.Type {
	case aCommand:
		if a.Data.Kind == discordgo.MessageApplicationCommand {
			return c.chooseMark(ctx, a, desk)
		}
		name, parts, _ := a.word()
		return c.carry(ctx, a, desk, commands.Request{Text: commands.Say(name, parts)})
	case aPress:
		return c.press(ctx, a, desk)
	case aPartial:
		return c.complete(ctx, a, desk)
	case aFormSent:
		if words, ok := strings.CutPrefix(a.Data.CustomID, formed); ok {
			return c.say(ctx, a, desk, words, func(words string) commands.Request {
				return commands.Request{Text: a.filled(words), Form: true}
			})
		}
	}
	return privately(message{Content: "That is not one of Earshot's buttons."})
}

// press carries out what a button or a menu says, after a question where it is one
// that asks.
func (c *Client) press(ctx context.Context, a act, desk Desk) response {
	if words, ok := cutAsking(a.Data.CustomID); ok {
		return privately(c.speak(ctx, "Are you sure? It says: "+escape(words, maxFacts), []oncall.Offer{
			{Label: "Yes", Words: words, Style: string(bot.Danger)},
		}))
	}
	request, ok := a.pressed()
	if !ok {
		return privately(message{Content: "That is not one of Earshot's buttons."})
	}
	if kept, ok := strings.CutPrefix(a.Data.CustomID, marking); ok {
		return c.say(ctx, a, desk, kept, func(kept string) commands.Request {
			request.Mark = unpackMark(kept)
			return request
		})
	}
	return c.say(ctx, a, desk, request.Text, func(words string) commands.Request {
		request.Text = words
		return request
	})
}

// say carries out a request made of words, or of those that are kept in their place.
func (c *Client) say(parent context.Context, a act, desk Desk, words string, of func(words string) commands.Request) response {
	ctx, cancel := context.WithTimeout(parent, completing)
	defer cancel()
	kept, err := c.unshelve(ctx, words)
	switch {
	case err != nil:
		c.log.WarnContext(parent, "words of a button not found", "err", err)
		return privately(message{Content: wire.Broken})
	case kept == "" && words != "":
		return privately(message{Content: tooOld})
	}
	return c.carry(parent, a, desk, of(kept))
}

// carry has a request carried out once. What takes longer than Discord waits is
// promised, and follows.
func (c *Client) carry(parent context.Context, a act, desk Desk, request commands.Request) response {
	roster := desk.Roster()
	request.By, request.Source = a.speaker(roster), source
	request.Guest = a.Server == "" && request.By.Person == "" // nobody knows a stranger in a direct message
	request.Team = teamOf(roster, a.ChannelID, a.Channel.Parent)
	if request.Focus == "" && a.Channel.Parent != "" && teamOf(roster, a.Channel.Parent) != "" {
		request.Focus = c.focused(parent, a.Channel.Parent, a.ChannelID)
	}
	request.Focus = within(request.Focus, roster, a.ChannelID, a.Channel.Parent)
	done := c.clerk().Start(context.WithoutCancel(parent), c.scribe(desk, a.who().ID), a.ID, request, patiently)
	if a.promised {
		c.follow(context.WithoutCancel(parent), a, request, <-done)
		return response{Type: nothingYet}
	}
	late := time.NewTimer(promptly)
	defer late.Stop()
	select {
	case o := <-done:
		if o.First && o.Reply.Picture != nil {
			return c.promise(parent, a, o.Reply.Public, func() (commands.Request, wire.Outcome) { return request, o })
		}
		return c.answer(parent, a, request, o)
	case <-late.C:
	}
	return c.promise(parent, a, false, func() (commands.Request, wire.Outcome) { return request, <-done })
}

// promise says that the answer follows, and has it follow: what is slow, and what has
// a picture, which no first answer bears over HTTP.
func (c *Client) promise(parent context.Context, a act, public bool, outcome func() (commands.Request, wire.Outcome)) response {
	c.answers.Go(func() {
		request, o := outcome()
		c.follow(context.WithoutCancel(parent), a, request, o)
	})
	if public {
		return response{Type: promises}
	}
	return response{Type: promises, Data: map[string]any{"flags": ephemeral}}
}

// answer words an outcome. The answer to a button that only the speaker saw takes its
// place, unless it may be worth another press.
func (c *Client) answer(ctx context.Context, a act, request commands.Request, o wire.Outcome) response {
	switch {
	case !o.First:
		return response{Type: nothingYet}
	case o.Reply.Form != nil:
		if m, ok := c.drawChoice(ctx, c.markMenu(ctx, request), *o.Reply.Form); ok {
			return privately(m)
		}
		if modal, ok := c.drawForm(ctx, *o.Reply.Form); ok && a.Type != aFormSent { // a form opens no form
			return response{Type: opens, Data: modal}
		}
	}
	m := c.word(ctx, request, o.Reply)
	if a.Type == aPress && a.private() && o.Reply.Err == nil {
		return response{Type: replaces, Data: m.whole()}
	}
	if o.Reply.Public {
		return response{Type: tells, Data: m.whole()}
	}
	return privately(m)
}

// word is a reply as a message.
func (c *Client) word(ctx context.Context, request commands.Request, reply commands.Reply) message {
	text, below := "Done.", []*discordgo.MessageEmbed(nil)
	if reply.Text != "" || len(reply.Lines) > 0 {
		text, below = told(reply.Text, reply.Lines)
	}
	if !reply.OK && reply.Err == nil && request.Verb == "" && !request.Form {
		text += "\n`/" + c.options.Command + " help` lists the words."
	}
	m := c.speak(ctx, text, wire.Offers(reply, request.Text))
	m.Embeds = below
	return m.illustrated(reply.Picture)
}

// privately is a message that one person sees.
func privately(m message) response {
	m.Flags = ephemeral
	return response{Type: tells, Data: m.whole()}
}

// following is how often an answer is tried that came before its promise, overtaking
// is the wait in between.
const (
	following  = 5
	overtaking = 300 * time.Millisecond
)

// follow says in the place of a promise what became of it. Its address is a secret.
func (c *Client) follow(parent context.Context, a act, request commands.Request, o wire.Outcome) {
	ctx, cancel := context.WithTimeoutCause(parent, timeout, wire.ErrSlow)
	defer cancel()
	if !o.First {
		return
	}
	c.fulfil(ctx, a, c.word(ctx, request, o.Reply))
}

// fulfil shows a message in the place of a promise.
func (c *Client) fulfil(ctx context.Context, a act, m message) {
	var err error
	for range following {
		err = c.ask(ctx, call{
			name: "interactions.edit", verb: http.MethodPatch, url: discordgo.EndpointWebhookMessage(a.Application, a.Token, "@original"),
			body: m.whole(),
		})
		if !wire.Coded(err, unknownWebhook, discordgo.ErrCodeUnknownMessage) {
			break
		}
		select { // the promise is still on its way
		case <-time.After(overtaking):
		case <-ctx.Done():
		}
	}
	if err != nil {
		c.log.WarnContext(ctx, "answer not delivered", "err", err)
	}
}

// complete offers what is being typed.
func (c *Client) complete(parent context.Context, a act, desk Desk) response {
	ctx, cancel := context.WithTimeout(parent, completing)
	defer cancel()
	name, parts, focused := a.word()
	roster := desk.Roster()
	choices := []map[string]string{}
	for _, o := range desk.Complete(ctx, commands.Partial{
		Word: name, Part: focused, Typed: parts[focused], By: a.speaker(roster), Team: teamOf(roster, a.ChannelID, a.Channel.Parent),
	}) {
		choices = append(choices, map[string]string{"name": o.Label, "value": o.Value})
	}
	return response{Type: completes, Data: map[string]any{"choices": choices}}
}
