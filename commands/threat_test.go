package commands

import (
	"reflect"
	"testing"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// TestS20NoWordEditsWhatTheFileSays has an admin say every word: policies, members and
// the layers of schedules stay those of the file, which its admins edit.
func TestS20NoWordEditsWhatTheFileSays(t *testing.T) {
	file := newDesk(t).roster
	for _, w := range words() {
		d := newDesk(t)
		d.fire(t, "platform", 1, "Disk full")
		d.run(t, Request{Text: w.example, By: incident.By("paul"), Source: "slack", Team: "platform"})
		for id, team := range d.Roster().Teams {
			for name, s := range team.Schedules {
				if !reflect.DeepEqual(s.Layers, file.Teams[id].Schedules[name].Layers) {
					t.Errorf("%q edits the layers of %s/%s", w.example, id, name)
				}
			}
			if !reflect.DeepEqual(team.Policies, file.Teams[id].Policies) || !reflect.DeepEqual(team.Members, file.Teams[id].Members) {
				t.Errorf("%q edits the policies or the members of %s", w.example, id)
			}
		}
	}
}

// TestS22NothingOfAWordIsDoneForABot says each word that changes something as a bot
// that has taken somebody's name.
func TestS22NothingOfAWordIsDoneForABot(t *testing.T) {
	for _, w := range words() {
		if w.looks {
			continue
		}
		d := newDesk(t)
		d.fire(t, "platform", 1, "Disk full")
		before := d.book
		got := d.run(t, Request{Text: w.example, By: incident.Actor{Name: "ana", Account: "slack U0BOT"}, Guest: true, Source: "slack", Team: "platform"})
		if got.OK || len(d.events) > 0 || len(d.letters) > 0 || !reflect.DeepEqual(d.book, before) {
			t.Errorf("%q of a bot is answered %s", w.example, got)
		}
	}
}

// TestF50SomebodyWhoLeftIsNobodyToEveryWord deactivates Ben and speaks of him.
func TestF50SomebodyWhoLeftIsNobodyToEveryWord(t *testing.T) {
	d := newDesk(t)
	d.book.Gone = map[oncall.PersonID]oncall.Departure{"ben": {Account: "U0BEN", Since: d.now}}
	d.fire(t, "platform", 1, "Disk full")
	for _, text := range []string{"override platform @ben for 2h", "reassign PLATFORM-1 @ben", "add PLATFORM-1 <@U0BEN>", "page @ben wake up"} {
		if got := d.run(t, from("paul", text)); got.OK || len(d.events) > 0 {
			t.Errorf("%q is answered %s", text, got)
		}
	}
}
