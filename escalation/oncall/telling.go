package oncall

// A Telling says how much the thread of a card tells.
type Telling string

// The tellings: every line; those that somebody wants to read later; the summary at the
// end, and nothing before it but what somebody has to be mentioned in. A team that sets
// none tells briefly.
const (
	TellAll   Telling = "all"
	TellBrief Telling = "brief"
	TellNone  Telling = "none"
)

// DefaultMark is the reaction by which a message joins the timeline of the incident in
// whose thread it stands, where the team names no other.
const DefaultMark = "pushpin"

// Telling is how much the threads of the team's incidents tell.
func (t Team) Telling() Telling {
	if t.Thread == "" {
		return TellBrief
	}
	return t.Thread
}

// Marks reports whether a reaction of that name puts a message on the timeline. A
// platform's own name for the default counts as it.
func (t Team) Marks(reaction string) bool {
	if t.Mark == "" {
		return reaction == DefaultMark || reaction == "📌"
	}
	return reaction == t.Mark
}
