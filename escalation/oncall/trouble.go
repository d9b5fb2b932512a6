package oncall

import "fmt"

// troubleLetters tell of a trouble of a person's, or that it is over: what closes a way
// to them is told to them in chat, to their teams and to the admins; a refusal, which
// the next delivery ends by itself, to them alone.
func (r Roster) troubleLetters(id PersonID, t Trouble, over bool) []Letter {
	p, ok := r.People[id]
	if !ok || p.Inactive {
		return nil
	}
	p.ID = id
	own, others := t.words(p, over)
	var letters []Letter
	if own != "" && p.HasChat() {
		letters = append(letters, Letter{To: id, Text: own})
	}
	if others == "" {
		return letters
	}
	for _, team := range r.TeamIDs() {
		if at := r.Teams[team]; at.Has(id) && (at.SlackChannel != "" || at.DiscordChannel != "") {
			letters = append(letters, Letter{Team: team, Text: others})
		}
	}
	for _, admin := range r.ActiveAdmins() {
		if admin != id {
			letters = append(letters, Letter{To: admin, Text: others})
		}
	}
	return letters
}

// words are what a person hears of their own trouble, and what others do; empty:
// nothing.
func (t Trouble) words(p Person, over bool) (own, others string) {
	name := p.DisplayName()
	switch {
	case t.Kind == Refused && !over:
		return fmt.Sprintf("A page or a test to you by %s was refused: %s. Whenever a page is, your next step is taken at once. You are not told again before one arrives.", t.Via.Noun(), t.Words), ""
	case t.Kind == Taken && !over:
		return fmt.Sprintf("Your phone %s. Say phone and another number, or ask an admin to change the file.", t.Words), ""
	case t.Kind == Stopped && over:
		return fmt.Sprintf("Your phone %s takes SMS again.", t.Phone), fmt.Sprintf("%s's phone takes SMS again.", name)
	case t.Kind == Stopped:
		return fmt.Sprintf("Your phone %s replied STOP: no SMS reaches it until you text START from it. Calls still do.", t.Phone),
			fmt.Sprintf("%s's phone replied STOP: no SMS reaches %s until START is texted from that phone. Calls still do.", name, name)
	case t.Kind == Wrong && over:
		return fmt.Sprintf("Your phone %s is paged again.", t.Phone), fmt.Sprintf("%s's phone is paged again.", name)
	case t.Kind == Wrong:
		return fmt.Sprintf("Whoever has %s says that it is a wrong number: it gets no SMS and no call any more. If it is yours, say phone and the number here; "+
				"if not, say phone and the right one.", t.Phone),
			fmt.Sprintf("Whoever has %s's phone %s says that it is a wrong number: it gets no SMS and no call any more, until %s proves it in chat (phone, then verify), "+
				"START is texted from it, or the number is changed.", name, t.Phone, name)
	}
	return "", ""
}
