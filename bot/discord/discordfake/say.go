package discordfake

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Command types a slash command: its name with subcommands ("oncall who"), and its
// options by name. What Discord would not let a user send is an error.
func (s *Server) Command(user, channel, line string, options map[string]string) (Answer, error) {
	return s.interact(func() (*act, error) {
		data, err := s.typed(channel, line, options, "")
		if err != nil {
			return nil, err
		}
		return s.begin(actCommand, user, channel, data, nil)
	})
}

// Autocomplete is a user typing the value of one option, as far as it stands in
// options; the Answer has the choices.
func (s *Server) Autocomplete(user, channel, line string, options map[string]string, focused string) (Answer, error) {
	return s.interact(func() (*act, error) {
		data, err := s.typed(channel, line, options, focused)
		if err != nil {
			return nil, err
		}
		return s.begin(actAutocomplete, user, channel, data, nil)
	})
}

// Choose is a user choosing a command in the menu of a message. The app gets the
// message with its words, whatever it may read elsewhere.
func (s *Server) Choose(user, message, name string) (Answer, error) {
	return s.interact(func() (*act, error) {
		r, m := s.visible(user, message)
		if m == nil {
			return nil, fmt.Errorf("no message %s for %s", message, user)
		}
		c, err := s.command(r.ID, MessageCommand, name)
		if err != nil {
			return nil, err
		}
		data := map[string]any{
			"id": c.ID, "name": c.Name, "type": MessageCommand, "target_id": m.ID,
			"resolved": map[string]any{"messages": map[string]Message{m.ID: m.snapshot()}},
		}
		if c.Guild != "" {
			data["guild_id"] = c.Guild
		}
		return s.begin(actCommand, user, r.ID, data, nil)
	})
}

// typed is the data of a command, complete or, with a focused option, not yet.
func (s *Server) typed(channel, line string, options map[string]string, focused string) (map[string]any, error) {
	words := strings.Fields(line)
	if len(words) == 0 {
		return nil, fmt.Errorf("no command in %q", line)
	}
	c, err := s.command(channel, SlashCommand, words[0])
	if err != nil {
		return nil, err
	}
	level, path := c.Options, []Option{}
	for _, word := range words[1:] {
		at := slices.IndexFunc(level, func(o Option) bool { return o.Name == word && o.Type <= SubcommandGroup })
		if at < 0 {
			return nil, fmt.Errorf("/%s has no subcommand %q", c.Name, word)
		}
		path, level = append(path, level[at]), level[at].Options
	}
	if len(level) > 0 && level[0].Type <= SubcommandGroup {
		return nil, fmt.Errorf("/%s can't be sent without a subcommand", line)
	}
	given, ids, err := fillIn(level, options, focused)
	if err != nil {
		return nil, fmt.Errorf("/%s: %w", line, err)
	}
	for _, o := range slices.Backward(path) {
		given = []map[string]any{{"name": o.Name, "type": o.Type, "options": given}}
	}
	data := map[string]any{"id": c.ID, "name": c.Name, "type": 1, "options": given}
	if c.Guild != "" {
		data["guild_id"] = c.Guild
	}
	if len(ids) > 0 {
		data["resolved"] = s.resolve(s.channels[channel].Guild, ids)
	}
	return data, nil
}

// command finds the one of a type that a user sees in a channel.
func (s *Server) command(channel string, kind int, name string) (Command, error) {
	r := s.channels[channel]
	if r == nil {
		return Command{}, fmt.Errorf("no channel %s", channel)
	}
	seen := slices.Clone(s.global)
	if g := s.guilds[r.Guild]; g != nil {
		seen = append(seen, g.commands...)
	}
	at := slices.IndexFunc(seen, func(c Command) bool { return c.Name == name && c.Type == kind })
	if at < 0 {
		return Command{}, fmt.Errorf("no command %q in channel %s", name, channel)
	}
	return seen[at], nil
}

// fillIn types the values; ids are the users, channels and roles among them.
func fillIn(level []Option, values map[string]string, focused string) (given []map[string]any, ids []string, err error) {
	given = []map[string]any{}
	known, found := 0, focused == ""
	for _, o := range level {
		text, there := values[o.Name]
		if o.Name == focused {
			if !o.Autocomplete {
				return nil, nil, fmt.Errorf("option %s offers no choices", o.Name)
			}
			found = true
			given = append(given, map[string]any{"name": o.Name, "type": o.Type, "value": text, "focused": true})
		}
		if there {
			known++
		}
		switch {
		case o.Name == focused:
		case there:
			value, err := o.value(text)
			if err != nil {
				return nil, nil, fmt.Errorf("option %s: %w", o.Name, err)
			}
			given = append(given, map[string]any{"name": o.Name, "type": o.Type, "value": value})
			if o.Type >= UserOption && o.Type <= MentionOption {
				ids = append(ids, text)
			}
		case o.Required && focused == "":
			return nil, nil, fmt.Errorf("option %s is required", o.Name)
		}
	}
	if known < len(values) || !found {
		return nil, nil, fmt.Errorf("it has not all the options of %v %s", values, focused)
	}
	return given, ids, nil
}

// value is a text as the option's type.
func (o Option) value(text string) (any, error) {
	if len(o.Choices) > 0 && !slices.ContainsFunc(o.Choices, func(c Choice) bool { return fmt.Sprint(c.Value) == text }) {
		return nil, fmt.Errorf("%q is none of the choices", text)
	}
	switch o.Type {
	case IntegerOption:
		return strconv.ParseInt(text, 10, 64)
	case NumberOption:
		return strconv.ParseFloat(text, 64)
	case BooleanOption:
		return strconv.ParseBool(text)
	}
	var f form
	f.text(o.Name, text, max(o.MinLength, 1), cmp.Or(o.MaxLength, 6000))
	if failed := f.problem(); failed != nil {
		return nil, fmt.Errorf("%s", failed.fields[0].message)
	}
	return text, nil
}
