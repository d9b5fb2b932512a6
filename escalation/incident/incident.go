package incident

import (
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// An ID names an incident for people: the team's key in capitals, "-", a number.
type ID string

// NewID returns the id of a team's n-th incident.
func NewID(team oncall.TeamID, n int64) ID {
	return ID(team.Prefix() + "-" + strconv.FormatInt(n, 10))
}

// ParseID reads an id in any letter case, such as "platform-42".
func ParseID(s string) (ID, bool) {
	s = strings.ToUpper(strings.TrimSpace(s))
	i := strings.LastIndexByte(s, '-')
	if i <= 0 {
		return "", false
	}
	if n, err := strconv.ParseInt(s[i+1:], 10, 64); err != nil || n <= 0 {
		return "", false
	}
	return ID(s), true
}

// Home returns the key, in lower case, of the team whose number the id carries.
// The incident is stored under that team for ever, whoever it is reassigned to.
func (id ID) Home() oncall.TeamID {
	i := strings.LastIndexByte(string(id), '-')
	return oncall.TeamID(strings.ToLower(string(id[:max(i, 0)])))
}

// A State is where an incident stands.
type State string

// The states of an incident; Resolved is final.
const (
	Triggered    State = "triggered"
	Acknowledged State = "acknowledged"
	Snoozed      State = "snoozed"
	Resolved     State = "resolved"
)

// An Actor is whoever did something: a person of the roster, somebody else in
// the chat, or an integration.
type Actor struct {
	Person oncall.PersonID `json:"person,omitempty"` // empty: not in the roster
	Name   string          `json:"name,omitempty"`   // what to call them where Person is empty: an integration, a chat name

	// Account is who that is, whatever they call themselves: "slack U0MAL". Empty: a
	// person of the roster, or an integration.
	Account string `json:"account,omitempty"`
}

// Key returns what the API calls the actor: the configuration's key, else the name.
func (a Actor) Key() string {
	if a.Person != "" {
		return string(a.Person)
	}
	return a.Name
}

// By is the Actor of a person in the roster.
func By(id oncall.PersonID) Actor { return Actor{Person: id} }

// A Key finds the incident of a sender's alert. A deduplication key belongs to
// its integration.
type Key struct {
	Integration string `json:"integration,omitempty"`
	Dedup       string `json:"dedup,omitempty"`
}

// Fingerprint names the alert of the key among the members of an incident that joins
// several.
func (k Key) Fingerprint() string { return k.Integration + "/" + k.Dedup }

// KeyOf reads what Fingerprint wrote; the name of an integration has no slash.
func KeyOf(fingerprint string) Key {
	integration, dedup, _ := strings.Cut(fingerprint, "/")
	return Key{Integration: integration, Dedup: dedup}
}

// A Card is the message that shows the incident in one channel.
type Card struct {
	Board     string    `json:"board"`               // "slack", "discord"
	Channel   string    `json:"channel"`             // the channel's id there
	Ref       string    `json:"ref,omitempty"`       // the board's name of the message; empty: not posted yet
	Thread    string    `json:"thread,omitempty"`    // the message in whose thread it stands; empty: its own
	Storm     int       `json:"storm,omitempty"`     // number of the storm whose summary stands for it; 0: none
	Asked     bool      `json:"asked,omitempty"`     // the channel was asked for room
	Shown     int64     `json:"shown,omitempty"`     // the revision that it shows, and with it all direct messages
	Drawn     int64     `json:"drawn,omitempty"`     // the revision that it shows itself, while direct messages wait
	Told      int       `json:"told,omitempty"`      // timeline lines its thread holds
	Busy      time.Time `json:"busy,omitzero"`       // an update has been on its way since
	Doubtful  bool      `json:"doubtful,omitempty"`  // the last post may or may not have arrived
	NotBefore time.Time `json:"not_before,omitzero"` // the provider asked to wait, or just failed
	Hurried   bool      `json:"hurried,omitempty"`   // a person waits to see what they did
}

// A Member is one alert of a group.
type Member struct {
	Fingerprint string `json:"fp"`
	Name        string `json:"name,omitempty"`
	Resolved    bool   `json:"resolved,omitempty"`
}

// An Incident is one thing that is wrong and what is being done about it.
type Incident struct {
	ID      ID            `json:"id"`
	Version int64         `json:"-"` // commits so far; 0: not stored yet
	Team    oncall.TeamID `json:"team"`
	Key     Key           `json:"key,omitzero"`

	Title       string            `json:"title"`
	Severity    Severity          `json:"severity"`
	Source      string            `json:"source,omitempty"`
	RoutingKey  string            `json:"routing_key,omitempty"`
	Route       string            `json:"route,omitempty"` // the matchers of the route that claimed it; empty: none did
	Labels      map[string]string `json:"labels,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
	Links       []Link            `json:"links,omitempty"`
	Warning     string            `json:"warning,omitempty"` // shown on the card, such as an unknown routing key
	Members     []Member          `json:"members,omitempty"` // of a group, the newest last
	Count       int               `json:"count"`             // triggers so far
	Watched     bool              `json:"watched,omitempty"` // its sender repeats what lasts
	Heard       time.Time         `json:"heard,omitzero"`    // of a watched one: when the sender spoke last
	Silent      bool              `json:"silent,omitempty"`  // of a watched one: that is too long ago
	Last        ID                `json:"last,omitempty"`    // the incident of the same key that had just ended when this one opened
	Root        time.Time         `json:"root,omitzero"`     // when the first incident in the thread of its cards opened

	State        State          `json:"state"`
	Urgency      oncall.Urgency `json:"urgency"`
	OpenedAt     time.Time      `json:"opened_at"`
	AckedAt      time.Time      `json:"acked_at,omitzero"`
	AckedBy      Actor          `json:"acked_by,omitzero"`
	WaitingSince time.Time      `json:"waiting_since,omitzero"` // when the present wait for an answer began
	ResolvedAt   time.Time      `json:"resolved_at,omitzero"`
	ResolvedBy   Actor          `json:"resolved_by,omitzero"`

	PolicyName string          `json:"policy_name,omitempty"` // asked for; the roster's at the next start
	Person     oncall.PersonID `json:"person,omitempty"`      // reassigned to that person alone
	Policy     oncall.Policy   `json:"policy"`                // as of the last start

	// The team's ladder.
	Started      bool      `json:"started,omitempty"` // pages have begun since it opened
	Tier         int       `json:"tier"`              // the tier paged last; -1: none yet
	RoundNo      int       `json:"round,omitempty"`   // rounds completed
	RoundAt      time.Time `json:"round_at,omitzero"` // when this round began
	TierDue      time.Time `json:"tier_due,omitzero"` // when the next tier is paged
	Over         bool      `json:"over,omitempty"`    // the rounds are over
	FallbackTold bool      `json:"fallback_told,omitempty"`
	EscalatedAt  time.Time `json:"escalated_at,omitzero"` // the last press of Escalate
	Wrap         bool      `json:"wrap,omitempty"`        // the next climb goes on from the last tier to the first
	Partial      bool      `json:"partial,omitempty"`     // ack: all, and somebody has

	// Other deadlines; zero: none.
	HeldUntil    time.Time `json:"held_until,omitzero"` // end of the maintenance it opened in
	HeldBy       string    `json:"held_by,omitempty"`   // the maintenance that holds it, or did last
	SnoozedUntil time.Time `json:"snoozed_until,omitzero"`
	AckDue       time.Time `json:"ack_due,omitzero"`   // ack_timeout
	ReackDue     time.Time `json:"reack_due,omitzero"` // worse since the acknowledgement

	Runs     []Run  `json:"runs,omitempty"`
	Pages    []Page `json:"pages,omitempty"`
	Pager    int    `json:"pager,omitempty"`    // pages made so far, for their ids
	Climbers int    `json:"climbers,omitempty"` // runs made so far, for their numbers

	PagedAt time.Time `json:"paged_at,omitzero"` // when the first page went out
	Marks   []string  `json:"marks,omitempty"`   // messages that joined the timeline, the newest last

	Paged map[oncall.PersonID]int `json:"paged,omitempty"` // messages and calls that each person got; a bundle counts for its first

	Room     Room      `json:"room,omitzero"`
	Cards    []Card    `json:"cards,omitempty"`
	Revision int64     `json:"revision"`         // grows when what the card shows changes
	Changed  time.Time `json:"changed,omitzero"` // when the card began to be behind

	Timeline []Entry  `json:"-"` // lines not stored yet; a Store moves them to its own list
	Joined   []string `json:"-"` // fingerprints of members not stored yet, by which a Store finds the incident
	Pooled   []PageID `json:"-"` // pages not stored yet that wait in a pool; a Store moves them there

	// People not stored yet who are paged for it or have acknowledged it, by whom a
	// Store finds it.
	Whose []oncall.PersonID `json:"-"`

	crowd Crowd // while an event is decided
	Lines int   `json:"-"` // lines stored
}

// Open reports whether the incident still needs somebody.
func (in Incident) Open() bool { return in.State != Resolved && in.State != "" }

// Alerts is the count the API and the card show: members of a group, else triggers.
func (in Incident) Alerts() int {
	if len(in.Members) > 0 {
		return len(in.Members)
	}
	return in.Count
}

// LogValue is the incident as one short group on a log line.
func (in Incident) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", string(in.ID)), slog.String("state", string(in.State)))
}

// clone returns a copy that shares nothing that a transition changes.
func (in Incident) clone() Incident {
	in.Labels, in.Annotations, in.Paged = maps.Clone(in.Labels), maps.Clone(in.Annotations), maps.Clone(in.Paged)
	in.Members, in.Cards, in.Pages = slices.Clone(in.Members), slices.Clone(in.Cards), slices.Clone(in.Pages)
	in.Timeline, in.Joined, in.Pooled = slices.Clip(in.Timeline), slices.Clip(in.Joined), slices.Clip(in.Pooled)
	in.Whose = slices.Clip(in.Whose)
	in.Runs, in.Marks = slices.Clone(in.Runs), slices.Clip(in.Marks)
	for i := range in.Runs {
		in.Runs[i].Rungs = slices.Clone(in.Runs[i].Rungs)
	}
	return in
}
