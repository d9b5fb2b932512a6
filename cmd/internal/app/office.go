package app

import (
	"context"
	"strings"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// office delivers letters: by the way they name, else by chat, and to people who have
// none by SMS.
type office struct{ *App }

// Deliver implements handoff.Office.
func (o office) Deliver(ctx context.Context, s oncall.Sending, roster oncall.Roster) (ref string, err error) {
	to, known := roster.People[s.Letter.To]
	switch {
	case !s.Letter.Week.IsZero():
		return o.digest(ctx, s, roster)
	case s.Letter.Drill != "":
		return o.drill(ctx, s, roster)
	case s.Letter.Phone != "":
		return "", o.farewell(ctx, s)
	case s.Letter.Room != "":
		return s.Ref, o.room(ctx, s, roster)
	case s.Letter.To == "" || len(o.chat().of(to)) > 0 && s.Letter.Via != oncall.SMS:
		return o.chat().Deliver(ctx, s, roster)
	case !known || to.Inactive:
		return "", &incident.Fault{Reason: "nobody of that name can be told"}
	case !o.texts() || to.Phone == "":
		return "", &incident.Fault{Reason: string(to.ID) + " has neither chat nor a phone that can be reached"}
	case s.Doubtful:
		return "", &incident.Fault{Reason: "the SMS may have arrived: it is not sent twice"}
	}
	return "", o.text(ctx, to.Phone, strings.Join(append([]string{s.Letter.Text}, s.Letter.Lines...), " "))
}
