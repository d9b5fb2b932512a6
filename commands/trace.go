package commands

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A trace is what a word did on its way to the answer.
type trace struct {
	wrote  bool // rows of its own stand in the audit
	denied bool // the speaker may not
}

func (tr *trace) write() {
	if tr != nil {
		tr.wrote = true
	}
}

func (tr *trace) deny() {
	if tr != nil {
		tr.denied = true
	}
}

// record keeps in the audit what a word changed, or was refused to somebody who may
// not. What people wrote is not repeated: a note stands in the timeline, and a code is
// nobody's business.
func (t turn) record(ctx context.Context, reply Reply) {
	row := oncall.Row{At: t.now, By: t.By.Person, Name: t.By.Name, From: t.Source, Team: t.Team, What: t.word.name}
	switch {
	case reply.Incident != "":
		row.What += " " + string(reply.Incident)
		if team, ok := t.roster.TeamByPrefix(string(reply.Incident.Home())); ok {
			row.Team = team
		}
	case reply.Count > 1:
		row.What += fmt.Sprintf(", %d incidents", reply.Count)
	}
	switch {
	case t.trace.denied && !reply.OK && reply.Err == nil:
		row.What = "refused: " + row.What
	case !reply.OK || reply.Count == 0 || t.trace.wrote:
		return
	}
	row.After = tidy(reply.Text, 200)
	t.desk.Record(ctx, row)
}

// hurried answers somebody who says more than the store can look up for everybody.
// Words on incidents are never held up, and neither is anybody while the store is slow.
func (t turn) hurried(ctx context.Context, w word) (Reply, bool) {
	if w.changes || t.Verb != "" || t.Slots != nil {
		return Reply{}, false
	}
	wait := t.desk.Pace(ctx, cmp.Or(string(t.By.Person), t.By.Name))
	if wait <= 0 {
		return Reply{}, false
	}
	return refuse(fmt.Sprintf("That is more than anybody can read. Again in %s, please.", oncall.FormatDuration(wait.Truncate(time.Second)+time.Second))), true
}
