package commands

import (
	"context"
	"fmt"
	"strings"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// me shows what Earshot knows of the speaker, and lets them set what is their own.
func (t turn) me(ctx context.Context) Reply {
	if !t.roster.Active(t.By.Person) {
		return refuse("You are not in Earshot's configuration: an admin has to add you there.")
	}
	first, rest := cutWord(t.rest)
	switch strings.ToLower(first) {
	case "":
		return t.myself(ctx)
	case "paging":
		return t.ownPaging(ctx, rest)
	case "lead":
		return t.setLead(ctx, rest)
	case "calendar":
		return t.calendar(ctx, strings.ToLower(rest))
	case "reset":
		return t.wish(ctx, "me reset", func(w *oncall.Wish) Reply {
			*w = oncall.Wish{}
			return Reply{OK: true, Text: fmt.Sprintf("Reset: your phone and your paging are the file's, you are told %s before your shifts, and you have no calendar.", oncall.FormatDuration(oncall.DefaultLead))}
		})
	}
	return t.misuse(fmt.Sprintf("There is no \"me %s\".", tidy(first, 20)))
}

// myself is all that Earshot knows of the speaker.
func (t turn) myself(ctx context.Context) Reply {
	book, roster, err := t.desk.Book(ctx)
	if err != nil {
		return broken(err)
	}
	t.roster = roster
	p := t.roster.People[t.By.Person]
	reply := Reply{OK: true, Text: t.name(t.By.Person) + ":"}
	say := func(format string, args ...any) { reply.Lines = append(reply.Lines, fmt.Sprintf(format, args...)) }
	usual := p.Choose(t.now, true)
	from := "from the file; me paging changes it"
	switch {
	case p.OwnPaging():
		from = "set in chat; me paging changes it"
	case usual.Default:
		from = "the default; me paging changes it"
	}
	athome := t.Source == "discord" // which shows shifts and reach above
	if athome {
		say("Your steps are %s", from)
	} else {
		say("You are paged by %s (%s)", stepsText(usual.Steps), from)
	}
	for _, w := range p.When {
		say("In your window %s: %s (from the file)", w.Hours, stepsText(w.Steps))
	}
	chat := "none"
	switch {
	case p.Slack != "" && p.Discord != "":
		chat = fmt.Sprintf("Slack %s, Discord %s, from the file", p.Slack, p.Discord)
	case p.Slack != "":
		chat = fmt.Sprintf("Slack %s, from the file", p.Slack)
	case p.Discord != "":
		chat = fmt.Sprintf("Discord %s, from the file", p.Discord)
	}
	say("Chat: %s", chat)
	say("Phone: %s. Your clock: %s", t.phoneText(), oncall.ClockName(t.zone()))
	var teams []string
	for _, id := range t.roster.TeamIDs() {
		if t.roster.Teams[id].Has(t.By.Person) {
			teams = append(teams, t.teamName(id))
		}
	}
	if len(teams) > 0 {
		say("Teams: %s", strings.Join(teams, ", "))
	}
	readiness := t.readiness(ctx, book)
	if athome {
		readiness = readiness[1:]
	} else {
		reply.Lines = append(reply.Lines, t.nextOwn()...)
	}
	reply.Lines = append(reply.Lines, readiness...)
	if lead := book.Lead(t.By.Person); lead > 0 {
		say("You are told %s before a shift; me lead 2h changes that", oncall.FormatDuration(lead))
	} else {
		say("You are not told before a shift; me lead 1h changes that")
	}
	switch secret := book.Wishes[t.By.Person].Calendar; {
	case secret == "":
		say("No calendar yet; me calendar makes one")
	case t.desk.Link("/") == "":
		say("Your calendar can't be read: no public_url is set any more")
	default:
		reply.Lines = append(reply.Lines, t.addresses(secret)...)
	}
	return t.withHome(ctx, reply)
}

// nextOwn are the speaker's next shifts, a line each.
func (t turn) nextOwn() (lines []string) {
	own := t.shiftsOf(t.By.Person, t.places())
	for i, s := range own[:min(3, len(own))] {
		lines = append(lines, fmt.Sprintf("Shift %d: %s, %s", i+1, s.at, s.span.In(t.zone())))
	}
	if len(own) == 0 {
		lines = []string{"No shifts in the next 90 days"}
	}
	return lines
}

// withHome is a reply about the speaker below their home, on a platform that has no page
// of its own for that.
func (t turn) withHome(ctx context.Context, reply Reply) Reply {
	if t.Source != "discord" {
		return reply
	}
	home, err := t.home(ctx)
	if err != nil {
		return broken(err)
	}
	lines, offers := home.lines()
	reply.Lines, reply.Offers = append(lines, reply.Lines...), offers
	return reply
}

// stepsText reads "chat now, SMS after 3m, calls from 6m every 3m".
func stepsText(steps []oncall.Step) string {
	if len(steps) == 0 {
		return "nothing at all"
	}
	var all []string
	for _, s := range steps {
		name := methodName(s.Via)
		switch at := oncall.FormatDuration(s.After); {
		case s.Every > 0 && s.After == 0:
			name += " now and every " + oncall.FormatDuration(s.Every)
		case s.Every > 0 && s.Via == oncall.Voice:
			name = fmt.Sprintf("calls from %s every %s", at, oncall.FormatDuration(s.Every))
		case s.Every > 0:
			name += fmt.Sprintf(" from %s every %s", at, oncall.FormatDuration(s.Every))
		case s.After == 0:
			name += " now"
		default:
			name += " after " + at
		}
		all = append(all, name)
	}
	return strings.Join(all, ", ")
}
