package main

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/earshot-oncall/earshot/storage/configfile"
)

// cli is every command with its flags.
type cli struct {
	Demo    demoCmd    `cmd:"" help:"Try the whole product on one local page, with no account and nothing installed."`
	Serve   serveCmd   `cmd:"" help:"Run in production, as the environment and the configuration say."`
	Check   checkCmd   `cmd:"" help:"Find every mistake of the configuration, and what may leave a page unheard."`
	Who     whoCmd     `cmd:"" help:"Say who is on call, from the configuration alone."`
	Explain explainCmd `cmd:"" help:"Say where an alert would go, and who would be paged when and why."`
	Test    testCmd    `cmd:"" help:"Run unit tests of an on-call set-up, in virtual time."`
	Alert   alertCmd   `cmd:"" help:"Send one alert to a running server."`
	Export  exportCmd  `cmd:"" help:"Write a server's incidents with their timelines, one JSON object a line."`
	Version versionCmd `cmd:"" help:"Say which version this is."`
}

// defaultConfig is the configuration where nothing names another.
const defaultConfig = "earshot.yaml"

// configFlag names the configuration.
type configFlag struct {
	Config string `placeholder:"FILE" help:"The configuration (default: $$EARSHOT_CONFIG, else earshot.yaml)."`
}

// path is the file that is meant.
func (c configFlag) path(t *terminal) string {
	if c.Config != "" {
		return c.Config
	}
	if path, _ := t.env("EARSHOT_CONFIG"); path != "" {
		return path
	}
	return defaultConfig
}

// load reads the configuration. The error has one line for each mistake.
func (c configFlag) load(t *terminal) (*configfile.Config, error) {
	config, err := configfile.Load(c.path(t), t.env)
	if err != nil {
		return nil, misuse{err}
	}
	return config, nil
}

// onlyTheFile is told below every answer that the file alone gives.
func (c configFlag) onlyTheFile(t *terminal) {
	fmt.Fprintf(t.out, "\nRead from %s alone: overrides, pagings and phones that people set in chat are not in it.\n", c.path(t))
}

// An instant is a time on the command line.
type instant struct{ time.Time }

// UnmarshalText reads RFC 3339.
func (i *instant) UnmarshalText(text []byte) error {
	at, err := time.Parse(time.RFC3339, string(text))
	if err != nil {
		return fmt.Errorf("%q is not a time with its offset, such as 2026-03-08T07:30:00Z", text)
	}
	i.Time = at.UTC()
	return nil
}

// or is the instant, or now where none was given, in whole seconds.
func (i instant) or(now time.Time) time.Time {
	if i.IsZero() {
		return now.UTC().Truncate(time.Second)
	}
	return i.Time
}

// writeJSON writes a value on one line, as it would be read aloud: without
// HTML's escapes.
func writeJSON(w io.Writer, value any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(value)
}
