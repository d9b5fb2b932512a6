package demo

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/earshot-oncall/earshot/bot/discord/discordfake"
)

// press uses a control of a message in Discord.
func (s *stage) press(_ *http.Request, c click) (outcome, error) {
	defer s.line.lend()()
	if c.Value != "" {
		return shown(s.discord.Select(c.User, c.TS, c.Action, c.Value))
	}
	return shown(s.discord.Press(c.User, c.TS, c.Action))
}

// A slash is a command of Discord's: the word, which names the subcommand, and its
// options by their names.
type slash struct {
	User, Channel, Word string
	Options             map[string]string
	Focused             string // the option that is being typed
}

func (s *stage) slash(_ *http.Request, c slash) (outcome, error) {
	defer s.line.lend()()
	return shown(s.discord.Command(c.User, c.Channel, "oncall "+c.Word, c.Options))
}

// complete asks the app what an option may be.
func (s *stage) complete(_ *http.Request, c slash) (outcome, error) {
	defer s.line.lend()()
	return shown(s.discord.Autocomplete(c.User, c.Channel, "oncall "+c.Word, c.Options, c.Focused))
}

// sendForm sends off a form that the app has opened in Discord.
func (s *stage) sendForm(_ *http.Request, f filling) (outcome, error) {
	defer s.line.lend()()
	return shown(s.discord.Submit(f.User, s.discord.Answer(f.ID), f.Values))
}

// sayInDiscord speaks to the app in a thread in Discord.
func (s *stage) sayInDiscord(_ *http.Request, c words) (outcome, error) {
	_, err := s.discord.Say(c.User, c.Thread, "<@"+s.discord.Options().ID+"> "+c.Text)
	return outcome{OK: err == nil}, err
}

// shown is what Discord shows a user after an interaction. That the app said nothing
// is told as Discord tells it.
func shown(a discordfake.Answer, err error) (outcome, error) {
	if errors.Is(err, discordfake.ErrNoAnswer) {
		return outcome{Text: "The application did not respond"}, nil
	}
	if err != nil {
		return outcome{}, err
	}
	done := outcome{OK: true, Form: modalForm(a)}
	for _, c := range a.Choices {
		done.Choices = append(done.Choices, choice{c.Name, fmt.Sprint(c.Value)})
	}
	return done, nil
}

// modalForm is a modal of Discord's as a form; nil where there is none.
func modalForm(a discordfake.Answer) *form {
	if a.Modal == nil {
		return nil
	}
	f := &form{ID: a.ID, Title: a.Modal.Title, Submit: "Submit", Fields: []field{}}
	for _, input := range a.Modal.Inputs() {
		f.Fields = append(f.Fields, field{
			Name: input.CustomID, Label: input.Label, Inside: input.Placeholder, Value: input.Value,
			Optional: input.Required != nil && !*input.Required, Long: input.Style == 2, Max: input.MaxLength,
		})
	}
	return f
}

// A vocable is a word of the slash command, as the app has registered it.
type vocable struct {
	Name    string   `json:"name"`
	Help    string   `json:"help"`
	Options []option `json:"options"`
}

// An option is a part of a word.
type option struct {
	Name   string `json:"name"`
	Help   string `json:"help"`
	Offers bool   `json:"offers,omitempty"` // the app completes it
}

// vocabulary are the words of the slash command; those of a group after its name.
func vocabulary(commands []discordfake.Command) []vocable {
	words := []vocable{}
	for _, c := range commands {
		for _, o := range c.Options {
			if o.Type != discordfake.SubcommandGroup {
				words = append(words, word("", o))
				continue
			}
			for _, inner := range o.Options {
				words = append(words, word(o.Name+" ", inner))
			}
		}
	}
	return words
}

func word(group string, o discordfake.Option) vocable {
	w := vocable{Name: group + o.Name, Help: o.Description, Options: []option{}}
	for _, p := range o.Options {
		w.Options = append(w.Options, option{p.Name, p.Description, p.Autocomplete})
	}
	return w
}

// server is what the page knows of the Discord server beside its messages.
func (s *stage) server() map[string]any {
	roles := map[string]string{}
	for _, r := range s.discord.Roles(guild) {
		roles[r.ID] = strings.TrimPrefix(r.Name, "@")
	}
	rooms := []room{}
	for _, c := range s.discord.Channels(guild) {
		if !slices.ContainsFunc(channels, func(k channel) bool { return k.Discord == c.ID }) {
			rooms = append(rooms, room{ID: c.ID, Name: c.Name})
		}
	}
	return map[string]any{"roles": roles, "words": vocabulary(s.discord.Commands(guild)), "rooms": rooms}
}
