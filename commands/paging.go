package commands

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// Bounds of a person's own steps: none may wait longer than a day, which would be as
// good as never.
const (
	maxSteps = 10
	maxAfter = 24 * time.Hour
)

// ownPaging shows how the speaker is paged, and lets them write their own steps: all at
// once, or one after the other.
//
//	me paging chat now, SMS after 3m, calls from 6m every 3m
//	me paging add SMS after 3m · me paging move 2 5m · me paging remove 2 · me paging reset
func (t turn) ownPaging(ctx context.Context, s string) Reply {
	first, rest := cutWord(s)
	switch strings.ToLower(first) {
	case "":
		return t.showPaging(t.steps(), "You are paged by ")
	case "reset":
		return t.setPaging(ctx, func([]oncall.Step) ([]oncall.Step, string) { return nil, "" })
	case "add":
		step, problem := parseStep(rest)
		if rest == "" {
			return t.stepForm()
		}
		if problem != "" {
			return t.wrong("after", problem)
		}
		return t.setPaging(ctx, func(steps []oncall.Step) ([]oncall.Step, string) { return append(steps, step), "" })
	case "remove":
		return t.setPaging(ctx, func(steps []oncall.Step) ([]oncall.Step, string) {
			i, problem := stepNumber(rest, steps)
			if problem != "" {
				return nil, problem
			}
			return slices.Delete(steps, i, i+1), ""
		})
	case "move":
		number, when := cutToken(rest)
		if when == "" {
			return t.moveForm(number)
		}
		return t.setPaging(ctx, func(steps []oncall.Step) ([]oncall.Step, string) {
			i, problem := stepNumber(number, steps)
			if problem != "" {
				return nil, problem
			}
			steps[i].After, problem = parseAfter(strings.TrimPrefix(when, "to "))
			return steps, problem
		})
	}
	var steps []oncall.Step
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || r == '\n' }) {
		step, problem := parseStep(part)
		if problem != "" {
			return t.wrong("steps", problem)
		}
		steps = append(steps, step)
	}
	return t.setPaging(ctx, func([]oncall.Step) ([]oncall.Step, string) { return steps, "" })
}

// steps are what pages the speaker outside of the windows of the file.
func (t turn) steps() []oncall.Step {
	return slices.Clone(t.roster.People[t.By.Person].Choose(t.now, true).Steps)
}

// setPaging gives the speaker other steps. Nil ones are those of the file.
func (t turn) setPaging(ctx context.Context, change func([]oncall.Step) ([]oncall.Step, string)) Reply {
	return t.rebook(ctx, func(t turn, b oncall.Book) (oncall.Change, Reply) {
		was := b.Wishes[t.By.Person]
		before := t.steps()
		steps, problem := change(slices.Clone(before))
		if problem == "" && len(steps) == 0 && steps != nil {
			problem = "That would leave nothing to page you by. me paging reset goes back to the file's."
		}
		if problem == "" && len(steps) > maxSteps {
			problem = fmt.Sprintf("At most %d steps.", maxSteps)
		}
		if problem != "" {
			return oncall.Change{}, t.wrong("steps", problem)
		}
		slices.SortStableFunc(steps, func(a, b oncall.Step) int { return cmp.Compare(a.After, b.After) })
		w := was
		w.Paging = steps
		changed := t.wished(b, "me paging", w)
		if len(changed.Rows) > 0 {
			t.roster = t.roster.With(changed.Book)
		}
		lead := "From now on you are paged by "
		if steps == nil {
			lead = "Back to the file: you are paged by "
		}
		reply := t.showPaging(t.steps(), lead)
		if len(changed.Rows) > 0 {
			undo := "me paging reset"
			if len(was.Paging) > 0 {
				undo = "me paging " + stepsText(was.Paging)
			}
			reply.Offers = append(reply.Offers, oncall.Offer{Label: "Undo", Words: undo})
		}
		return changed, reply
	})
}

