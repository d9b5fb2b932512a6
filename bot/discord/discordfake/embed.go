package discordfake

import (
	"net/url"
	"strings"
	"time"
	"unicode/utf8"
)

// An Embed is a box in a message.
type Embed struct {
	Type        string  `json:"type,omitempty"`
	Title       string  `json:"title,omitempty"`
	Description string  `json:"description,omitempty"`
	URL         string  `json:"url,omitempty"`
	Timestamp   string  `json:"timestamp,omitempty"`
	Color       int     `json:"color,omitempty"`
	Author      *Author `json:"author,omitempty"`
	Footer      *Footer `json:"footer,omitempty"`
	Image       *Image  `json:"image,omitempty"`
	Thumbnail   *Image  `json:"thumbnail,omitempty"`
	Fields      []Field `json:"fields,omitempty"`
}

// An Author is the line above an embed's title.
type Author struct {
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
}

// A Footer is the line below an embed.
type Footer struct {
	Text string `json:"text"`
}

// An Image is one by its address; "attachment://NAME" is the message's own file.
type Image struct {
	URL string `json:"url"`
}

// A Field is a heading and a text in an embed.
type Field struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Inline bool   `json:"inline,omitempty"`
}

// lines are the embed's texts from top to bottom.
func (e Embed) lines() []string {
	var lines []string
	if e.Author != nil {
		lines = append(lines, e.Author.Name)
	}
	lines = append(lines, e.Title, e.Description)
	for _, f := range e.Fields {
		lines = append(lines, f.Name, f.Value)
	}
	if e.Footer != nil {
		lines = append(lines, e.Footer.Text)
	}
	return lines
}

// empty reports whether there is nothing to show.
func (e Embed) empty() bool {
	return strings.Join(e.lines(), "") == "" && e.Image == nil && e.Thumbnail == nil
}

// checkEmbeds refuses what Discord does.
func checkEmbeds(f *form, embeds []Embed) {
	f.count("embeds", len(embeds), 0, 10)
	total := 0
	for i, e := range embeds {
		e.check(f, under("embeds", i))
		for _, line := range e.lines() {
			total += utf8.RuneCountInString(line)
		}
	}
	if total > 6000 {
		f.wrong("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")
	}
}

func (e Embed) check(f *form, at string) {
	f.text(under(at, "title"), e.Title, 0, 256)
	f.text(under(at, "description"), e.Description, 0, 4096)
	f.count(under(at, "fields"), len(e.Fields), 0, 25)
	for i, field := range e.Fields {
		f.text(under(at, "fields", i, "name"), field.Name, 1, 256)
		f.text(under(at, "fields", i, "value"), field.Value, 1, 1024)
	}
	if e.Author != nil {
		f.text(under(at, "author.name"), e.Author.Name, 1, 256)
		address(f, under(at, "author.url"), e.Author.URL, "http", "https")
	}
	if e.Footer != nil {
		f.text(under(at, "footer.text"), e.Footer.Text, 0, 2048)
	}
	for _, image := range []*Image{e.Image, e.Thumbnail} {
		if image != nil {
			address(f, under(at, "image.url"), image.URL, "http", "https", "attachment")
		}
	}
	address(f, under(at, "url"), e.URL, "http", "https")
	if e.Color < 0 || e.Color > 0xFFFFFF {
		f.wrong(under(at, "color"), "NUMBER_TYPE_MAX", "int value should be less than or equal to 16777215.")
	}
	if _, err := time.Parse(time.RFC3339, e.Timestamp); e.Timestamp != "" && err != nil {
		f.wrong(under(at, "timestamp"), "DATE_TIME_TYPE_PARSE", "Could not parse %s. Should be ISO8601.", e.Timestamp)
	}
	if e.empty() {
		f.wrong(at, "EMBED_EMPTY", "An embed needs a title, a text, fields or an image.")
	}
}

// address checks a URL and its scheme.
func address(f *form, at, text string, schemes ...string) {
	if text == "" {
		return
	}
	f.text(at, text, 0, 2048)
	parsed, err := url.Parse(text)
	if err == nil && parsed.Host != "" {
		for _, scheme := range schemes {
			if parsed.Scheme == scheme {
				return
			}
		}
	}
	f.wrong(at, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
}
