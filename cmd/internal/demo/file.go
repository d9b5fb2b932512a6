package demo

import (
	"bytes"
	"mime"
	"net/http"
	"net/url"
	"path"
	"slices"
	"time"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
)

// filePath is where the page finds a file that the app has put into a chat.
func filePath(parts ...string) string {
	at := "/demo/file"
	for _, p := range parts {
		at += "/" + url.PathEscape(p)
	}
	return at
}

// slackFile shows a file of the workspace.
func (s *stage) slackFile(w http.ResponseWriter, r *http.Request) {
	files := s.slack.Files()
	at := slices.IndexFunc(files, func(f slackfake.File) bool { return f.ID == r.PathValue("id") })
	if at < 0 {
		http.NotFound(w, r)
		return
	}
	give(w, r, files[at].Name, files[at].Content)
}

// discordFile shows a file of a message of the server.
func (s *stage) discordFile(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	content := s.discord.File(r.PathValue("message"), name)
	if content == nil {
		http.NotFound(w, r)
		return
	}
	give(w, r, name, content)
}

// give shows a picture as what it is, and anything else as plain words: nothing that
// was uploaded runs on this page.
func give(w http.ResponseWriter, r *http.Request, name string, content []byte) {
	kind := mime.TypeByExtension(path.Ext(name))
	if kind != "image/png" {
		kind = "text/plain; charset=utf-8"
	}
	w.Header().Set("Content-Type", kind)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
}
