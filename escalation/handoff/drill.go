package handoff

import (
	"maps"
	"slices"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// tellsFor is how long it is worth telling what came back of a test.
const tellsFor = time.Hour

// drills end the tests that have waited long enough, and tell what came back: in one
// message that is edited as news comes, or once at the end to whoever has no chat.
func (p *plan) drills() {
	for _, id := range slices.Sorted(maps.Keys(p.book.Drills)) {
		d := p.book.Drills[id]
		ends := !d.Over && (d.Ended() || p.now.Sub(d.Made) >= oncall.DrillTime)
		d.Over = d.Over || ends
		text := "Test of " + d.Made.In(p.zone(id)).Format("15:04") + ": " + d.String() + "."
		chat := p.roster.People[id].HasChat()
		if !ends && (text == d.Told || !chat) {
			continue
		}
		if text != d.Told {
			l := oncall.Letter{To: id, Text: text, Expires: p.now.Add(tellsFor)}
			if chat {
				l.Key = "drill " + d.ID
			}
			p.tell(l)
		}
		d.Told = text
		p.book, p.due = p.book.WithDrill(d), true
	}
}
