package configfile

import (
	"fmt"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// An item is one value of the file, aliases followed.
type item struct {
	node *yaml.Node
	at   place
	path string
}

// A member is one key of a mapping with its value.
type member struct {
	name string
	key  place
	item
}

const (
	maxItems = 200_000 // what aliases may multiply a file to
	maxMerge = 32      // how deep merge keys may be nested
)

func (r *reader) item(n *yaml.Node, file source, path string) item {
	for hops := 0; n.Kind == yaml.AliasNode && n.Alias != nil && hops < maxMerge; hops++ {
		n = n.Alias
	}
	r.items++
	return item{n, file.place(n), path}
}

// missing reports whether the item holds nothing.
func (i item) missing() bool {
	return i.node == nil || i.node.Kind == yaml.ScalarNode && i.node.Tag == "!!null"
}

// kind says what the item is, for a mistake.
func (i item) kind() string {
	switch i.node.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	return "a single value"
}

// members returns a mapping's keys in order, merge keys followed, each once.
func (r *reader) members(i item, what string) []member {
	if i.missing() {
		return nil
	}
	if i.node.Kind != yaml.MappingNode {
		r.fault(i.at, "write key: value pairs below it", "%s is %s, not a mapping", what, i.kind())
		return nil
	}
	var all []member
	r.collect(i, &all, map[string]place{}, 0)
	return all
}

func (r *reader) collect(i item, all *[]member, seen map[string]place, depth int) {
	if depth > maxMerge || r.items > maxItems {
		r.exhausted(i.at)
		return
	}
	file, own := r.source(i.at), map[string]bool{}
	var merged []item
	for n := 0; n+1 < len(i.node.Content); n += 2 {
		key, value := i.node.Content[n], r.item(i.node.Content[n+1], file, "")
		if key.Kind == yaml.ScalarNode && key.Tag == "!!merge" {
			merged = append(merged, value)
			continue
		}
		at := file.place(key)
		if key.Kind != yaml.ScalarNode {
			r.fault(at, "use a word as the key", "this key is not a single word")
			continue
		}
		if own[key.Value] {
			r.fault(at, "keep one of the two", "%q stands twice here, first in line %d", key.Value, seen[key.Value].line)
			continue
		}
		own[key.Value] = true
		if _, taken := seen[key.Value]; taken {
			continue // the merging mapping has its own
		}
		seen[key.Value] = at
		value.path = join(i.path, key.Value)
		*all = append(*all, member{key.Value, at, value})
		r.places[value.path] = at
	}
	for _, m := range merged {
		r.merge(m, i.path, all, seen, depth)
	}
}

// merge adds what a merge key brings, one mapping or several.
func (r *reader) merge(m item, path string, all *[]member, seen map[string]place, depth int) {
	parts := []item{m}
	if m.node.Kind == yaml.SequenceNode {
		parts = parts[:0]
		for _, n := range m.node.Content {
			parts = append(parts, r.item(n, r.source(m.at), ""))
		}
	}
	for _, part := range parts {
		if part.node.Kind != yaml.MappingNode {
			r.fault(part.at, "merge a mapping: <<: *name", "%s can't be merged", part.kind())
			continue
		}
		part.path = path
		r.collect(part, all, seen, depth+1)
	}
}

func (r *reader) exhausted(at place) {
	if !r.full {
		r.full = true
		r.fault(at, "write some of them out", "aliases and merge keys repeat too much")
	}
}

// list returns a list's items. A single value counts as a list of one where
// single is set.
func (r *reader) list(i item, what string, single bool) []item {
	switch {
	case i.missing():
		return nil
	case i.node.Kind == yaml.SequenceNode && r.items <= maxItems:
		file, all := r.source(i.at), make([]item, len(i.node.Content))
		for n, node := range i.node.Content {
			all[n] = r.item(node, file, i.path+"["+strconv.Itoa(n)+"]")
			r.places[all[n].path] = all[n].at
		}
		return all
	case i.node.Kind == yaml.SequenceNode:
		r.exhausted(i.at)
		return nil
	case i.node.Kind == yaml.ScalarNode && single:
		return []item{i}
	}
	r.fault(i.at, "write it in brackets: [...]", "%s is %s, not a list", what, i.kind())
	return nil
}

// A text is a single value with what the environment put into it.
type text struct {
	item
	value    string
	replaced bool // value may be secret
}

// shown is the value as a mistake may show it: as the file has it.
func (t text) shown() string {
	const most = 60
	if runes := []rune(t.node.Value); len(runes) > most {
		return strconv.Quote(string(runes[:most]) + "…")
	}
	return strconv.Quote(t.node.Value)
}

// wrong is what a parser said, or less where that would repeat a secret.
func (t text) wrong(what string, err error) string {
	if t.replaced {
		return fmt.Sprintf("the value of %s is no %s", t.shown(), what)
	}
	return err.Error()
}

var variable = regexp.MustCompile(`\$\{([^}]*)\}`)

var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// text reads a single value. ok is false where there is none, or a mistake.
func (r *reader) text(i item, what string) (t text, ok bool) {
	if i.missing() {
		return text{}, false
	}
	if i.node.Kind != yaml.ScalarNode {
		r.fault(i.at, "write one value", "%s is %s, not a single value", what, i.kind())
		return text{}, false
	}
	t, ok = text{item: i}, true
	t.value = variable.ReplaceAllStringFunc(i.node.Value, func(ref string) string {
		name := ref[2 : len(ref)-1]
		t.replaced = true
		if !variableName.MatchString(name) {
			r.fault(i.at, "write ${NAME} with letters, digits and _", "%q names no environment variable", ref)
			ok = false
			return ""
		}
		value, set := r.env(name)
		if !set {
			r.fault(i.at, "set it or take it out of the file", "the environment variable %s is not set", name)
			ok, value = false, ""
		}
		return value
	})
	return t, ok
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
