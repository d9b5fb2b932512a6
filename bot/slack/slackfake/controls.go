package slackfake

import (
	"encoding/json"
	"strings"
)

// A Control is something in a message that can be pressed or chosen from.
type Control struct {
	Type     string // button, static_select, overflow, ...
	ActionID string
	BlockID  string
	Text     string // a button's label, a select's placeholder
	Value    string // a button's value
	Style    string // a button's: primary, danger or empty
	URL      string // a button's link
	Options  []Option

	json map[string]any
}

// An Option is one line of a select or an overflow menu.
type Option struct{ Text, Value string }

// Controls returns what a message offers, in the order it is shown.
func (m Message) Controls() []Control {
	var controls []Control
	for _, block := range m.allBlocks() {
		id, _ := block["block_id"].(string)
		elements, _ := objects(block["elements"])
		if accessory, ok := block["accessory"].(map[string]any); ok {
			elements = append(elements, accessory)
		}
		for _, element := range elements {
			if action, _ := element["action_id"].(string); action != "" {
				controls = append(controls, newControl(element, action, id))
			}
		}
	}
	return controls
}

// Control returns the control with an action id.
func (m Message) Control(actionID string) (Control, bool) {
	for _, control := range m.Controls() {
		if control.ActionID == actionID {
			return control, true
		}
	}
	return Control{}, false
}

// Words returns all the text a reader sees: blocks, then attachments, line by
// line, labels of controls included. The message's own text is shown, and
// returned, only where there are no blocks.
func (m Message) Words() string {
	var lines []string
	if m.Blocks == nil && m.Text != "" {
		lines = append(lines, m.Text)
	}
	for _, block := range m.allBlocks() {
		lines = appendTexts(lines, block)
	}
	var attachments []map[string]any
	_ = json.Unmarshal(m.Attachments, &attachments) // absent or checked when it was posted
	for _, attachment := range attachments {
		if attachment["blocks"] != nil {
			continue
		}
		for _, part := range []string{"pretext", "title", "text", "footer"} {
			if text, _ := attachment[part].(string); text != "" {
				lines = append(lines, text)
			}
		}
	}
	return strings.Join(lines, "\n")
}

// allBlocks returns the message's blocks and then those of its attachments.
func (m Message) allBlocks() []map[string]any {
	var blocks []map[string]any
	_ = json.Unmarshal(m.Blocks, &blocks) // absent or checked when it was posted
	var attachments []struct {
		Blocks []map[string]any `json:"blocks"`
	}
	_ = json.Unmarshal(m.Attachments, &attachments)
	for _, attachment := range attachments {
		blocks = append(blocks, attachment.Blocks...)
	}
	return blocks
}

func newControl(element map[string]any, actionID, blockID string) Control {
	word := func(name string) string {
		text, _ := element[name].(string)
		return text
	}
	c := Control{
		Type: word("type"), ActionID: actionID, BlockID: blockID,
		Text: label(element["text"]), Value: word("value"), Style: word("style"), URL: word("url"), json: element,
	}
	if c.Text == "" {
		c.Text = label(element["placeholder"])
	}
	options, _ := objects(element["options"])
	groups, _ := objects(element["option_groups"])
	for _, group := range groups {
		more, _ := objects(group["options"])
		options = append(options, more...)
	}
	for _, option := range options {
		value, _ := option["value"].(string)
		c.Options = append(c.Options, Option{Text: label(option["text"]), Value: value})
	}
	return c
}

// label reads a text object.
func label(value any) string {
	object, _ := value.(map[string]any)
	text, _ := object["text"].(string)
	return text
}

// appendTexts collects the texts of a block in the order they are shown.
func appendTexts(lines []string, part map[string]any) []string {
	switch text := part["text"].(type) {
	case string:
		if text != "" {
			lines = append(lines, text)
		}
	case map[string]any:
		lines = appendTexts(lines, text)
	}
	for _, name := range []string{"title", "fields", "accessory", "elements", "placeholder"} {
		switch inner := part[name].(type) {
		case map[string]any:
			lines = appendTexts(lines, inner)
		case []any:
			for _, item := range inner {
				if object, ok := item.(map[string]any); ok {
					lines = appendTexts(lines, object)
				}
			}
		}
	}
	return lines
}
