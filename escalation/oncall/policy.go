package oncall

import (
	"strings"
	"time"
)

// A Kind says what a Target names.
type Kind string

// The kinds of targets. ToChannel is the team's chat channel.
const (
	ToSchedule Kind = "schedule"
	ToPerson   Kind = "person"
	ToTeam     Kind = "team"
	ToChannel  Kind = "channel"
)

// A Target is somebody, or something that leads to somebody, in a policy.
type Target struct {
	Kind Kind
	Team TeamID // of a schedule; empty: the policy's own team. The team itself of ToTeam
	Name string // the schedule's name or the person's id
}

// String writes the target as the configuration does: "schedule:webdev/devs".
func (t Target) String() string {
	switch t.Kind {
	case ToChannel:
		return string(ToChannel)
	case ToTeam:
		return "team:" + string(t.Team)
	case ToSchedule:
		if t.Team != "" {
			return "schedule:" + string(t.Team) + "/" + t.Name
		}
	}
	return string(t.Kind) + ":" + t.Name
}

// ParseTarget reads what String writes. ok is false for anything else; whether
// the named thing exists is the Roster's to say.
func ParseTarget(s string) (t Target, ok bool) {
	if s == string(ToChannel) {
		return Target{Kind: ToChannel}, true
	}
	kind, name, found := strings.Cut(s, ":")
	if !found || name == "" {
		return Target{}, false
	}
	switch Kind(kind) {
	case ToPerson:
		return Target{Kind: ToPerson, Name: name}, true
	case ToTeam:
		return Target{Kind: ToTeam, Team: TeamID(name)}, true
	case ToSchedule:
		if team, schedule, ok := strings.Cut(name, "/"); ok {
			return Target{Kind: ToSchedule, Team: TeamID(team), Name: schedule}, team != "" && schedule != ""
		}
		return Target{Kind: ToSchedule, Name: name}, true
	}
	return Target{}, false
}

// A Tier is one step of an escalation policy.
type Tier struct {
	Page []Target
	Wait time.Duration // after this tier is due, before the next is paged
}

// AckMode says whose acknowledgement counts.
type AckMode string

// AckAny lets one acknowledgement stop everybody; AckAll wants one from every
// person who was paged.
const (
	AckAny AckMode = "any"
	AckAll AckMode = "all"
)

// Forever as a Policy's Repeat never stops going round.
const Forever = -1

// DefaultPolicy is the name of the policy where nothing names another.
const DefaultPolicy = "default"

// A Policy is how a team's incidents climb until somebody answers.
type Policy struct {
	Name         string
	Tiers        []Tier
	Ack          AckMode // empty: AckAny
	ForcePrimary bool    // personal windows are passed over
	Repeat       int     // rounds after the first; Forever
	Fallback     []Target
	AckTimeout   time.Duration // acknowledged that long and not resolved: starts anew; 0: never
}

// Round returns how long one round of the policy takes.
func (p Policy) Round() time.Duration {
	var sum time.Duration
	for _, t := range p.Tiers {
		sum += t.Wait
	}
	return sum
}
