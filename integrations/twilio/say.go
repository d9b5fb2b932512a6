package twilio

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// spokenSummary is how many bytes of a summary are read aloud, some twenty seconds.
const spokenSummary = 280

// address is anything that is a torment to listen to.
var address = regexp.MustCompile(`(?i)\b[a-z][a-z0-9+.-]*://\S+|\bwww\.\S+`)

// symbols are written differently from how they are said.
var symbols = strings.NewReplacer("_", " ", "|", " ", "<", " ", ">", " ", "[", " ", "]", " ", "{", " ", "}", " ",
	"*", " ", "#", " ", "`", "", "~", " ", "\\", " ", "&", " and ")

// Signs that compare are said where a number follows: without them a limit is unheard.
var (
	more = regexp.MustCompile(`\s*>=?\s*(\d)`)
	less = regexp.MustCompile(`\s*<=?\s*(\d)`)
)

// A hyphen in front of a number would be read as minus; the ids of incidents have one.
var (
	minus = regexp.MustCompile(`(\pL)-(\d)`)
	ids   = regexp.MustCompile(`\b[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*-\d+\b`)
)

// speech is the text as it may be read aloud: no addresses, no signs that are
// spelled out, no more than some twenty seconds of it.
func speech(text string) string {
	text = address.ReplaceAllString(oneLine(text), "a link")
	text = less.ReplaceAllString(more.ReplaceAllString(text, " above $1"), " below $1")
	text = oneLine(minus.ReplaceAllString(symbols.Replace(text), "$1 $2"))
	if len(text) <= spokenSummary {
		return text
	}
	return sentence(shorten(text, "", func(s string) bool { return len(s) <= spokenSummary }))
}

// spokenID is an id without the hyphen, which would be read as minus, and
// without the capitals, which would be spelled.
func spokenID(id incident.ID) string {
	return speech(strings.ToLower(strings.ReplaceAll(string(id), "-", " ")))
}

// numerals are the numbers that are written as words.
var numerals = []string{
	"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
}

// counted is how a number of things is said.
func counted(n int) string {
	if n >= 0 && n < len(numerals) {
		return numerals[n]
	}
	return strconv.Itoa(n)
}

// every is how all of several things are said.
func every(n int) string {
	if n == 2 {
		return "both"
	}
	return "all " + counted(n)
}

// grade says how bad the worst of several incidents is.
func grade(s incident.Severity) string {
	switch s {
	case incident.Error:
		return "an error"
	case incident.Warning:
		return "a warning"
	}
	return strings.ToLower(capital(string(s)))
}

// A script is what a call says: the news, then what the keys do. Without keys
// there is nothing to be pressed, and the call ends after the news.
type script struct {
	news string
	keys string
}

// call is the script of a call about the incidents as they stand now, the worst
// of those that nobody has taken first, and about more of which it knows the number.
func call(all []incident.Incident, more int, roster oncall.Roster) script {
	open := waiting(all)
	total := len(open) + more
	switch {
	case len(all) == 0:
		return script{news: "The incident of this call is not known any more."}
	case len(open) == 0 && more > 0:
		return script{
			news: fmt.Sprintf("This is Earshot. This call is about %s incidents. The worst have been taken care of.", counted(len(all)+more)),
			keys: "To acknowledge whatever is left, press 4. To repeat, press star.",
		}
	case len(open) == 0:
		return script{news: settled(all, roster)}
	}
	worst := open[0]
	team, title := spokenTeam(worst.Team, roster), sentence(speech(worst.Title))
	if total == 1 {
		return script{
			news: fmt.Sprintf("This is Earshot. %s incident for team %s: %s. It is %s.",
				capital(string(worst.Severity)), team, title, spokenID(worst.ID)),
			keys: "To acknowledge, press 4. To resolve, press 6. To escalate, press 5. To repeat, press star.",
		}
	}
	return script{
		news: fmt.Sprintf("This is Earshot. There are %s incidents, the worst is %s, for team %s: %s. It is %s.",
			counted(total), grade(worst.Severity), team, title, spokenID(worst.ID)),
		keys: fmt.Sprintf("To acknowledge %s, press 4. For %s alone: to resolve, press 6, to escalate, press 5. To repeat, press star.",
			every(total), spokenID(worst.ID)),
	}
}

// announcement is the script of a call that can take no key.
func announcement(n incident.Notice) string {
	s := call(n.Incidents, n.More, n.Roster)
	if n.Fallback {
		s.news = "Nobody has answered. " + s.news
	}
	return s.news + " Please acknowledge in chat."
}

// waiting returns the incidents that nobody has taken.
func waiting(all []incident.Incident) []incident.Incident {
	var open []incident.Incident
	for _, in := range all {
		if in.State == incident.Triggered {
			open = append(open, in)
		}
	}
	return open
}

// settled says that everything is in hands already, and whose.
func settled(all []incident.Incident, roster oncall.Roster) string {
	if len(all) > 1 {
		return capital(every(len(all))) + " incidents of this call have been taken care of."
	}
	in := all[0]
	name := "Incident " + spokenID(in.ID)
	switch in.State {
	case incident.Acknowledged:
		return name + " is already acknowledged" + spokenBy(in.AckedBy, roster) + "."
	case incident.Snoozed:
		return name + " is snoozed."
	}
	return name + " is already resolved" + spokenBy(in.ResolvedBy, roster) + "."
}

// spokenBy names who did it, where that is known.
func spokenBy(by incident.Actor, roster oncall.Roster) string {
	name := by.Name
	if p, ok := roster.People[by.Person]; ok {
		name = p.DisplayName()
	} else if by.Person != "" {
		name = string(by.Person)
	}
	if name = speech(name); name == "" {
		return ""
	}
	return " by " + name
}

// spokenTeam is the name of a team as it may be read aloud.
func spokenTeam(id oncall.TeamID, roster oncall.Roster) string {
	if t, ok := roster.Teams[id]; ok && t.DisplayName() != "" {
		return speech(t.DisplayName())
	}
	return speech(string(id))
}

// capital writes the first letter large.
func capital(word string) string {
	if word == "" {
		return "Unknown"
	}
	return strings.ToUpper(word[:1]) + word[1:]
}
