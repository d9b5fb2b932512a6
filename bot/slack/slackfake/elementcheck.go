package slackfake

import (
	"encoding/json"
	"fmt"
	"slices"
)

// elements checks what can be pressed, chosen or filled in.
func (c *blockCheck) elements(elements []map[string]any, at string, allowed []string) error {
	var seen []string
	for i, element := range elements {
		here := at
		if len(elements) > 1 {
			here = fmt.Sprintf("%s/%d", at, i)
		}
		kind, _ := element["type"].(string)
		if !slices.Contains(allowed, kind) {
			return c.fail(here+"/type", "unsupported type: %s", kind)
		}
		if kind == "image" {
			continue
		}
		if err := c.id(element, "action_id", here, &seen); err != nil {
			return err
		}
		if err := c.element(kind, element, here); err != nil {
			return err
		}
	}
	return nil
}

func (c *blockCheck) element(kind string, element map[string]any, at string) error {
	if err := c.confirm(element["confirm"], at+"/confirm"); err != nil {
		return err
	}
	if err := c.text(element["placeholder"], at+"/placeholder", 150, false, "plain_text"); err != nil {
		return err
	}
	switch kind {
	case "button":
		return c.button(element, at)
	case "static_select", "multi_static_select":
		if err := c.choices(element, at, 1, 100); err != nil {
			return err
		}
		return c.initial(element, at)
	case "overflow":
		return c.choices(element, at, 1, 5)
	case "radio_buttons", "checkboxes":
		return c.choices(element, at, 1, 10)
	case "plain_text_input":
		return c.plain(element["initial_value"], at+"/initial_value", 3000, false)
	case "datetimepicker":
		if moment, ok := element["initial_date_time"].(json.Number); ok && len(moment) != 10 {
			return c.fail(at+"/initial_date_time", "must be a UNIX timestamp of 10 digits")
		}
	}
	return nil
}

// initial checks that what is chosen already can be chosen.
func (c *blockCheck) initial(element map[string]any, at string) error {
	chosen, ok := element["initial_option"].(map[string]any)
	if !ok {
		return nil
	}
	for _, option := range newControl(element, "", "").Options {
		if option.Value == chosen["value"] && option.Text == label(chosen["text"]) {
			return nil
		}
	}
	return c.fail(at+"/initial_option", "must be one of the options")
}

func (c *blockCheck) button(element map[string]any, at string) error {
	if err := c.text(element["text"], at+"/text", 75, true, "plain_text"); err != nil {
		return err
	}
	if err := c.plain(element["value"], at+"/value", 2000, false); err != nil {
		return err
	}
	if err := c.plain(element["url"], at+"/url", 3000, false); err != nil {
		return err
	}
	switch element["style"] {
	case nil, "primary", "danger":
		return nil
	}
	return c.fail(at+"/style", "must be one of primary, danger")
}

func (c *blockCheck) choices(element map[string]any, at string, least, most int) error {
	options, err := objects(element["options"])
	if err != nil {
		return c.fail(at+"/options", "must be an array of options")
	}
	groups, err := objects(element["option_groups"])
	if err != nil {
		return c.fail(at+"/option_groups", "must be an array of groups")
	}
	for i, group := range groups {
		if err := c.text(group["label"], fmt.Sprintf("%s/option_groups/%d/label", at, i), 75, true, "plain_text"); err != nil {
			return err
		}
		more, err := objects(group["options"])
		if err != nil || len(more) > most {
			return c.fail(fmt.Sprintf("%s/option_groups/%d/options", at, i), "no more than %d items allowed", most)
		}
		options = append(options, more...)
	}
	if len(options) < least {
		return c.fail(at+"/options", "must have at least %d items", least)
	}
	if len(groups) == 0 && len(options) > most {
		return c.fail(at+"/options", "no more than %d items allowed", most)
	}
	for i, option := range options {
		here := fmt.Sprintf("%s/options/%d", at, i)
		if err := c.text(option["text"], here+"/text", 75, true, "plain_text", "mrkdwn"); err != nil {
			return err
		}
		if err := c.plain(option["value"], here+"/value", 150, true); err != nil {
			return err
		}
	}
	return nil
}

func (c *blockCheck) confirm(value any, at string) error {
	if value == nil {
		return nil
	}
	dialog, ok := value.(map[string]any)
	if !ok {
		return c.fail(at, "must provide an object")
	}
	for _, part := range []struct {
		name string
		most int
		need bool
	}{{"title", 100, true}, {"text", 300, true}, {"confirm", 30, false}, {"deny", 30, false}} {
		if err := c.text(dialog[part.name], at+"/"+part.name, part.most, part.need, "plain_text", "mrkdwn"); err != nil {
			return err
		}
	}
	return nil
}
