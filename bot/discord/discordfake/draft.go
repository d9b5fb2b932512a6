package discordfake

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// A draft is a message as the app sends it: to a channel, as an edit, as the
// answer to an interaction. What an edit leaves out stays as it is.
type draft struct {
	Content      *string      `json:"content"`
	Embeds       *[]Embed     `json:"embeds"`
	Components   *[]Component `json:"components"`
	Attachments  *[]kept      `json:"attachments"`
	Mentions     *Mentions    `json:"allowed_mentions"`
	Nonce        looseID      `json:"nonce"`
	EnforceNonce bool         `json:"enforce_nonce"`
	Flags        int          `json:"flags"`
	Reference    *Reference   `json:"message_reference"`
	TTS          bool         `json:"tts"`

	files []file
}

// A looseID is a text, or a number that is taken as one.
type looseID string

// UnmarshalJSON implements json.Unmarshaler.
func (id *looseID) UnmarshalJSON(data []byte) error {
	if string(data) != "null" {
		*id = looseID(strings.Trim(string(data), `"`))
	}
	return nil
}

// A kept attachment is one that an edit leaves, or by its number a new file.
type kept struct {
	ID          looseID `json:"id"`
	Description string  `json:"description"`
}

// Mentions say who may be pinged.
type Mentions struct {
	Parse *[]string `json:"parse"`
	Users []string  `json:"users"`
	Roles []string  `json:"roles"`
}

func (m *Mentions) parse() []string {
	if m.Parse == nil {
		return nil
	}
	return *m.Parse
}

// Violations are messages that could have pinged whom their text names, or that
// show what isn't there: each a line with the request it came by.
func (s *Server) Violations() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.violations)
}

// violate notes a violation and refuses what made it.
func (s *Server) violate(by, what string) *problem {
	s.violations = append(s.violations, by+": "+what)
	f := form{}
	f.wrong("allowed_mentions", "DISCORDFAKE_VIOLATION", "%s", what)
	return f.problem()
}

// check refuses what Discord does, and what it lets through to people's harm.
func (s *Server) check(d *draft, by string) *problem {
	var f form
	if d.Content != nil {
		f.text("content", *d.Content, 0, 2000)
	}
	if d.Embeds != nil {
		checkEmbeds(&f, *d.Embeds)
	}
	if d.Components != nil {
		checkComponents(&f, *d.Components)
	}
	if d.Attachments != nil {
		for i, a := range *d.Attachments {
			f.text(under("attachments", i, "description"), a.Description, 0, 1024)
		}
	}
	f.text("nonce", string(d.Nonce), 0, 25)
	if d.Flags&^flagsAllowed != 0 {
		f.wrong("flags", "BITFIELD_TYPE", "flags %d can't be set here", d.Flags)
	}
	if len(d.files) > 10 {
		f.wrong("files", "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")
	}
	d.checkMentions(&f)
	if failed := f.problem(); failed != nil {
		return failed
	}
	switch {
	case d.Mentions == nil || d.Mentions.Parse == nil:
		return s.violate(by, "allowed_mentions with parse [] is missing")
	case len(*d.Mentions.Parse) > 0:
		return s.violate(by, fmt.Sprintf("allowed_mentions lets a text ping %v", *d.Mentions.Parse))
	case len(d.files) > 0 && s.denied[AttachFiles]:
		return missingPermissions()
	}
	return nil
}

func (d *draft) checkMentions(f *form) {
	if d.Mentions == nil {
		return
	}
	f.count("allowed_mentions.users", len(d.Mentions.Users), 0, 100)
	f.count("allowed_mentions.roles", len(d.Mentions.Roles), 0, 100)
	for _, id := range slices.Concat(d.Mentions.Users, d.Mentions.Roles) {
		if !snowflake.MatchString(id) {
			f.wrong("allowed_mentions", "NUMBER_TYPE_COERCE", "Value %q is not snowflake.", id)
		}
	}
}

// apply writes the draft over a message. It changes nothing where the result would
// be empty or show a file that isn't there.
func (s *Server) apply(d *draft, m *Message, by string) *problem {
	next := m.snapshot()
	if d.Content != nil {
		next.Content = strings.TrimSpace(*d.Content)
	}
	if d.Embeds != nil {
		next.Embeds = slices.Clone(*d.Embeds)
		for i := range next.Embeds {
			next.Embeds[i].Type = "rich"
		}
	}
	if d.Components != nil {
		next.Components = *d.Components
	}
	files := s.attach(d, m, &next)
	if next.Content == "" && len(next.Embeds)+len(next.Attachments)+len(next.Components) == 0 {
		return refuse(http.StatusBadRequest, 50006, "Cannot send an empty message")
	}
	if name := next.missingFile(); name != "" {
		return s.violate(by, "an embed shows attachment://"+name+", which isn't attached")
	}
	s.ping(&next, d.Mentions)
	next.files, next.Loading = files, false
	next.Flags &^= flagLoading
	*m = next
	return nil
}

// attach works out the files that a message has then.
func (s *Server) attach(d *draft, m, next *Message) map[string][]byte {
	files := map[string][]byte{}
	if d.Attachments != nil {
		next.Attachments = nil
		for _, a := range m.Attachments {
			if slices.ContainsFunc(*d.Attachments, func(k kept) bool { return string(k.ID) == a.ID }) {
				next.Attachments = append(next.Attachments, a)
			}
		}
	}
	for _, a := range next.Attachments {
		files[a.ID] = m.files[a.ID]
	}
	for _, f := range d.files {
		a := Attachment{ID: s.newID(), Name: f.name, Kind: f.kind, Size: len(f.data)}
		if d.Attachments != nil {
			for _, said := range *d.Attachments {
				if string(said.ID) == f.number {
					a.Description = said.Description
				}
			}
		}
		a.URL = strings.Join([]string{s.options.URL, "attachments", m.Channel, a.ID, a.Name}, "/")
		next.Attachments = append(next.Attachments, a)
		files[a.ID] = f.data
	}
	return files
}

// missingFile names a file that an embed shows and the message lacks.
func (m Message) missingFile() string {
	for _, e := range m.Embeds {
		for _, image := range []*Image{e.Image, e.Thumbnail} {
			if image == nil {
				continue
			}
			name, own := strings.CutPrefix(image.URL, "attachment://")
			if own && !slices.ContainsFunc(m.Attachments, func(a Attachment) bool { return a.Name == name }) {
				return name
			}
		}
	}
	return ""
}
