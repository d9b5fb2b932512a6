package bot

import (
	"fmt"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// Plain writes the line without markup, moments on the clock of the zone.
func (l Line) Plain(zone *time.Location) string {
	if zone == nil {
		zone = time.UTC
	}
	var b strings.Builder
	for _, s := range l {
		switch {
		case !s.At.IsZero():
			b.WriteString(s.At.In(zone).Format("Mon 2 Jan 15:04 MST"))
		case s.Person != "":
			b.WriteString("@" + string(s.Person))
		default:
			b.WriteString(s.Text)
		}
	}
	return b.String()
}

// say is a line of words alone.
func say(format string, args ...any) Line { return Line{{Text: fmt.Sprintf(format, args...)}} }

// at adds a moment and more words to a line.
func (l Line) at(moment time.Time, rest string) Line {
	l = append(l, Span{At: moment.UTC()})
	if rest != "" {
		l = append(l, Span{Text: rest})
	}
	return l
}

// Took writes how long something took: "38 s", "31 min", "2 h 5 min", "3 d 4 h".
func Took(d time.Duration) string {
	d = max(d, 0)
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d < 48*time.Hour:
		return two(d, time.Hour, "h", time.Minute, "min")
	}
	return two(d, 24*time.Hour, "d", time.Hour, "h")
}

func two(d, big time.Duration, bigName string, small time.Duration, smallName string) string {
	s := fmt.Sprintf("%d %s", d/big, bigName)
	if rest := d % big / small; rest > 0 {
		s += fmt.Sprintf(" %d %s", rest, smallName)
	}
	return s
}

func personName(roster oncall.Roster, id oncall.PersonID) string {
	p, ok := roster.People[id]
	if !ok {
		return Clean(string(id), maxName)
	}
	return Clean(p.DisplayName(), maxName)
}

func actorName(roster oncall.Roster, by incident.Actor) string {
	if by.Person != "" {
		return personName(roster, by.Person)
	}
	if name := Clean(by.Name, maxName); name != "" {
		return name
	}
	return "somebody"
}

// list joins names for a reader: "Ana, Ben and 3 more".
func list(names []string, limit int) string {
	if over := len(names) - limit; over > 0 {
		return strings.Join(names[:limit], ", ") + fmt.Sprintf(" and %d more", over)
	}
	return strings.Join(names, ", ")
}

func methodName(via oncall.Method) string {
	switch via {
	case oncall.SMS:
		return "SMS"
	case oncall.Voice:
		return "call"
	case oncall.Channel:
		return "channel message"
	}
	return "chat"
}
