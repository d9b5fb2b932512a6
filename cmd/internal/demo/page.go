package demo

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
)

//go:embed assets
var assets embed.FS

// rules is the page's content security policy: nothing inline, nothing foreign.
const rules = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"form-action 'none'; base-uri 'none'; frame-ancestors 'none'"

// handler is the page and the demo's own endpoints, and the app for all the rest.
func (s *stage) handler() (http.Handler, error) {
	files, err := fs.Sub(assets, "assets")
	if err != nil {
		return nil, fmt.Errorf("open the page's files: %w", err)
	}
	page, err := s.page()
	if err != nil {
		return nil, err
	}
	mine := http.NewServeMux()
	mine.HandleFunc("GET /{$}", page)
	mine.Handle("GET /demo/assets/", http.StripPrefix("/demo/assets/", http.FileServerFS(files)))
	mine.HandleFunc("GET /demo/events", s.events)
	mine.HandleFunc("GET /demo/file/slack/{id}", s.slackFile)
	mine.HandleFunc("GET /demo/file/discord/{message}/{name}", s.discordFile)
	for path, do := range s.acts() {
		mine.HandleFunc("POST /demo/"+path, do)
	}
	guarded := local(safe(http.NewCrossOriginProtection().Handler(mine)))
	all := http.NewServeMux()
	all.Handle("/{$}", guarded)
	all.Handle("/demo/", guarded)
	all.Handle("/", s.inner)
	return all, nil
}

// page renders the page once: what changes comes by the stream.
func (s *stage) page() (http.HandlerFunc, error) {
	t, err := template.ParseFS(assets, "assets/page.html")
	if err != nil {
		return nil, fmt.Errorf("read the page: %w", err)
	}
	rooms := map[string]string{}
	for _, p := range people {
		if p.Slack != "" {
			rooms[p.Slack] = s.slack.DM(p.Slack)
		}
	}
	var body bytes.Buffer
	err = t.Execute(&body, map[string]any{
		"People": people, "Channels": channels, "Rooms": rooms, "Ladder": ladder,
		"Samples": samples, "Speeds": speeds, "Bot": s.slack.Options().BotUID, "DiscordBot": s.discord.Options().ID, "Number": s.phones.Options().From,
	})
	if err != nil {
		return nil, fmt.Errorf("write the page: %w", err)
	}
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(body.Bytes()) // a reader that is gone needs no page
	}, nil
}

// safe tells the browser what the page may do.
func safe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", rules)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}
