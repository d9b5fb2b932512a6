package oncall

import (
	"slices"
	"strings"
	"time"
)

// A Readiness is what is known of whether a person can be reached.
type Readiness struct {
	Contact  string   // "Slack from the file, phone +1617…01 linked in chat"
	Seen     string   // "delivered: chat 2h ago, SMS never; acknowledged 5d ago"; empty: nobody looked
	Problems []string // what has to be mended
}

// String is the readiness in one line.
func (r Readiness) String() string {
	parts := []string{r.Contact}
	if r.Seen != "" {
		parts = append(parts, r.Seen)
	}
	return strings.Join(append(parts, r.signs()...), "; ")
}

// Warning is the problems behind a sign, or nothing where there is none.
func (r Readiness) Warning() string { return strings.Join(r.signs(), " ") }

func (r Readiness) signs() []string {
	if len(r.Problems) == 0 {
		return nil
	}
	return []string{"⚠ " + strings.Join(r.Problems, ", ")}
}

// Ready says what is known at now of whether the person can be reached: by what the
// store knows and the last test of their ways.
func (p Person) Ready(r Reach, d Drill, now time.Time) Readiness {
	ready := p.Contacts()
	var seen []string
	for _, via := range p.Ways() {
		at := "never"
		if when := r.Delivered[via]; !when.IsZero() {
			at = ago(when, now)
		}
		seen = append(seen, via.Noun()+" "+at)
	}
	if len(seen) > 0 {
		ready.Seen = "delivered: " + strings.Join(seen, ", ") + "; "
	}
	if r.Acked.IsZero() {
		ready.Seen += "never acknowledged anything"
	} else {
		ready.Seen += "acknowledged " + ago(r.Acked, now)
	}
	for _, t := range r.Troubles {
		if t.Phone == "" || t.Phone == p.Phone { // else it is about a number of before
			ready.Problems = append(ready.Problems, t.Words)
		}
	}
	for _, w := range d.Ways {
		told := slices.ContainsFunc(r.Troubles, func(t Trouble) bool { return t.Via == w.Via })
		if w.State == DrillFailed && !told && w.At.After(r.Delivered[w.Via]) && p.Has(w.Via) {
			ready.Problems = append(ready.Problems, "test of "+ago(w.At, now)+": "+d.came(w))
		}
	}
	return ready
}

// Contacts is the readiness as the configuration alone has it: how the person can be
// reached, and what of their steps can't be sent.
func (p Person) Contacts() Readiness {
	var have []string
	for _, c := range []struct{ name, id string }{{"Slack", p.Slack}, {"Discord", p.Discord}} {
		if c.id != "" {
			have = append(have, c.name+" from the file")
		}
	}
	if p.Phone != "" {
		from := " from the file"
		if p.Linked() {
			from = " linked in chat"
		}
		have = append(have, "phone "+p.Phone.String()+from)
	}
	ready := Readiness{Contact: strings.Join(have, ", ")}
	if lost := p.Lost(); lost != "" {
		ready.Problems = append(ready.Problems, lost)
	}
	if len(have) == 0 {
		ready.Contact, ready.Problems = "no way to be reached", append(ready.Problems, "neither a chat account nor a phone")
		return ready
	}
	for _, via := range []Method{Chat, SMS, Voice} {
		if p.steps(via) && !p.Has(via) {
			ready.Problems = append(ready.Problems, "a step pages by "+via.Noun()+", which nothing can send")
		}
	}
	return ready
}

// ago writes how long something is past, in its largest unit.
func ago(at, now time.Time) string {
	d := now.Sub(at)
	for _, unit := range []time.Duration{oneDay, time.Hour, time.Minute} {
		if d >= unit {
			return FormatDuration(d.Truncate(unit)) + " ago"
		}
	}
	return "just now"
}
