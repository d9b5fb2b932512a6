package incident

import (
	"slices"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// join adds the members that are new, or fire again, as the newest, and names the
// first of them.
func (in *Incident) join(members []Member) (first string) {
	for _, m := range members {
		i := slices.IndexFunc(in.Members, func(k Member) bool { return k.Fingerprint == m.Fingerprint })
		if i >= 0 && !in.Members[i].Resolved {
			continue
		}
		if i >= 0 {
			in.Members = slices.Delete(in.Members, i, i+1)
		} else if in.Watched {
			in.Joined = append(in.Joined, m.Fingerprint)
		}
		m.Resolved = false
		in.Members = append(in.Members, m)
		if first == "" {
			first = m.Name
		}
	}
	return first
}

// clear is a sender's all-clear: for some members of a group, or for the whole.
func (in *Incident) clear(e AlertResolved, now time.Time) error {
	in.hear(now)
	ended := e.Members
	if own := e.Key.Fingerprint(); len(ended) == 0 && slices.ContainsFunc(in.Members, func(m Member) bool { return m.Fingerprint == own }) {
		ended = []string{own}
	}
	var over []string
	left := 0
	for i := range in.Members {
		m := &in.Members[i]
		if !m.Resolved && slices.Contains(ended, m.Fingerprint) {
			m.Resolved = true
			over = append(over, m.Name)
		}
		if !m.Resolved {
			left++
		}
	}
	if !e.More && (len(ended) == 0 || left == 0) {
		in.resolve(e.By, "", now)
		return nil
	}
	if len(over) > 0 {
		in.note(now, KindRecovered, e.By, "recovered: %s; still firing: %d", strings.Join(over[:min(len(over), maxNamed)], "; "), left)
		in.touch(now)
	}
	return nil
}

// maxNamed is how many members one line of the timeline names.
const maxNamed = 10

// SilentAfter is how long a sender that repeats what lasts may say nothing of an
// incident before the incident says so. Alertmanager repeats every four hours.
const SilentAfter = 6 * time.Hour

// hear notes that the sender has spoken of the incident.
func (in *Incident) hear(now time.Time) {
	if !in.Watched {
		return
	}
	in.Heard = now
	if in.Silent {
		in.Silent = false
		in.touch(now)
	}
}

// miss says that nothing was heard for too long.
func (in *Incident) miss(_ oncall.Roster, now time.Time) {
	in.Silent = true
	in.note(now, KindSilent, Actor{Name: in.Key.Integration}, "no news from %s for %s: it may be over, or the sender may be away",
		in.Key.Integration, oncall.FormatDuration(SilentAfter))
	in.touch(now)
}

// flapping is how soon after its end a key fires again to be told as the same trouble.
const flapping = 10 * time.Minute

// threadAge is how old the first card of a thread may be for another to join it.
const threadAge = time.Hour

// After begins an incident whose key had another one before. Where that has only
// just ended the new one says so, and its cards stand in the same threads.
func After(id ID, last Incident, now time.Time) Incident {
	in := Incident{ID: id}
	if last.State != Resolved || now.Sub(last.ResolvedAt) > flapping {
		return in
	}
	in.Last = last.ID
	if now.Sub(last.Root) > threadAge {
		return in
	}
	in.Root = last.Root
	for _, c := range last.Cards {
		if last.Room.Is(c) {
			continue
		}
		thread := c.Thread
		if thread == "" {
			thread = c.Ref
		}
		if thread != "" {
			in.Cards = append(in.Cards, Card{Board: c.Board, Channel: c.Channel, Thread: thread})
		}
	}
	return in
}
