package commands

import (
	"context"
	"fmt"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// auditRows is how many lines of the audit are shown.
const auditRows = 20

// audit lists who changed what.
func (t turn) audit(ctx context.Context) Reply {
	teams := []oncall.TeamID{""}
	if t.rest != "" {
		id, problem := t.team(t.rest)
		if problem != "" {
			return t.misuse(problem)
		}
		teams[0] = id
	}
	rows, err := t.desk.Audit(ctx, teams[0], auditRows)
	if err != nil {
		return broken(err)
	}
	reply := Reply{OK: true, Text: "The latest changes:"}
	if len(rows) == 0 {
		reply.Text = "Nobody has changed anything yet."
	}
	for _, r := range rows {
		by := "Earshot"
		switch {
		case r.By != "":
			by = t.name(r.By)
		case r.Name != "":
			by = tidy(r.Name, 60)
		}
		line := fmt.Sprintf("%s: %s (%s): %s", t.moment(r.At), by, r.From, tidy(r.What, 200))
		switch {
		case r.Before == "" && r.After != "":
			line += ": " + tidy(r.After, 200)
		case r.Before != r.After:
			line += fmt.Sprintf(": %s -> %s", tidy(r.Before, 100), tidy(r.After, 100))
		}
		reply.Lines = append(reply.Lines, line)
	}
	return reply
}
