package discordfake

import (
	"cmp"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// The types of a command's options.
const (
	Subcommand      = 1
	SubcommandGroup = 2
	StringOption    = 3
	IntegerOption   = 4
	BooleanOption   = 5
	UserOption      = 6
	ChannelOption   = 7
	RoleOption      = 8
	MentionOption   = 9
	NumberOption    = 10
)

// The types of commands: typed, or in the menu of a message.
const (
	SlashCommand   = 1
	MessageCommand = 3
)

// A Command is a slash command, or a line in the menu of each message.
type Command struct {
	ID          string   `json:"id"`
	Application string   `json:"application_id"`
	Guild       string   `json:"guild_id,omitempty"`
	Version     string   `json:"version"`
	Type        int      `json:"type"`
	Name        string   `json:"name"`
	Description string   `json:"description"` // empty in a menu
	Options     []Option `json:"options,omitempty"`
}

// An Option is a subcommand, a group of them or a typed word of a command.
type Option struct {
	Type         int      `json:"type"`
	Name         string   `json:"name"`
	Description  string   `json:"description"`
	Required     bool     `json:"required,omitempty"`
	Autocomplete bool     `json:"autocomplete,omitempty"`
	Choices      []Choice `json:"choices,omitempty"`
	Options      []Option `json:"options,omitempty"`
	MinLength    int      `json:"min_length,omitempty"`
	MaxLength    int      `json:"max_length,omitempty"`
}

// A Choice is a value offered for an option; a text or a number.
type Choice struct {
	Name  string `json:"name"`
	Value any    `json:"value"`
}

// commandName is what Discord takes for a name, in lower case; menuName, in a menu.
var (
	commandName = regexp.MustCompile(`^[-_'\p{L}\p{N}]{1,32}$`)
	menuName    = regexp.MustCompile(`^[-_' \p{L}\p{N}]{1,32}$`)
)

// Commands returns the commands of a guild; "" those of all.
func (s *Server) Commands(guildID string) []Command {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g := s.guilds[guildID]; g != nil {
		return slices.Clone(g.commands)
	}
	return slices.Clone(s.global)
}

func getCommands(s *Server, q request) (any, *problem) {
	list, _, failed := s.commandList(q)
	if failed != nil {
		return nil, failed
	}
	return append([]Command{}, *list...), nil
}

// putCommands replaces all commands of a guild, or of all guilds.
func putCommands(s *Server, q request) (any, *problem) {
	list, guildID, failed := s.commandList(q)
	if failed != nil {
		return nil, failed
	}
	var commands []Command
	if failed := q.decode(&commands); failed != nil {
		return nil, failed
	}
	var f form
	f.count("commands", len(commands), 0, 100)
	var names []string // with their types: of each it is another name
	for i := range commands {
		c := &commands[i]
		c.Type = cmp.Or(c.Type, SlashCommand)
		c.check(&f, under(i))
		name := fmt.Sprint(c.Type, c.Name)
		if slices.Contains(names, name) {
			f.wrong(under(i, "name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
		}
		names = append(names, name)
		c.ID, c.Application, c.Guild, c.Version = s.newID(), s.options.Application, guildID, s.newID()
		for _, old := range *list {
			if old.Name == c.Name && old.Type == c.Type {
				c.ID = old.ID
			}
		}
	}
	if failed := f.problem(); failed != nil {
		return nil, failed
	}
	*list = commands
	s.tell()
	return commands, nil
}

func (s *Server) commandList(q request) (list *[]Command, guildID string, failed *problem) {
	if q.args["application"] != s.options.Application {
		return nil, "", notFound(10002, "Application")
	}
	if q.args["guild"] == "" {
		return &s.global, "", nil
	}
	g, failed := s.guild(q)
	if failed != nil {
		return nil, "", refuse(http.StatusForbidden, 50001, "Missing Access")
	}
	return &g.commands, g.ID, nil
}

// check refuses what Discord does.
func (c Command) check(f *form, at string) {
	switch c.Type {
	case SlashCommand:
	case MessageCommand:
		c.checkMenu(f, at)
		return
	default:
		f.wrong(under(at, "type"), "BASE_TYPE_CHOICES", "Value must be one of {1, 3}.")
	}
	checkName(f, at, c.Name, c.Description)
	checkOptions(f, at, c.Options, 0)
	if n := c.size(); n > 8000 {
		f.wrong(at, "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)")
	}
}

// checkMenu is check for a line in the menu of a message.
func (c Command) checkMenu(f *form, at string) {
	if !menuName.MatchString(c.Name) {
		f.wrong(under(at, "name"), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
	}
	if c.Description != "" || len(c.Options) > 0 {
		f.wrong(at, "APPLICATION_COMMAND_DESCRIPTION_INVALID", "Context menu commands have no description and no options")
	}
}

func checkName(f *form, at, name, description string) {
	if !commandName.MatchString(name) || strings.ToLower(name) != name {
		f.wrong(under(at, "name"), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
	}
	f.text(under(at, "description"), description, 1, 100)
}

// checkOptions checks one level; depth counts the subcommands above.
func checkOptions(f *form, at string, options []Option, depth int) {
	f.count(under(at, "options"), len(options), 0, 25)
	var names []string
	plain, nested, optional := false, false, false
	for i, o := range options {
		in := under(at, "options", i)
		checkName(f, in, o.Name, o.Description)
		if slices.Contains(names, o.Name) {
			f.wrong(under(in, "name"), "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Option name already exists")
		}
		names = append(names, o.Name)
		if o.Type == Subcommand || o.Type == SubcommandGroup {
			nested = true
			o.checkNested(f, in, depth)
			continue
		}
		plain = true
		if o.Required && optional {
			f.wrong(in, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options must be placed before non-required options")
		}
		optional = optional || !o.Required
		o.checkTyped(f, in)
	}
	if plain && nested {
		f.wrong(under(at, "options"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-command and sub-command group option types are mutually exclusive to all other types")
	}
}

func (o Option) checkNested(f *form, at string, depth int) {
	most := map[int]int{Subcommand: 1, SubcommandGroup: 0}[o.Type]
	if depth > most {
		f.wrong(under(at, "type"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Nested too deep")
		return
	}
	below := 2 // a subcommand holds no further ones
	if o.Type == SubcommandGroup {
		below = 1
		f.count(under(at, "options"), len(o.Options), 1, 25)
	}
	checkOptions(f, at, o.Options, below)
}

func (o Option) checkTyped(f *form, at string) {
	if o.Type < StringOption || o.Type > NumberOption+1 {
		f.wrong(under(at, "type"), "BASE_TYPE_CHOICES", "Value must be between 1 and 11.")
	}
	offers := o.Type == StringOption || o.Type == IntegerOption || o.Type == NumberOption
	if (o.Autocomplete || len(o.Choices) > 0) && !offers {
		f.wrong(at, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Choices and autocomplete are for texts and numbers")
	}
	if o.Autocomplete && len(o.Choices) > 0 {
		f.wrong(under(at, "autocomplete"), "APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES", "Choices and autocomplete are mutually exclusive")
	}
	checkChoices(f, under(at, "choices"), o.Choices)
}

func checkChoices(f *form, at string, choices []Choice) {
	f.count(at, len(choices), 0, 25)
	for i, c := range choices {
		f.text(under(at, i, "name"), c.Name, 1, 100)
		switch value := c.Value.(type) {
		case string:
			f.text(under(at, i, "value"), value, 1, 100)
		case float64:
		default:
			f.wrong(under(at, i, "value"), "BASE_TYPE_REQUIRED", "This field is required")
		}
	}
}

// size counts the characters of all names, descriptions and values.
func (c Command) size() int {
	return utf8.RuneCountInString(c.Name+c.Description) + sizeOf(c.Options)
}

func sizeOf(options []Option) int {
	n := 0
	for _, o := range options {
		n += utf8.RuneCountInString(o.Name+o.Description) + sizeOf(o.Options)
		for _, c := range o.Choices {
			n += utf8.RuneCountInString(fmt.Sprint(c.Name, c.Value))
		}
	}
	return n
}
