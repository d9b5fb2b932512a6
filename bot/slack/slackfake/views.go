package slackfake

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// A View is a form that was opened, or somebody's home page.
type View struct {
	ID       string
	Hash     string // changes with every update
	User     string
	Type     string // modal or home
	Callback string
	External string          // the app's own id for it
	JSON     json.RawMessage // as the app sent it, ids filled in
}

// trigger is the right to open one form, for three seconds.
type trigger struct {
	user  string
	until time.Time
	spent bool
}

const triggerLife = 3 * time.Second

// Views returns the open forms and the published home pages, oldest first.
func (s *Server) Views() []View {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]View(nil), s.views...)
}

// newTrigger hands out a trigger_id for what a user just did.
func (s *Server) newTrigger(user string) string {
	s.serial++
	id := strconv.Itoa(s.serial) + ".fake.trigger"
	s.triggers[id] = trigger{user: user, until: s.options.Now().Add(triggerLife)}
	return id
}

func (s *Server) openView(f form) (reply, error) {
	view, err := s.checkedView(f, "modal")
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	id := f.Get("trigger_id")
	t, ok := s.triggers[id]
	switch {
	case !ok:
		err = apiError("invalid_trigger_id")
	case t.spent:
		err = apiError("exchanged_trigger_id")
	case s.options.Now().After(t.until):
		err = apiError("expired_trigger_id")
	}
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	t.spent = true
	s.triggers[id] = t
	view.User = t.user
	answer := s.keepView(view, -1)
	s.mu.Unlock()
	s.watch.tell(Event{Kind: "view"})
	return answer, nil
}

func (s *Server) updateView(f form) (reply, error) {
	view, err := s.checkedView(f, "modal")
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	at := s.viewIndex(func(v View) bool {
		return v.ID == f.Get("view_id") || v.External != "" && v.External == f.Get("external_id")
	})
	switch {
	case at < 0:
		err = apiError("not_found")
	case f.Get("hash") != "" && f.Get("hash") != s.views[at].Hash:
		err = apiError("hash_conflict")
	}
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	view.User = s.views[at].User
	answer := s.keepView(view, at)
	s.mu.Unlock()
	s.watch.tell(Event{Kind: "view"})
	return answer, nil
}

func (s *Server) publishView(f form) (reply, error) {
	view, err := s.checkedView(f, "home")
	if err != nil {
		return nil, err
	}
	view.User = f.Get("user_id")
	s.mu.Lock()
	at := s.viewIndex(func(v View) bool { return v.Type == "home" && v.User == view.User })
	if _, ok := s.users[view.User]; !ok {
		err = apiError("user_not_found")
	} else if at >= 0 && f.Get("hash") != "" && f.Get("hash") != s.views[at].Hash {
		err = apiError("hash_conflict")
	}
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	answer := s.keepView(view, at)
	s.mu.Unlock()
	s.watch.tell(Event{Kind: "view"})
	return answer, nil
}

// keepView stores a view, in place of the one at an index if that is not negative.
func (s *Server) keepView(view View, at int) reply {
	s.serial++
	view.Hash = strconv.Itoa(s.serial) + ".hash"
	if at < 0 {
		view.ID = "V" + strconv.Itoa(s.serial)
		s.views = append(s.views, view)
	} else {
		view.ID = s.views[at].ID
		s.views[at] = view
	}
	return reply{"view": s.wireView(view)}
}

func (s *Server) wireView(view View) reply {
	var shown reply
	_ = decodeExact(view.JSON, &shown) // checked before it came here
	shown["id"], shown["hash"], shown["team_id"], shown["app_id"] = view.ID, view.Hash, s.options.TeamID, s.options.AppID
	shown["root_view_id"], shown["bot_id"] = view.ID, s.options.BotID
	return shown
}

func (s *Server) viewIndex(match func(View) bool) int {
	for i, view := range s.views {
		if match(view) {
			return i
		}
	}
	return -1
}

// checkedView reads the view of a call within Slack's limits.
func (s *Server) checkedView(f form, kind string) (View, error) {
	var view map[string]any
	if decodeExact(f.raw("view"), &view) != nil || view["type"] != kind {
		return View{}, apiError("invalid_arguments")
	}
	c := blockCheck{code: "invalid_arguments", newID: s.newID, most: maxViewBlocks}
	blocks, err := objects(view["blocks"])
	if err != nil {
		return View{}, c.fail("/view/blocks", "must be an array of blocks")
	}
	if err := c.all(blocks, "/view/blocks"); err != nil {
		return View{}, err
	}
	for _, part := range []string{"title", "submit", "close"} {
		if err := c.text(view[part], "/view/"+part, 24, part == "title" && kind == "modal", "plain_text"); err != nil {
			return View{}, err
		}
	}
	if view["submit"] == nil && slices.ContainsFunc(blocks, func(b map[string]any) bool { return b["type"] == "input" }) {
		return View{}, c.fail("/view/submit", "missing required field: submit")
	}
	private, _ := view["private_metadata"].(string)
	if utf8.RuneCountInString(private) > 3000 {
		return View{}, c.fail("/view/private_metadata", "must be less than 3001 characters")
	}
	callback, _ := view["callback_id"].(string)
	external, _ := view["external_id"].(string)
	body, err := json.Marshal(view)
	return View{Type: kind, Callback: callback, External: external, JSON: body}, err
}
