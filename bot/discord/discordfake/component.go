package discordfake

import "slices"

// The types of components.
const (
	Row           = 1
	Button        = 2
	StringSelect  = 3
	TextInput     = 4
	UserSelect    = 5
	RoleSelect    = 6
	MentionSelect = 7
	ChannelSelect = 8
)

// linkButton is the style of a button that only opens a page.
const linkButton = 5

// A Component is a row, a button, a menu or, in a form, a text input.
type Component struct {
	Type        int            `json:"type"`
	Components  []Component    `json:"components,omitempty"` // of a row
	CustomID    string         `json:"custom_id,omitempty"`
	Style       int            `json:"style,omitempty"`
	Label       string         `json:"label,omitempty"`
	Emoji       *Emoji         `json:"emoji,omitempty"`
	URL         string         `json:"url,omitempty"`
	Disabled    bool           `json:"disabled,omitempty"`
	Placeholder string         `json:"placeholder,omitempty"`
	Options     []SelectOption `json:"options,omitempty"`
	MinValues   *int           `json:"min_values,omitempty"` // absent: 1
	MaxValues   int            `json:"max_values,omitempty"` // absent: 1
	Value       string         `json:"value,omitempty"`
	Required    *bool          `json:"required,omitempty"` // absent: yes
	MinLength   int            `json:"min_length,omitempty"`
	MaxLength   int            `json:"max_length,omitempty"`
}

// A SelectOption is one line of a menu.
type SelectOption struct {
	Label       string `json:"label"`
	Value       string `json:"value"`
	Description string `json:"description,omitempty"`
	Emoji       *Emoji `json:"emoji,omitempty"`
	Default     bool   `json:"default,omitempty"`
}

// isSelect reports whether it is any kind of menu.
func (c Component) isSelect() bool {
	return c.Type == StringSelect || c.Type >= UserSelect && c.Type <= ChannelSelect
}

// bounds is how many options may be chosen.
func (c Component) bounds() (least, most int) {
	least, most = 1, max(c.MaxValues, 1)
	if c.MinValues != nil {
		least = *c.MinValues
	}
	return least, most
}

// ids finds custom ids that stand twice.
type ids map[string]bool

func (seen ids) check(f *form, at, id string) {
	f.text(under(at, "custom_id"), id, 1, 100)
	if seen[id] {
		f.wrong(under(at, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
	}
	seen[id] = true
}

// checkComponents refuses what Discord does in a message.
func checkComponents(f *form, rows []Component) {
	f.count("components", len(rows), 0, 5)
	seen := ids{}
	for i, row := range rows {
		at := under("components", i)
		if row.Type != Row {
			f.wrong(under(at, "type"), "BASE_TYPE_CHOICES", "Value must be one of {1}.")
			continue
		}
		f.count(under(at, "components"), len(row.Components), 1, 5)
		for k, c := range row.Components {
			in := under(at, "components", k)
			switch {
			case c.Type == Button:
				c.checkButton(f, in, seen)
			case c.isSelect():
				c.checkSelect(f, in, seen)
				if len(row.Components) > 1 {
					f.wrong(in, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width")
				}
			default:
				f.wrong(under(in, "type"), "BASE_TYPE_CHOICES", "Value must be one of {2, 3, 5, 6, 7, 8}.")
			}
		}
	}
}

func (c Component) checkButton(f *form, at string, seen ids) {
	f.text(under(at, "label"), c.Label, 0, 80)
	f.choice(under(at, "style"), c.Style, 1, 2, 3, 4, linkButton)
	if c.Label == "" && c.Emoji == nil {
		f.wrong(at, "BUTTON_COMPONENT_INVALID_LABEL_AND_EMOJI", "A button needs a label or an emoji")
	}
	if c.Style != linkButton {
		seen.check(f, at, c.CustomID)
		if c.URL != "" {
			f.wrong(at, "BUTTON_COMPONENT_URL_NOT_ALLOWED", "Only a link button has a URL")
		}
		return
	}
	if c.CustomID != "" {
		f.wrong(at, "BUTTON_COMPONENT_CUSTOM_ID_AND_URL_MUTUALLY_EXCLUSIVE", "A custom id and url cannot both be specified")
	}
	if c.URL == "" {
		f.wrong(under(at, "url"), "BASE_TYPE_REQUIRED", "This field is required")
	}
	f.text(under(at, "url"), c.URL, 0, 512)
	address(f, under(at, "url"), c.URL, "http", "https", "discord")
}

func (c Component) checkSelect(f *form, at string, seen ids) {
	seen.check(f, at, c.CustomID)
	f.text(under(at, "placeholder"), c.Placeholder, 0, 150)
	least, most := c.bounds()
	if least < 0 || most > 25 || least > most {
		f.wrong(under(at, "min_values"), "NUMBER_TYPE_MAX", "0 to 25 values, the least not above the most.")
	}
	if c.Type != StringSelect {
		if len(c.Options) > 0 {
			f.wrong(under(at, "options"), "BASE_TYPE_BAD_LENGTH", "Only a string select has options.")
		}
		return
	}
	f.count(under(at, "options"), len(c.Options), 1, 25)
	if most > len(c.Options) {
		f.wrong(under(at, "max_values"), "SELECT_COMPONENT_MAX_VALUES", "More values than options.")
	}
	var values []string
	defaults := 0
	for i, o := range c.Options {
		in := under(at, "options", i)
		f.text(under(in, "label"), o.Label, 1, 100)
		f.text(under(in, "value"), o.Value, 1, 100)
		f.text(under(in, "description"), o.Description, 0, 100)
		if slices.Contains(values, o.Value) {
			f.wrong(under(in, "value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used")
		}
		values = append(values, o.Value)
		if o.Default {
			defaults++
		}
	}
	if defaults > most {
		f.wrong(under(at, "options"), "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", "More defaults than values.")
	}
}
