package configfile

import (
	"errors"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// A reader collects what the files say and what is wrong with them.
type reader struct {
	env      func(string) (string, bool)
	sources  []source
	top      []member // the top-level keys of all files, in order
	places   map[string]place
	mistakes Mistakes
	names    names
	zone     *time.Location // the file's
	items    int
	full     bool // told that there are too many
	unread   bool // a file could not be parsed
}

// A source is one file.
type source struct {
	name  string
	order int
}

func (s source) place(n *yaml.Node) place {
	return place{s.name, n.Line, n.Column, s.order}
}

func (r *reader) source(at place) source { return source{at.file, at.order} }

func newReader(env func(string) (string, bool)) *reader {
	return &reader{env: env, places: map[string]place{}, zone: time.UTC}
}

// topKeys are the keys of a file.
var topKeys = []string{
	"timezone", "public_url", "admins", "people", "teams", "integrations", "routes",
	"grouping", "bundling", "storm", "catch_all", "rate_limit", "digest", "phones", "sms_gateway", "include",
}

// merging are those of them that several files may have.
var merging = []string{"admins", "people", "teams", "integrations", "routes", "include"}

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)

// add reads one file's top-level keys.
func (r *reader) add(name string, src []byte) {
	file := source{name, len(r.sources)}
	r.sources = append(r.sources, file)
	decoder := yaml.NewDecoder(strings.NewReader(string(src)))
	var doc yaml.Node
	switch err := decoder.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return
	case err != nil:
		r.broken(file, err)
		return
	}
	var second yaml.Node
	if err := decoder.Decode(&second); err == nil {
		r.fault(file.place(&second), "keep one document in a file and include the others", "a second document begins here")
	} else if !errors.Is(err, io.EOF) {
		r.broken(file, err)
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) == 0 {
		return
	}
	root := r.item(doc.Content[0], file, "")
	r.unread = r.unread || !root.missing() && root.node.Kind != yaml.MappingNode
	for _, m := range r.members(root, "the file") {
		switch {
		case !slices.Contains(topKeys, m.name):
			r.unknown(m, topKeys)
		case m.name == "include" && file.order > 0:
			r.fault(m.key, "list all files in the first one", "an included file can't include others")
		case r.repeated(m):
		default:
			r.top = append(r.top, m)
		}
	}
}

func (r *reader) broken(file source, err error) {
	r.unread = true
	line, words := 1, err.Error()
	if m := yamlLine.FindStringSubmatch(words); m != nil {
		words = m[2]
		if n, err := strconv.Atoi(m[1]); err == nil {
			line = n
		}
	}
	at := place{file.name, line, 1, file.order}
	r.fault(at, "mend the indentation, quotes or brackets near that line", "not YAML: %s", words)
}

// repeated reports a setting that another file has already.
func (r *reader) repeated(m member) bool {
	i := slices.IndexFunc(r.top, func(t member) bool { return t.name == m.name })
	if i < 0 || slices.Contains(merging, m.name) {
		return false
	}
	r.fault(m.key, "keep one of the two", "%q is set already at %s", m.name, r.top[i].key)
	return true
}

func (r *reader) unknown(m member, known []string) {
	r.fault(m.key, nearest(m.name, known, ""), "unknown key %q", m.name)
}

// A file is one that another includes.
type file struct {
	path string
	from place
}

// included lists the files that the first one includes, each once, without itself.
func (r *reader) included(dir, self string) (files []file) {
	for _, m := range r.top {
		if m.name != "include" {
			continue
		}
		for _, i := range r.list(m.item, "include", true) {
			t, ok := r.text(i, "an included file")
			if !ok {
				continue
			}
			pattern := t.value
			if !filepath.IsAbs(pattern) {
				pattern = filepath.Join(dir, pattern)
			}
			paths, err := filepath.Glob(pattern)
			if err != nil {
				r.fault(i.at, "write a path such as teams/*.yaml", "%s is no pattern of file names", t.shown())
			} else if len(paths) == 0 && !strings.ContainsAny(pattern, "*?[") {
				r.fault(i.at, "create it or take it out", "there is no file %s", t.shown())
			}
			for _, path := range paths {
				known := slices.ContainsFunc(files, func(f file) bool { return f.path == path })
				if !known && filepath.Clean(path) != filepath.Clean(self) {
					files = append(files, file{path, i.at})
				}
			}
		}
	}
	return files
}

// fields returns a mapping's members by name and reports those not known.
func (r *reader) fields(i item, what string, known ...string) fields {
	f := fields{}
	for _, m := range r.members(i, what) {
		if !slices.Contains(known, m.name) {
			r.unknown(m, known)
			continue
		}
		f[m.name] = m
	}
	return f
}

// fields are the members of a mapping by name; one that is not there is missing.
type fields map[string]member

func (f fields) has(name string) bool { return !f[name].missing() }

// all returns the members of one merging top-level key in all files, each name
// once.
func (r *reader) all(key, what string) []member {
	var all []member
	seen := map[string]place{}
	for _, top := range r.top {
		if top.name != key {
			continue
		}
		for _, m := range r.members(top.item, key) {
			if first, taken := seen[m.name]; taken {
				r.fault(m.key, "keep one of the two", "%s %q is defined already at %s", what, m.name, first)
				continue
			}
			seen[m.name] = m.key
			all = append(all, m)
		}
	}
	return all
}
