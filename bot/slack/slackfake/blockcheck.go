package slackfake

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// blockCheck walks blocks the way Slack's validator does.
type blockCheck struct {
	code  string               // the error's name
	newID func() string        // for blocks and elements without an id
	most  int                  // blocks
	size  int                  // characters of all texts so far
	seen  []string             // block ids
	shown func(id string) bool // whether there is a file that may be shown
}

// elements that can be chosen from, that an actions block or a section's accessory
// may hold, and that an input may.
var (
	choosers = []string{
		"static_select", "multi_static_select", "external_select", "users_select", "multi_users_select",
		"conversations_select", "channels_select", "datepicker", "timepicker", "datetimepicker",
		"radio_buttons", "checkboxes",
	}
	interactive = append([]string{"button", "overflow", "workflow_button"}, choosers...)
	inputs      = append([]string{"plain_text_input", "number_input", "email_text_input", "url_text_input", "rich_text_input", "file_input"}, choosers...)
)

func (c *blockCheck) fail(at, format string, args ...any) error {
	return invalidBlocks{c.code, at, fmt.Sprintf(format, args...)}
}

func (c *blockCheck) all(blocks []map[string]any, at string) error {
	if len(blocks) > c.most {
		return c.fail(at, "no more than %d items allowed", c.most)
	}
	for i, block := range blocks {
		if err := c.block(block, fmt.Sprintf("%s/%d", at, i)); err != nil {
			return err
		}
	}
	return nil
}

func (c *blockCheck) block(block map[string]any, at string) error {
	if err := c.id(block, "block_id", at, &c.seen); err != nil {
		return err
	}
	switch kind := block["type"]; kind {
	case "divider", "rich_text", "file", "video":
		return nil
	case "header":
		return c.text(block["text"], at+"/text", 150, true, "plain_text")
	case "markdown":
		return c.plain(block["text"], at+"/text", 12_000, true)
	case "image":
		if block["image_url"] == nil && block["slack_file"] == nil {
			return c.fail(at, "missing required field: image_url")
		}
		if file, ok := block["slack_file"].(map[string]any); ok {
			if id, _ := file["id"].(string); c.shown == nil || !c.shown(id) {
				return c.fail(at+"/slack_file", "invalid slack file")
			}
		}
		return c.plain(block["alt_text"], at+"/alt_text", 2000, true)
	case "section":
		return c.section(block, at)
	case "context":
		return c.context(block, at)
	case "actions":
		elements, err := objects(block["elements"])
		if err != nil || len(elements) == 0 {
			return c.fail(at+"/elements", "must have at least 1 item")
		}
		if len(elements) > 25 {
			return c.fail(at+"/elements", "no more than 25 items allowed")
		}
		return c.elements(elements, at+"/elements", interactive)
	case "input":
		element, ok := block["element"].(map[string]any)
		if !ok {
			return c.fail(at, "missing required field: element")
		}
		if err := c.text(block["label"], at+"/label", 2000, true, "plain_text"); err != nil {
			return err
		}
		if err := c.text(block["hint"], at+"/hint", 2000, false, "plain_text"); err != nil {
			return err
		}
		return c.elements([]map[string]any{element}, at+"/element", inputs)
	default:
		return c.fail(at+"/type", "unsupported type: %v", kind)
	}
}

func (c *blockCheck) section(block map[string]any, at string) error {
	fields, err := objects(block["fields"])
	switch {
	case err != nil:
		return c.fail(at+"/fields", "must be an array of text objects")
	case len(fields) > 10:
		return c.fail(at+"/fields", "no more than 10 items allowed")
	case block["text"] == nil && len(fields) == 0:
		return c.fail(at, "missing required field: text")
	}
	if err := c.text(block["text"], at+"/text", 3000, len(fields) == 0, "plain_text", "mrkdwn"); err != nil {
		return err
	}
	for i, field := range fields {
		if err := c.text(field, fmt.Sprintf("%s/fields/%d", at, i), 2000, true, "plain_text", "mrkdwn"); err != nil {
			return err
		}
	}
	if accessory, ok := block["accessory"].(map[string]any); ok {
		return c.elements([]map[string]any{accessory}, at+"/accessory", append([]string{"image"}, interactive...))
	}
	return nil
}

func (c *blockCheck) context(block map[string]any, at string) error {
	elements, err := objects(block["elements"])
	if err != nil || len(elements) == 0 {
		return c.fail(at+"/elements", "must have at least 1 item")
	}
	if len(elements) > 10 {
		return c.fail(at+"/elements", "no more than 10 items allowed")
	}
	for i, element := range elements {
		if element["type"] == "image" {
			continue
		}
		if err := c.text(element, fmt.Sprintf("%s/elements/%d", at, i), 3000, true, "plain_text", "mrkdwn"); err != nil {
			return err
		}
	}
	return nil
}

// text checks a text object.
func (c *blockCheck) text(value any, at string, most int, required bool, kinds ...string) error {
	if value == nil && !required {
		return nil
	}
	object, ok := value.(map[string]any)
	if !ok {
		return c.fail(at, "must provide an object")
	}
	kind, _ := object["type"].(string)
	if !slices.Contains(kinds, kind) {
		return c.fail(at+"/type", "must be one of %s", strings.Join(kinds, ", "))
	}
	return c.plain(object["text"], at+"/text", most, true)
}

// plain checks a string.
func (c *blockCheck) plain(value any, at string, most int, required bool) error {
	if value == nil && !required {
		return nil
	}
	text, ok := value.(string)
	length := utf8.RuneCountInString(text)
	c.size += length
	switch {
	case !ok, required && length == 0:
		return c.fail(at, "must be more than 0 characters")
	case length > most:
		return c.fail(at, "must be less than %d characters", most+1)
	}
	return nil
}

// id checks an id's length and that it is the only one of its kind, or makes one up.
func (c *blockCheck) id(object map[string]any, field, at string, seen *[]string) error {
	id, _ := object[field].(string)
	switch {
	case id == "":
		id = c.newID()
		object[field] = id
	case utf8.RuneCountInString(id) > 255:
		return c.fail(at+"/"+field, "must be less than 256 characters")
	case slices.Contains(*seen, id):
		return c.fail(at+"/"+field, "%q already exists", id)
	}
	*seen = append(*seen, id)
	return nil
}
