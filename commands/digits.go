package commands

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

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
// before it the incident's number, and 0 all of them. "14 ack", as the message says
// it, and "1 4" are read too, in any quotes.
func parseKeys(text string) (keys, bool) {
	fields := strings.Fields(strings.Map(digit, text))
	for i, field := range fields {
		fields[i] = strings.Trim(field, "\"'`´’‘“”()<>.,;:!?#")
	}
	switch len(fields) {
	case 1:
		return parseDigits(fields[0])
	case 2:
		if _, ok := Key(fields[1]); ok {
			return parseDigits(fields[0] + fields[1])
		}
		k, ok := parseDigits(fields[0])
		w, known := find(fields[1])
		return k, ok && known && w.name == k.verb
	}
	return keys{}, false
}

// zeros are those of other keyboards, each before nine more digits: fullwidth, Arabic,
// Persian, Devanagari.
var zeros = []rune{'０', '٠', '۰', '०'}

// digit writes a digit of another keyboard as ours.
func digit(r rune) rune {
	for _, zero := range zeros {
		if r >= zero && r <= zero+9 {
			return '0' + r - zero
		}
	}
	return r
}

func parseDigits(s string) (keys, bool) {
	if !digits(s) {
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

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// Disowns reports whether whoever has the phone says that it is not the person's whom
// we mean.
func Disowns(text string) bool {
	said := strings.ToLower(strings.Trim(bare(text), "\"'.,!"))
	return slices.Contains([]string{"wrong", "wrong number"}, strings.Join(strings.Fields(said), " "))
}

// slot returns the incident of a number, or no id where the person has none of it. A
// late reply means what has ended: its number is nobody else's yet.
func (t turn) slot(s string) (id incident.ID, isNumber bool) {
	s = strings.Trim(s, "#'\"")
	if !digits(s) {
		return "", false
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return "", true
	}
	return cmp.Or(t.Slots[n], t.Ended[n]), true
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
	reply := Reply{Text: lead, OK: lead == "", Looked: true}
	if len(ins) == 0 {
		reply.Text = strings.TrimSpace(lead + " You have no open incidents.")
		return reply
	}
	reply.Text = strings.TrimSpace(lead + " Open:")
	dear := len(ins) > 1 && slices.ContainsFunc(ins, func(in incident.Incident) bool { return foreign(in.Title) })
	short := dear || len(ins) > mostSpelled
	if short {
		reply.Text = strings.TrimSpace(lead + " To ack, reply 04 for all, or:")
	}
	for _, in := range ins {
		if dear && foreign(in.Title) {
			in.Title = "" // the digits matter more
		}
		reply.Lines = append(reply.Lines, code(in, numbers[in.ID], short))
	}
	return reply
}

// foreign reports whether an SMS with the text may hold less than half of what others do.
func foreign(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) })
}

// mostSpelled is how many incidents are listed with all that can be replied: two
// messages hold no more.
const mostSpelled = 2

// code reads "PLATFORM-42 Disk full. Reply 14 ack, 16 resolve, 15 escalate"; in short,
// "14 PLATFORM-42 Disk full".
func code(in incident.Incident, n int, short bool) string {
	title, stop := strings.TrimRight(tidy(in.Title, 40), "."), "."
	if strings.HasSuffix(title, "…") {
		stop = ""
	}
	switch {
	case in.State != incident.Triggered && short:
		return fmt.Sprintf("%s (%s)", in.ID, in.State)
	case in.State != incident.Triggered:
		return fmt.Sprintf("%s %s (%s). Reply %d6 resolve", in.ID, title, in.State, n)
	case short:
		return strings.TrimSpace(fmt.Sprintf("%d4 %s %s", n, in.ID, tidy(in.Title, 20)))
	default:
		return fmt.Sprintf("%s %s%s Reply %d4 ack, %d6 resolve, %d5 escalate", in.ID, title, stop, n, n, n)
	}
}
