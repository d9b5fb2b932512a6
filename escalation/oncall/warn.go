package oncall

import (
	"maps"
	"slices"
)

// Warn holds what is known of people's reach against what was told of it, and tells of
// every trouble that is new and of every one that is over. It may be asked again at any
// time: due is false when all has been told. People whom known leaves out stay as they
// were.
func (b Book) Warn(r Roster, known map[PersonID]Reach) (c Change, due bool) {
	next := b
	next.Warned = maps.Clone(b.Warned)
	if next.Warned == nil {
		next.Warned = map[PersonID][]Trouble{}
	}
	var letters []Letter
	for _, id := range slices.Sorted(maps.Keys(known)) {
		is, was := r.People[id].troubles(known[id]), b.Warned[id]
		told := slices.DeleteFunc(slices.Clone(was), func(t Trouble) bool { return !slices.ContainsFunc(is, t.same) })
		due = due || len(told) < len(was)
		for _, t := range was {
			if !slices.ContainsFunc(is, t.alike) {
				letters = append(letters, r.troubleLetters(id, t, true)...)
			}
		}
		for _, t := range is {
			if slices.ContainsFunc(told, t.same) {
				continue
			}
			if more := r.troubleLetters(id, t, false); len(more) > 0 {
				letters, told, due = append(letters, more...), append(told, t), true
			}
		}
		if next.Warned[id] = told; len(told) == 0 {
			delete(next.Warned, id)
		}
	}
	return Change{Book: next, Letters: letters}, due
}

// alike reports whether both keep the same way closed.
func (t Trouble) alike(o Trouble) bool {
	return t.Kind == o.Kind && t.Via == o.Via && t.Phone == o.Phone
}

// same reports whether both are the same event: what was mended may begin anew.
func (t Trouble) same(o Trouble) bool { return t.alike(o) && t.Since.Equal(o.Since) }
