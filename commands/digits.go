package commands

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// Repeat is the verb of the key that asks to hear it again.
const Repeat = "repeat"

// Key returns the verb of a phone's key, the same by SMS and by voice.
func Key(digit string) (verb string, ok bool) {
	switch digit {
	case "4":
		return "ack", true
	case "5":
		return "escalate", true
	case "6":
		return "resolve", true
	case "*":
		return Repeat, true
	}
	return "", false
}

// keys are digits of an SMS: a key, after the number of the incident meant.
type keys struct {
	verb  string
	which string // "1", "all", or empty: the only one
}

// parseKeys reads "4", "14" and "04": the last digit is the key, what stands
// before it the incident's number, and 0 all of them.
func parseKeys(s string) (keys, bool) {
	s = strings.TrimRight(s, ".,!")
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return keys{}, false
	}
	verb, ok := Key(s[len(s)-1:])
	if !ok {
		return keys{}, false
	}
	which := s[:len(s)-1]
	switch {
	case which == "0":
		which = "all"
	case strings.HasPrefix(which, "0"):
		return keys{}, false
	}
	return keys{verb, which}, true
}

// slot returns the incident of a number, or no id where the person has none of it.
func (t turn) slot(s string) (id incident.ID, isNumber bool) {
	s = strings.TrimPrefix(s, "#")
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return "", false
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return "", true
	}
	return t.Slots[n], true
}

// numbered returns the person's open incidents by their numbers.
func (t turn) numbered(ctx context.Context) (ins []incident.Incident, numbers map[incident.ID]int, err error) {
	numbers = map[incident.ID]int{}
	for _, n := range slices.Sorted(maps.Keys(t.Slots)) {
		in, err := t.desk.Find(ctx, t.Slots[n])
		if err != nil {
			return nil, nil, fmt.Errorf("find %s of number %d: %w", t.Slots[n], n, err)
		}
		if in.Open() {
			ins, numbers[in.ID] = append(ins, in), n
		}
	}
	return ins, numbers, nil
}

// codes lists what is open for a person, with what to reply. A lead says why the
// list is shown instead of what was asked for; without one, it was asked for.
func (t turn) codes(ctx context.Context, lead string) Reply {
	ins, numbers, err := t.numbered(ctx)
	if err != nil {
		return broken(err)
	}
	reply := Reply{Text: lead, OK: lead == ""}
	if len(ins) == 0 {
		reply.Text = strings.TrimSpace(lead + " You have no open incidents.")
		return reply
	}
	reply.Text = strings.TrimSpace(lead + " Open:")
	for _, in := range ins {
		n := numbers[in.ID]
		line := fmt.Sprintf("%s %s. Reply %d4 ack, %d6 resolve, %d5 escalate", in.ID, tidy(in.Title, 40), n, n, n)
		if in.State != incident.Triggered {
			line = fmt.Sprintf("%s %s (%s). Reply %d6 resolve", in.ID, tidy(in.Title, 40), in.State, n)
		}
		reply.Lines = append(reply.Lines, line)
	}
	return reply
}
