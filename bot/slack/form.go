package slack

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	sdk "github.com/slack-go/slack"

	"github.com/earshot-oncall/earshot/bot"
	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// What Slack bears in a form.
const (
	maxTitle   = 24
	maxChoices = 100
	maxOption  = 75
	maxChosen  = 150
	maxLine    = 500
	maxPrivate = 3000
)

// An origin is what a form carries along, so that what is filled in can be said
// where it was opened.
type origin struct {
	Words   string        `json:"words"`
	Fields  []string      `json:"fields"` // their names, in order
	Channel string        `json:"channel"`
	Thread  string        `json:"thread,omitempty"`
	Team    oncall.TeamID `json:"team,omitempty"`
	Mark    *carried      `json:"mark,omitempty"`
}

// opened opens the form that a reply asks with, and reports whether it stands
// before the person now.
func (c *Client) opened(ctx context.Context, trigger string, reply commands.Reply, from origin) bool {
	if reply.Form == nil {
		return false
	}
	from.Words = reply.Form.Words
	for _, f := range reply.Form.Fields {
		from.Fields = append(from.Fields, f.Name)
	}
	err := c.openForm(ctx, trigger, *reply.Form, from)
	if err != nil {
		c.log.WarnContext(ctx, "form not opened", "err", err)
	}
	return err == nil
}

func (c *Client) openForm(ctx context.Context, trigger string, f commands.Form, from origin) error {
	private, err := compact(from)
	switch {
	case err != nil:
		return fmt.Errorf("encode form: %w", err)
	case utf8.RuneCount(private) > maxPrivate:
		return errors.New("the form's words are too long")
	case trigger == "":
		return errors.New("nobody asked for the form")
	}
	return c.call(ctx, "views.open", "views.open", func(ctx context.Context) error {
		_, err := c.api.OpenViewContext(ctx, trigger, drawForm(f, string(private)))
		return err
	})
}

// drawForm is a form as a modal: each field an input of the field's name.
func drawForm(f commands.Form, private string) sdk.ModalViewRequest {
	var blocks []sdk.Block
	if f.Note != "" {
		blocks = append(blocks, paragraphs(escape(f.Note, maxBlock))...)
	}
	for _, field := range f.Fields {
		var hint *sdk.TextBlockObject
		if field.Hint != "" {
			hint = plain(bot.Clean(field.Hint, maxLine))
		}
		label := plain(bot.Clean(cmp.Or(field.Label, field.Name), maxLine))
		blocks = append(blocks, sdk.NewInputBlock(field.Name, label, hint, input(field)).WithOptional(field.Optional))
	}
	return sdk.ModalViewRequest{
		Type: sdk.VTModal, CallbackID: "form", PrivateMetadata: private,
		Title:  plain(bot.Clean(f.Title, maxTitle)),
		Submit: plain(bot.Clean(cmp.Or(f.Submit, "OK"), maxTitle)),
		Close:  plain("Cancel"),
		Blocks: sdk.Blocks{BlockSet: blocks},
	}
}

// input is how a field is filled in. A choice of nothing is typed.
func input(f commands.Field) sdk.BlockElement {
	switch f.Kind {
	case commands.Moment:
		picker := sdk.NewDateTimePickerBlockElement(f.Name)
		if at, err := time.Parse(time.RFC3339, f.Value); err == nil {
			picker.InitialDateTime = at.Unix()
		}
		return picker
	case commands.Choice:
		menu := sdk.NewOptionsSelectBlockElement(sdk.OptTypeStatic, nil, f.Name)
		for _, o := range f.Options {
			if o.Value == "" || utf8.RuneCountInString(o.Value) > maxChosen || len(menu.Options) == maxChoices {
				continue
			}
			option := sdk.NewOptionBlockObject(o.Value, plain(bot.Clean(cmp.Or(o.Label, o.Value), maxOption)), nil)
			menu.Options = append(menu.Options, option)
			if o.Value == f.Value {
				menu.InitialOption = option
			}
		}
		if len(menu.Options) > 0 {
			return menu
		}
	}
	line := sdk.NewPlainTextInputBlockElement(nil, f.Name)
	line.InitialValue, line.MaxLength = bot.Clean(f.Value, maxLine), maxLine
	return line
}
