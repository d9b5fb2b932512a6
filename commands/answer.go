package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// accept says yes to a swap.
func (t turn) accept(ctx context.Context) Reply {
	return t.answer(ctx, oncall.Swap, oncall.Accepted, func(t turn, b oncall.Book, ask oncall.Ask) (oncall.Change, Reply) {
		if ask.To != t.By.Person {
			return oncall.Change{}, refuse(fmt.Sprintf("Only %s can accept that.", t.name(ask.To)))
		}
		return t.trade(b, ask, ask.To)
	})
}

// volunteer takes a shift for which cover was asked.
func (t turn) volunteer(ctx context.Context) Reply {
	return t.answer(ctx, oncall.Cover, oncall.Accepted, func(t turn, b oncall.Book, ask oncall.Ask) (oncall.Change, Reply) {
		refusal, ok := t.changes(ask.Team)
		switch at := (place{ask.Team, ask.Schedule}); {
		case !ok:
			return oncall.Change{}, refuse(refusal)
		case ask.By == t.By.Person:
			return oncall.Change{}, refuse("It is your own shift. To keep it, say: cover cancel " + ask.ID)
		case t.holds(t.By.Person, at, t.left(ask.Give)):
			return oncall.Change{}, refuse(fmt.Sprintf("You are on call for %s then already.", at))
		}
		return t.trade(b, ask, t.By.Person)
	})
}

// decline says no to a swap.
func (t turn) decline(ctx context.Context) Reply {
	return t.answer(ctx, oncall.Swap, oncall.Declined, func(t turn, b oncall.Book, ask oncall.Ask) (oncall.Change, Reply) {
		if ask.To != t.By.Person {
			return oncall.Change{}, refuse(fmt.Sprintf("Only %s can decline that.", t.name(ask.To)))
		}
		change := t.closing(b, ask, oncall.Declined, fmt.Sprintf("You declined %s's swap. Nothing changed.", t.name(ask.By)))
		at := place{ask.Team, ask.Schedule}
		change.Letters = append(change.Letters, oncall.Letter{
			To: ask.By, Team: ask.Team, Text: fmt.Sprintf("%s declined your swap of %s, %s: it stays with you.", t.name(t.By.Person), at, ask.Give.In(t.zoneOf(ask.By))),
		})
		return change, Reply{OK: true, Text: fmt.Sprintf("Declined. %s is told.", t.name(ask.By))}
	})
}

// withdraw takes one's own question back; the team's members and admins may, too.
func (t turn) withdraw(ctx context.Context) Reply {
	return t.answer(ctx, "", oncall.Withdrawn, func(t turn, b oncall.Book, ask oncall.Ask) (oncall.Change, Reply) {
		if refusal, ok := t.changes(ask.Team); !ok && ask.By != t.By.Person {
			return oncall.Change{}, refuse(refusal)
		}
		change := t.closing(b, ask, oncall.Withdrawn, fmt.Sprintf("%s's question is withdrawn. Nothing changed.", t.name(ask.By)))
		if ask.By != t.By.Person {
			change.Letters = append(change.Letters, oncall.Letter{
				To: ask.By, Team: ask.Team, Text: fmt.Sprintf("%s withdrew your question about %s, %s: it stays with you.",
					t.name(t.By.Person), place{ask.Team, ask.Schedule}, ask.Give.In(t.zoneOf(ask.By))),
			})
		}
		return change, Reply{OK: true, Text: "Withdrawn. Nothing changed."}
	})
}

// answer finds the open question that is meant, of a kind or of any. One that is not
// open any more is answered with what became of it; what the speaker wants of it may
// be just that, since people press twice.
func (t turn) answer(ctx context.Context, kind oncall.AskKind, want oncall.Outcome, decide func(turn, oncall.Book, oncall.Ask) (oncall.Change, Reply)) Reply {
	id := strings.TrimPrefix(strings.TrimSpace(t.rest), "#")
	if id == "" {
		return t.misuse("Which one?")
	}
	return t.rebook(ctx, func(t turn, b oncall.Book) (oncall.Change, Reply) {
		i := slices.IndexFunc(b.Asks, func(a oncall.Ask) bool { return a.ID == id })
		if i < 0 {
			return oncall.Change{}, t.closed(b, id, want)
		}
		ask := b.Asks[i]
		switch {
		case kind == oncall.Swap && ask.Kind == oncall.Cover:
			return oncall.Change{}, refuse(fmt.Sprintf("Question %s asks for cover. To take the shift, say: volunteer %s", id, id))
		case kind == oncall.Cover && ask.Kind == oncall.Swap:
			return oncall.Change{}, refuse(fmt.Sprintf("Question %s asks %s for a swap, nobody else.", id, t.name(ask.To)))
		case !ask.Until.After(t.now):
			return oncall.Change{}, t.ended(oncall.Answer{Ask: id, Was: oncall.Lapsed, At: ask.Until}, want)
		}
		return decide(t, b, ask)
	})
}

// closed says what became of a question.
func (t turn) closed(b oncall.Book, id string, want oncall.Outcome) Reply {
	for _, a := range b.Answers {
		if a.Ask == id {
			return t.ended(a, want)
		}
	}
	return refuse(fmt.Sprintf("There is no open question %s.", tidy(id, 20)))
}

func (t turn) ended(a oncall.Answer, want oncall.Outcome) Reply {
	at := t.clock(a.At)
	switch a.Was {
	case oncall.Lapsed:
		return refuse(fmt.Sprintf("Question %s has lapsed: nobody said yes before %s. Nothing changed.", a.Ask, at))
	case oncall.Dropped:
		return refuse(fmt.Sprintf("Question %s is closed: a shift of it had changed hands (%s). Nothing changed.", a.Ask, at))
	}
	was, same := string(a.Was), a.Was == want && a.By == t.By.Person
	if t.word.name == "volunteer" && a.Was == oncall.Accepted {
		was = "taken"
	}
	return Reply{OK: same, Text: fmt.Sprintf("Question %s is already %s by %s (%s).", a.Ask, was, t.actor(incident.By(a.By)), at)}
}
