package discord

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/earshot-oncall/earshot/bot"
)

// A Shelf keeps what a button can't carry.
type Shelf interface {
	// Keep keeps a text for ttl and returns a token of at most 40 characters.
	Keep(ctx context.Context, text string, ttl time.Duration) (token string, err error)
	// Kept returns the text of a token; empty where it is kept no longer.
	Kept(ctx context.Context, token string) (text string, err error)
}

const (
	// shelfLife is how long a button works whose words are kept, and keeping bounds what
	// an answer waits for that.
	shelfLife = 24 * time.Hour
	keeping   = 500 * time.Millisecond

	// shelved begins what stands in the place of words that are kept.
	shelved = "kept:"
)

// tooOld answers a press of a button whose words are kept no longer.
const tooOld = "That is from more than a day ago, and its words are not kept any more. Please say it anew."

// shelve keeps a text and returns what a button carries in its place; empty where it
// can't be kept now.
func (c *Client) shelve(parent context.Context, text string) string {
	if c.options.Shelf == nil {
		return ""
	}
	ctx, cancel := context.WithTimeout(parent, keeping)
	defer cancel()
	token, err := c.options.Shelf.Keep(ctx, text, shelfLife)
	if err != nil {
		c.log.WarnContext(parent, "words of a button not kept", "err", err)
		return ""
	}
	return shelved + token
}

// unshelve returns what stands behind what shelve returned, and anything else as it is.
// What is kept no longer is empty.
func (c *Client) unshelve(ctx context.Context, text string) (string, error) {
	token, ok := strings.CutPrefix(text, shelved)
	if !ok || c.options.Shelf == nil {
		return text, nil
	}
	return c.options.Shelf.Kept(ctx, token)
}

// carried is what a control carries that says words, short enough for Discord; empty
// where it can't carry them.
func (c *Client) carried(ctx context.Context, words string) string {
	value := bot.EncodeWords(words)
	if utf8.RuneCountInString(value) <= maxCarried {
		return value
	}
	if short := c.shelve(ctx, words); short != "" {
		return bot.EncodeWords(short)
	}
	return ""
}
