package configfile

import (
	"regexp"
	"slices"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// names are what the files define, so that a reference can be checked wherever
// it stands.
type names struct {
	people    []string
	teams     []string
	schedules map[string][]string // by team
	policies  map[string][]string // by team
}

// index looks at the keys alone; what is wrong with them is told when they are
// read.
func (r *reader) index(people, teams []member) names {
	told := r.mistakes
	defer func() { r.mistakes = told }()
	n := names{schedules: map[string][]string{}, policies: map[string][]string{}}
	for _, p := range people {
		n.people = append(n.people, p.name)
	}
	for _, t := range teams {
		n.teams = append(n.teams, t.name)
		for _, m := range r.members(t.item, "") {
			switch m.name {
			case "schedules":
				n.schedules[t.name] = r.keys(m.item)
			case "policies":
				n.policies[t.name] = r.keys(m.item)
			}
		}
	}
	return n
}

func (r *reader) keys(i item) (keys []string) {
	for _, m := range r.members(i, "") {
		keys = append(keys, m.name)
	}
	return keys
}

// person reads the name of a person that exists.
func (r *reader) person(i item, what string) oncall.PersonID {
	return oncall.PersonID(r.reference(i, what, "person", r.names.people))
}

// people reads a list of persons, or one.
func (r *reader) persons(i item, what string) []oncall.PersonID {
	var ids []oncall.PersonID
	for _, i := range r.list(i, what, true) {
		if id := r.person(i, what); id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}

// team reads the name of a team that exists.
func (r *reader) team(i item, what string) oncall.TeamID {
	return oncall.TeamID(r.reference(i, what, "team", r.names.teams))
}

func (r *reader) reference(i item, what, thing string, there []string) string {
	t, ok := r.text(i, what)
	if !ok || slices.Contains(there, t.value) {
		return t.value
	}
	r.fault(i.at, nearest(t.node.Value, there, ""), "%s: there is no %s %s", what, thing, t.shown())
	return ""
}

var (
	teamKey = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*$`)
	plainID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]*$`)
)

// named checks the key of something that others refer to.
func (r *reader) named(m member, thing string) {
	const longest = 64
	switch {
	case len(m.name) > longest:
		r.fault(m.key, "choose one of at most 64 characters", "the key of this %s is too long", thing)
	case thing == "team" && !teamKey.MatchString(m.name):
		r.fault(m.key, "use small letters, digits, - and _, a letter or digit first: its capitals begin the ids of incidents", "%q can't be a team's key", m.name)
	case !plainID.MatchString(m.name):
		r.fault(m.key, "use letters, digits, '.', - and _, a letter or digit first", "%q can't be the key of a %s", m.name, thing)
	}
}
