package oncall

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A move is that people go or come back: the roster before and after it.
type move struct {
	before, after Roster
	now           time.Time
}

func (m move) row(id PersonID, n news) Row {
	before, after := "works", "deactivated"
	if n.chat == "Discord" {
		after = "left"
	}
	if !n.gone {
		before, after = after, before
	}
	return Row{At: m.now, From: strings.ToLower(n.chat), What: n.chat + " account of " + string(id), Before: before, After: after}
}

// letters tell of one person: the admins everything, each team's channel that counts
// on them what is its own, unless they hold their shifts as before.
func (m move) letters(id PersonID, told []news, left []string) []Letter {
	text, broken := m.text(id, told), []Finding(nil)
	here := m.after.Active(id)
	if !here {
		broken = m.broken()
	}
	var letters []Letter
	for _, team := range m.after.TeamIDs() {
		at := m.after.Teams[team]
		own := of(broken, team)
		if here == m.before.Active(id) || !at.Has(id) && len(own) == 0 || at.SlackChannel == "" && at.DiscordChannel == "" {
			continue
		}
		letters = append(letters, Letter{Team: team, Text: text, Lines: append(own, left...)})
	}
	lines := append(of(broken, ""), left...)
	if len(lines) == 0 && !here {
		lines = []string{"Nothing breaks by it: no schedule gets a gap in the next 30 days, and no policy ends with nobody."}
	}
	for _, admin := range m.after.ActiveAdmins() {
		if admin != id {
			letters = append(letters, Letter{To: admin, Text: text, Lines: lines})
		}
	}
	return letters
}

// text says what is new and what follows from it.
func (m move) text(id PersonID, told []news) string {
	var all []string
	for _, n := range told {
		all = append(all, m.name(id)+map[news]string{
			{"Slack", true}: "'s Slack account is deactivated", {"Slack", false}: "'s Slack account works again",
			{"Discord", true}: " is in none of the teams' Discord servers any more", {"Discord", false}: " is in a Discord server of the teams again",
		}[n])
	}
	if len(all) == 0 {
		all = []string{m.name(id) + " has no account left in a chat that is set up"}
	}
	text := strings.Join(all, ", and ") + ": they "
	switch {
	case !m.after.Active(id):
		return text + "count as nobody from now on, in every schedule and policy, and are not paged."
	case m.before.Active(id):
		return text + "hold their shifts and are paged as before, in the chat that is left to them."
	}
	return text + "hold their shifts and are paged as before."
}

func (m move) name(id PersonID) string {
	p := m.after.People[id]
	p.ID = id
	return p.DisplayName()
}

// broken is what Findings says of the roster after the move, and did not before it.
func (m move) broken() []Finding {
	known := m.before.Findings(m.now)
	return slices.DeleteFunc(m.after.Findings(m.now), func(f Finding) bool { return slices.Contains(known, f) })
}

// of are the findings about a team, or all, worded for people.
func of(found []Finding, team TeamID) []string {
	var lines []string
	for _, f := range found {
		if at, ok := f.spot(); ok && (team == "" || at.team == team) {
			lines = append(lines, at.String()+" "+f.Text+".")
		}
	}
	return lines
}

// A spot is what a finding of a team is about.
type spot struct {
	team     TeamID
	schedule string
	policy   string
	tier     int // from 1; 0: the whole policy
}

func (p spot) String() string {
	switch {
	case p.schedule != "":
		return fmt.Sprintf("%s/%s", p.team, p.schedule)
	case p.tier > 0:
		return fmt.Sprintf("Tier %d of %s's policy %s", p.tier, p.team, p.policy)
	}
	return fmt.Sprintf("%s's policy %s", p.team, p.policy)
}

// spot reads the path of a finding about a schedule or a policy.
func (f Finding) spot() (spot, bool) {
	keys := strings.Split(f.Path, ".")
	if len(keys) < 4 || keys[0] != "teams" {
		return spot{}, false
	}
	at := spot{team: TeamID(keys[1])}
	switch {
	case keys[2] == "schedules":
		at.schedule = keys[3]
	case len(keys) == 6:
		n, _ := strconv.Atoi(keys[5])
		at.policy, at.tier = keys[3], n+1
	default:
		at.policy = keys[3]
	}
	return at, true
}
