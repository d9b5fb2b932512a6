package oncall

import (
	"fmt"
	"maps"
	"slices"
)

// yield takes back the numbers that were linked in chat and that the file gives to
// somebody else by now: what an admin wrote counts, and a reply from there is one
// person's alone.
func (r Roster) yield() {
	owners := map[Phone]PersonID{}
	for _, id := range slices.Backward(slices.Sorted(maps.Keys(r.People))) {
		if phone := r.People[id].Filed().Phone; phone != "" {
			owners[phone] = id
		}
	}
	for id, p := range r.People {
		owner, filed := owners[p.Phone]
		if !filed || owner == id || !p.Linked() {
			continue
		}
		name := r.People[owner].Name
		if name == "" {
			name = string(owner)
		}
		p.lost = lostPhone{p.Phone, name}
		p.Phone = p.filed.Phone
		r.People[id] = p
	}
}

// troubles are those of a person's reach, and that a number of theirs is lost.
func (p Person) troubles(r Reach) []Trouble {
	if p.lost.phone == "" {
		return r.Troubles
	}
	return append(slices.Clone(r.Troubles), Trouble{Kind: Taken, Via: SMS, Phone: p.lost.phone, Words: p.Lost()})
}

// Lost says in words which number, linked in chat, is not the person's any more, and
// why; empty where there is none.
func (p Person) Lost() string {
	if p.lost.phone == "" {
		return ""
	}
	return fmt.Sprintf("%s, linked in chat, is not used: the file gives it to %s", p.lost.phone, p.lost.to)
}
