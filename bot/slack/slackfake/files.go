package slackfake

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"sync"
)

// A File is what the app has uploaded. It is seen where a message shows it.
type File struct {
	ID      string
	Name    string
	Title   string
	Alt     string
	Content []byte
	Done    bool // the upload was completed: blocks may show it
}

// maxFile bounds an upload.
const maxFile = 8 << 20

// uploads are all files, under a lock of their own: blocks are checked under the
// server's.
type uploads struct {
	mu    sync.Mutex
	files []*File
	sizes map[string]int // announced, by id
}

func (u *uploads) find(id string) *File {
	i := slices.IndexFunc(u.files, func(f *File) bool { return f.ID == id })
	if i < 0 {
		return nil
	}
	return u.files[i]
}

// shown reports whether a block may show the file.
func (u *uploads) shown(id string) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	f := u.find(id)
	return f != nil && f.Done
}

// Files returns all that was uploaded, in order.
func (s *Server) Files() []File {
	s.uploads.mu.Lock()
	defer s.uploads.mu.Unlock()
	var all []File
	for _, f := range s.uploads.files {
		all = append(all, *f)
	}
	return all
}

// announceFile answers with where the file is to be sent.
func (s *Server) announceFile(f form) (reply, error) {
	size, err := strconv.Atoi(f.Get("length"))
	if f.Get("filename") == "" || err != nil || size <= 0 {
		return nil, apiError("invalid_arguments")
	}
	if size > maxFile {
		return nil, apiError("file_upload_size_restricted")
	}
	base := s.Options().URL
	u := &s.uploads
	u.mu.Lock()
	defer u.mu.Unlock()
	file := &File{ID: fmt.Sprintf("F%05d", len(u.files)+1), Name: f.Get("filename"), Alt: f.Get("alt_txt")}
	if u.sizes == nil {
		u.sizes = map[string]int{}
	}
	u.files, u.sizes[file.ID] = append(u.files, file), size
	return reply{"upload_url": base + uploadPath + file.ID, "file_id": file.ID}, nil
}

// uploadPath is where files are sent to.
const uploadPath = "/upload/"

// takeFile takes what was announced.
func (s *Server) takeFile(w http.ResponseWriter, r *http.Request, id string) {
	part, _, err := r.FormFile("file")
	if err != nil {
		http.Error(w, "no file", http.StatusBadRequest)
		return
	}
	defer part.Close()
	content, err := io.ReadAll(io.LimitReader(part, maxFile+1))
	u := &s.uploads
	u.mu.Lock()
	defer u.mu.Unlock()
	file := u.find(id)
	if err != nil || file == nil || len(content) != u.sizes[id] {
		http.Error(w, "not the file that was announced", http.StatusBadRequest)
		return
	}
	file.Content = content
	_, _ = fmt.Fprintf(w, "OK - %d", len(content)) // fails only when the caller is gone
}

// An upload is one that is to be completed.
type upload struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// completeFiles makes uploads files that messages may show, and shows them in a channel
// where one is named.
func (s *Server) completeFiles(f form) (reply, error) {
	var named []upload
	if json.Unmarshal([]byte(f.Get("files")), &named) != nil || len(named) == 0 {
		return nil, apiError("invalid_arguments")
	}
	share, err := s.sharing(f)
	if err != nil {
		return nil, err
	}
	done, err := s.uploads.complete(named)
	if err != nil {
		return nil, err
	}
	share(done)
	return reply{"files": done}, nil
}

// sharing returns what shows files in the channel, and thread, that a call names.
func (s *Server) sharing(f form) (share func([]reply), err error) {
	id := f.Get("channel_id")
	if id == "" {
		return func([]reply) {}, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r, thread := s.channels[id], f.Get("thread_ts")
	switch {
	case r == nil, r.Private && r.Left:
		return nil, apiError("channel_not_found")
	case r.Left:
		return nil, apiError("not_in_channel")
	case r.Archived:
		return nil, apiError("is_archived")
	case thread != "" && r.message(thread) == nil:
		return nil, apiError("invalid_thread_ts")
	}
	return func(done []reply) {
		m := Message{User: s.options.BotUID, Text: f.Get("initial_comment"), ThreadTS: thread}
		for _, file := range done {
			name, _ := file["id"].(string)
			m.Files = append(m.Files, name)
		}
		s.mu.Lock()
		posted := s.add(r, m).clone()
		s.mu.Unlock()
		s.watch.tell(Event{Kind: "posted", Channel: posted.Channel, TS: posted.TS})
	}, nil
}

// complete makes uploads files.
func (u *uploads) complete(named []upload) ([]reply, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	done := []reply{}
	for _, n := range named {
		file := u.find(n.ID)
		if file == nil || file.Content == nil {
			return nil, apiError("file_not_found")
		}
		file.Title, file.Done = n.Title, true
		done = append(done, reply{"id": file.ID, "title": file.Title})
	}
	return done, nil
}
