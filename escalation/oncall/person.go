package oncall

import (
	"log/slog"
	"slices"
	"strings"
	"time"
)

// A PersonID is a person's key in the configuration, such as "ana".
type PersonID string

// A Method is a way to reach somebody.
type Method string

// The ways to reach a person, and Channel: a message in the team's chat channel
// that mentions everybody there.
const (
	Chat    Method = "chat"
	SMS     Method = "sms"
	Voice   Method = "voice"
	Channel Method = "channel"
)

// Urgency says how loud an incident may be.
type Urgency string

// High rings phones, Low uses chat (SMS for people without chat) and None pages
// nobody.
const (
	High Urgency = "high"
	Low  Urgency = "low"
	None Urgency = "none"
)

// Louder reports whether u reaches people in more ways than than does.
func (u Urgency) Louder(than Urgency) bool { return u.rank() > than.rank() }

func (u Urgency) rank() int {
	switch u {
	case None:
		return 0
	case Low:
		return 1
	}
	return 2
}

// A Phone is a number in E.164 form. It prints and logs masked; string(p) is the
// number itself.
type Phone string

// String returns the number with its middle hidden, such as "+1617…01".
func (p Phone) String() string {
	if len(p) < 8 {
		return strings.Repeat("…", min(len(p), 1))
	}
	return string(p[:5]) + "…" + string(p[len(p)-2:])
}

// LogValue keeps the number out of every log line.
func (p Phone) LogValue() slog.Value { return slog.StringValue(p.String()) }

// A Step is one rung of a personal paging policy.
type Step struct {
	After time.Duration // since the person was paged
	Via   Method
	Every time.Duration // repeats until somebody acknowledges; 0: once
	Times int           // sends in all when Every is set; 0: DefaultTimes
}

// DefaultTimes is how often a step with Every is sent when Times is left out.
const DefaultTimes = 12

// Sends returns how often the step is sent at most.
func (s Step) Sends() int {
	switch {
	case s.Every <= 0:
		return 1
	case s.Times <= 0:
		return DefaultTimes
	}
	return s.Times
}

// A PagingWindow replaces a person's policy inside its hours, read in the
// person's own time zone.
type PagingWindow struct {
	Hours Window
	Steps []Step
}

// A Person is somebody who can be on call.
type Person struct {
	ID       PersonID
	Name     string
	Slack    string // Slack user id
	Discord  string // Discord user id
	Phone    Phone
	Email    string
	Zone     *time.Location // nil: UTC
	Paging   []Step         // nil: the default for what the person has
	When     []PagingWindow // the first that matches wins over Paging
	Inactive bool           // left or deactivated: never holds a shift, never paged

	filed *Person // as the file has it, where chat has it otherwise; else nil
	lost  lostPhone
}

// A lostPhone was linked in chat before the file gave it to somebody else.
type lostPhone struct {
	phone Phone
	to    string // that somebody's name
}

// Linked reports whether the phone was linked in chat; one of the file counts as
// proven by whoever wrote it.
func (p Person) Linked() bool { return p.filed != nil && p.Phone != p.filed.Phone }

// OwnPaging reports whether the person changed their steps in chat.
func (p Person) OwnPaging() bool { return p.filed != nil && !slices.Equal(p.Paging, p.filed.Paging) }

// Filed returns the person as the file has them, without what they changed in chat.
func (p Person) Filed() Person {
	if p.filed != nil {
		return *p.filed
	}
	return p
}

// with returns the person with what they wished in place of what the file says, and
// inactive where none of their chat accounts of the file works any more.
func (p Person) with(w Wish, d Departure) Person {
	if p.filed != nil {
		p = *p.filed
	}
	gone := d.of(p)
	if w.Phone == "" && len(w.Paging) == 0 && !gone {
		return p
	}
	filed := p
	p.filed = &filed
	if w.Phone != "" {
		p.Phone = w.Phone
	}
	if len(w.Paging) > 0 {
		p.Paging = w.Paging
	}
	p.Inactive = p.Inactive || gone
	return p
}

// HasChat reports whether the person can be reached by chat.
func (p Person) HasChat() bool { return p.Slack != "" || p.Discord != "" }

// DisplayName is the person's name, or the key where none was given.
func (p Person) DisplayName() string {
	if p.Name != "" {
		return p.Name
	}
	return string(p.ID)
}

// Ladder returns the steps by which the person is paged by an incident of that
// urgency if the paging starts at now, in order of After; empty when nothing can
// reach them. With forcePrimary the personal windows are passed over.
//
// Steps that the person wrote are taken at their word, chat account or not: a
// page that can't be sent fails at once and pulls the next step forward.
func (p Person) Ladder(now time.Time, urgency Urgency, forcePrimary bool) []Step {
	if p.Inactive || urgency == None {
		return nil
	}
	steps := p.Choose(now, forcePrimary).Steps
	if urgency == Low {
		steps = p.quiet(steps)
	}
	return steps
}

// defaults is the policy of somebody who configured none.
func (p Person) defaults() []Step {
	switch {
	case p.HasChat() && p.Phone != "":
		return []Step{
			{Via: Chat},
			{After: 2 * time.Minute, Via: SMS},
			{After: 5 * time.Minute, Via: Voice, Every: 5 * time.Minute},
		}
	case p.Phone != "":
		return []Step{
			{Via: SMS},
			{After: 2 * time.Minute, Via: Voice, Every: 5 * time.Minute},
		}
	case p.HasChat():
		return []Step{{Via: Chat, Every: 5 * time.Minute}}
	}
	return nil
}

// quiet keeps what rings no phone: chat alone, or SMS for people without chat.
// Somebody whose policy holds nothing of that kind gets one such page at once.
func (p Person) quiet(steps []Step) []Step {
	via := SMS
	if p.HasChat() || p.Phone == "" && hasVia(steps, Chat) {
		via = Chat
	}
	var kept []Step
	for _, s := range steps {
		if s.Via == via {
			kept = append(kept, s)
		}
	}
	if len(kept) == 0 && (p.HasChat() || p.Phone != "") {
		kept = []Step{{Via: via}}
	}
	return kept
}

func hasVia(steps []Step, via Method) bool {
	for _, s := range steps {
		if s.Via == via {
			return true
		}
	}
	return false
}
