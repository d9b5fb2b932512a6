package discordfake

import (
	"fmt"
	"unicode/utf8"
)

// A Modal is a form of text inputs.
type Modal struct {
	Title      string
	CustomID   string
	Components []Component
}

// Inputs are the form's fields, from top to bottom.
func (m Modal) Inputs() []Component {
	var inputs []Component
	for _, row := range m.Components {
		inputs = append(inputs, row.Components...)
	}
	return inputs
}

// check refuses what Discord does.
func (m Modal) check() *problem {
	var f form
	f.text("data.title", m.Title, 1, 45)
	f.text("data.custom_id", m.CustomID, 1, 100)
	f.count("data.components", len(m.Components), 1, 5)
	seen := ids{}
	for i, row := range m.Components {
		at := under("data.components", i)
		if row.Type != Row {
			f.wrong(under(at, "type"), "BASE_TYPE_CHOICES", "Value must be one of {1}.")
			continue
		}
		f.count(under(at, "components"), len(row.Components), 1, 1)
		for k, input := range row.Components {
			input.checkInput(&f, under(at, "components", k), seen)
		}
	}
	return f.problem()
}

func (c Component) checkInput(f *form, at string, seen ids) {
	if c.Type != TextInput {
		f.wrong(under(at, "type"), "BASE_TYPE_CHOICES", "Value must be one of {4}.")
		return
	}
	seen.check(f, at, c.CustomID)
	f.text(under(at, "label"), c.Label, 1, 45)
	f.text(under(at, "placeholder"), c.Placeholder, 0, 100)
	f.text(under(at, "value"), c.Value, 0, 4000)
	f.choice(under(at, "style"), c.Style, 1, 2)
	if c.MinLength < 0 || c.MinLength > 4000 || c.MaxLength < 0 || c.MaxLength > 4000 || c.MaxLength > 0 && c.MinLength > c.MaxLength {
		f.wrong(under(at, "max_length"), "NUMBER_TYPE_MAX", "0 to 4000, the least not above the most.")
	}
}

// fill checks a value as the form does before it lets itself be sent.
func (c Component) fill(value string) error {
	n := utf8.RuneCountInString(value)
	most := 4000
	if c.MaxLength > 0 {
		most = c.MaxLength
	}
	switch {
	case n == 0 && (c.Required == nil || *c.Required):
		return fmt.Errorf("%s is required", c.Label)
	case n > 0 && n < c.MinLength, n > most:
		return fmt.Errorf("%s takes %d to %d characters, not %d", c.Label, c.MinLength, most, n)
	}
	return nil
}
