package app

import (
	"io"
	"log/slog"
	"strings"
)

// newLog returns the program's logger. Types keep phones and tokens out of lines;
// as a second fence, any attribute's text that holds a secret of the settings is
// blanked.
func newLog(w io.Writer, s Settings) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(s.LogLevel)) // checked by the settings
	var secrets []string
	for _, v := range s.secrets() {
		if len(v) > 3 {
			secrets = append(secrets, v, "[redacted]")
		}
	}
	blank := strings.NewReplacer(secrets...)
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		switch v := a.Value.Any().(type) {
		case string:
			a.Value = slog.StringValue(blank.Replace(v))
		case error:
			a.Value = slog.StringValue(blank.Replace(v.Error()))
		}
		return a
	}}
	if s.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}
