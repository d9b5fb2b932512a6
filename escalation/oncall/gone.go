package oncall

import (
	"maps"
	"slices"
	"time"
)

// A Departure is what is known of the chat accounts of a person that are gone: in Slack
// deactivated, in Discord in none of the teams' servers any more. Whoever has no other
// one counts as nobody. With another account in the file, or once one works again,
// they are back.
type Departure struct {
	Account string    `json:"account"`           // the Slack id that is gone; empty: none
	Discord string    `json:"discord,omitempty"` // the Discord id that is gone; empty: none
	Since   time.Time `json:"since"`
}

// of reports whether none of the accounts that the person has now works.
func (d Departure) of(p Person) bool {
	return p.HasChat() && (p.Slack == "" || d.Account == p.Slack) && (p.Discord == "" || d.Discord == p.Discord)
}

// Accounts returns the Slack ids of everybody that the file does not set inactive, in
// order.
func (r Roster) Accounts() []string {
	return r.accounts(func(p Person) string { return p.Slack })
}

// DiscordAccounts is Accounts of Discord.
func (r Roster) DiscordAccounts() []string {
	return r.accounts(func(p Person) string { return p.Discord })
}

func (r Roster) accounts(of func(Person) string) []string {
	var ids []string
	for _, p := range r.People {
		if p = p.Filed(); of(p) != "" && !p.Inactive {
			ids = append(ids, of(p))
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// A Look is what the chats were found to say of accounts. An account that nobody looked
// at stays as it was; one in a chat that is not set up reaches nobody.
type Look struct {
	Gone      map[string]bool // by id, of either chat: whether it is gone
	NoSlack   bool            // Slack is not set up
	NoDiscord bool            // Discord is not set up
}

// Observe notes which accounts were found gone, or working, and tells the admins
// and the teams concerned what that breaks or mends. left gives, for somebody who goes,
// lines on what was theirs; due is false when nothing changed.
func (b Book) Observe(r Roster, look Look, left func(PersonID) []string, now time.Time) (c Change, due bool) {
	now = now.Round(0).UTC()
	next := b
	next.Gone = maps.Clone(b.Gone)
	if next.Gone == nil {
		next.Gone = map[PersonID]Departure{}
	}
	seen := map[PersonID][]news{}
	for id, p := range r.People {
		p = p.Filed()
		if p.Inactive || !p.HasChat() {
			continue
		}
		is, told := b.Gone[id].after(p, look)
		if is == b.Gone[id] {
			continue
		}
		seen[id] = told
		if is.Since = now; is.Account == "" && is.Discord == "" {
			delete(next.Gone, id)
		} else {
			next.Gone[id] = is
		}
	}
	if len(seen) == 0 {
		return Change{}, false
	}
	c = Change{Book: next}
	m := move{before: r.With(b), after: r.With(next), now: now}
	for _, id := range slices.Sorted(maps.Keys(seen)) {
		for _, n := range seen[id] {
			c.Rows = append(c.Rows, m.row(id, n))
		}
		var theirs []string
		if !m.after.Active(id) {
			theirs = left(id)
		}
		c.Letters = append(c.Letters, m.letters(id, seen[id], theirs)...)
	}
	return c, true
}

// News are that one account of a person is gone, or works again.
type news struct {
	chat string // "Slack"
	gone bool
}

// after is the departure as a look leaves it, with the news in it. What the person has
// in a chat that is not set up goes with the rest.
func (d Departure) after(p Person, look Look) (next Departure, told []news) {
	next = d
	note := func(chat, account string, known *string) {
		gone, seen := look.Gone[account]
		if account == "" || !seen || gone == (*known == account) {
			return
		}
		if *known = ""; gone {
			*known = account
		}
		told = append(told, news{chat, gone})
	}
	note("Slack", p.Slack, &next.Account)
	note("Discord", p.Discord, &next.Discord)
	switch {
	case look.NoDiscord && p.Slack != "" && next.Account == p.Slack:
		next.Discord = p.Discord
	case look.NoSlack && p.Discord != "" && next.Discord == p.Discord:
		next.Account = p.Slack
	case look.NoDiscord && p.Slack != "" && next.Account == "":
		next.Discord = ""
	case look.NoSlack && p.Discord != "" && next.Discord == "":
		next.Account = ""
	}
	return next, told
}
