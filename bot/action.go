package bot

import (
	"regexp"
	"strings"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// maxAction is the tightest limit among the platforms for what a button carries.
const maxAction = 100

var verbs = regexp.MustCompile(`^[a-z]{1,16}$`)

// An Action is what a button says when it is pressed.
type Action struct {
	Verb     string
	Incident incident.ID
	Arg      string
}

// EncodeAction writes an action as "v1:snooze:PLATFORM-42:1h".
func EncodeAction(a Action) string {
	s := "v1:" + a.Verb + ":" + string(a.Incident)
	if a.Arg != "" {
		s += ":" + a.Arg
	}
	return s
}

// DecodeAction reads what EncodeAction wrote. ok is false for anything else,
// since what comes back from a platform may be anything.
func DecodeAction(s string) (a Action, ok bool) {
	parts := strings.SplitN(s, ":", 4)
	if len(s) > maxAction || len(parts) < 3 || parts[0] != "v1" || !verbs.MatchString(parts[1]) {
		return Action{}, false
	}
	id, ok := incident.ParseID(parts[2])
	if !ok || string(id) != parts[2] {
		return Action{}, false
	}
	a = Action{Verb: parts[1], Incident: id}
	if len(parts) == 4 {
		if a.Arg = parts[3]; a.Arg == "" {
			return Action{}, false
		}
	}
	return a, true
}