// showPaging is the preview: the steps in words, one a line, and buttons to change them.
func (t turn) showPaging(steps []oncall.Step, lead string) Reply {
	p := t.roster.People[t.By.Person]
	reply := Reply{OK: true, Text: lead + stepsText(steps) + "."}
	for i, s := range steps {
		line := fmt.Sprintf("%d. %s", i+1, stepsText([]oncall.Step{s}))
		if !p.Has(s.Via) {
			line += " (you have no " + map[bool]string{true: "chat account", false: "phone"}[s.Via == oncall.Chat] + ": it is passed at once)"
		}
		reply.Lines = append(reply.Lines, line)
	}
	for _, w := range p.When {
		reply.Lines = append(reply.Lines, fmt.Sprintf("In your window %s the file's steps hold: %s", w.Hours, stepsText(w.Steps)))
	}
	reply.Offers = append(reply.Offers, oncall.Offer{Label: "Add a step", Words: "me paging add", Style: "primary"})
	for i, s := range steps {
		name := methodName(s.Via)
		reply.Offers = append(reply.Offers, oncall.Offer{Label: fmt.Sprintf("Move %d. %s", i+1, name), Words: fmt.Sprintf("me paging move %d", i+1)})
		if len(steps) > 1 {
			reply.Offers = append(reply.Offers, oncall.Offer{Label: fmt.Sprintf("Remove %d. %s", i+1, name), Words: fmt.Sprintf("me paging remove %d", i+1)})
		}
	}
	if p.OwnPaging() {
		reply.Offers = append(reply.Offers, oncall.Offer{Label: "As in the file", Words: "me paging reset"})
	}
	return reply
}

// stepForm asks for one more step.
func (t turn) stepForm() Reply {
	return t.missing("Which step?", Form{
		Title: "Add a step", Submit: "Add", Words: "me paging add {via} after {after} {every}",
		Note: "You are paged by " + stepsText(t.steps()) + ".",
		Fields: []Field{
			{Name: "via", Label: "How", Kind: Choice, Value: "sms", Options: []Option{{"chat", "Chat"}, {"sms", "SMS"}, {"call", "Call"}}},
			{Name: "after", Label: "How long after you are paged", Kind: Line, Value: "3m", Hint: "0s is at once"},
			{Name: "every", Label: "Repeat", Kind: Line, Hint: "every 5m", Optional: true},
		},
	})
}

// moveForm asks when a step shall come.
func (t turn) moveForm(number string) Reply {
	steps := t.steps()
	i, problem := stepNumber(number, steps)
	if problem != "" {
		return t.misuse(problem)
	}
	return t.missing("When shall it come?", Form{
		Title: "Move a step", Submit: "Move", Words: fmt.Sprintf("me paging move %d {after}", i+1),
		Note: "You are paged by " + stepsText(steps) + ".",
		Fields: []Field{{
			Name: "after", Label: fmt.Sprintf("%d. %s: how long after you are paged", i+1, methodName(steps[i].Via)),
			Kind: Line, Value: oncall.FormatDuration(steps[i].After), Hint: "0s is at once",
		}},
	})
}

// stepNumber reads which of the steps is meant, counted from 1.
func stepNumber(s string, steps []oncall.Step) (i int, problem string) {
	n, err := strconv.Atoi(strings.TrimSuffix(s, "."))
	if err != nil || n < 1 || n > len(steps) {
		return 0, fmt.Sprintf("Which step? There are %d.", len(steps))
	}
	return n - 1, ""
}

// stepWords are one step as people write it: "chat now", "SMS after 3m", "calls from 6m
// every 3m", "call 5m", "chat now and every 5m".
var stepWords = regexp.MustCompile(`(?i)^\s*(chat|sms|text|calls?|voice|phone)\s*(?:(now|at once)|(?:(?:after|from|at|in)\s+)?(\d\S*))?\s*(?:and\s+)?(?:every\s+(\d\S*))?\s*$`)

func parseStep(s string) (step oncall.Step, problem string) {
	m := stepWords.FindStringSubmatch(s)
	if m == nil {
		return step, fmt.Sprintf("%q is no step such as chat now, SMS after 3m, or calls from 6m every 3m.", tidy(s, 40))
	}
	switch strings.ToLower(m[1]) {
	case "chat":
		step.Via = oncall.Chat
	case "sms", "text":
		step.Via = oncall.SMS
	default:
		step.Via = oncall.Voice
	}
	if m[3] != "" {
		if step.After, problem = parseAfter(m[3]); problem != "" {
			return step, problem
		}
	}
	if m[4] != "" {
		step.Every, problem = parseLength(m[4])
	}
	return step, problem
}

// parseAfter reads how long after the page a step comes; 0 is at once.
func parseAfter(s string) (time.Duration, string) {
	if s = strings.TrimSpace(s); slices.Contains([]string{"0", "0s", "0m", "now"}, strings.ToLower(s)) {
		return 0, ""
	}
	d, problem := parseLength(s)
	if problem == "" && d > maxAfter {
		problem = "A step comes within a day of the page."
	}
	return d, problem
}
