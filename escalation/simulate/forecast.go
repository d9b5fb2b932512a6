package simulate

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A Forecast is what would come of an alert that nobody answers.
type Forecast struct {
	Policy   string  // by which it climbs
	Pages    []Paged // in order
	Warnings []string
}

// How far a Forecast looks.
const (
	longest  = 7 * 24 * time.Hour
	mostPage = 500
	rounds   = 2 // of a policy that repeats forever
)

// Foretell plays an alert to its end: until the rounds are over and nobody's own
// steps go on. A story without an end is cut, and a warning says where.
func Foretell(ctx context.Context, roster oncall.Roster, alert incident.AlertFired, at time.Time) (Forecast, error) {
	w := NewWorld(roster, at)
	in, err := w.Apply(ctx, alert)
	if err != nil {
		return Forecast{}, err
	}
	f := Forecast{Policy: in.Policy.Name}
	cut := ""
	for cut == "" {
		next, more := w.queue.Next(func(e incident.Effect) bool { return e.Kind != incident.ShowCard })
		if !more {
			break
		}
		if next.After(at.Add(longest)) {
			cut = "this goes on; shown are the first 7 days"
			break
		}
		if err := w.Wind(ctx, next, true); err != nil {
			return Forecast{}, err
		}
		now := w.store.incidents[in.ID]
		switch {
		case now.Policy.Repeat == oncall.Forever && now.RoundNo >= rounds:
			cut = fmt.Sprintf("the policy repeats forever; shown are the first %d rounds", rounds)
			w.Paged = slices.DeleteFunc(w.Paged, func(p Paged) bool { return p.Tier == 0 && p.At.Equal(w.now) })
		case len(w.Paged) >= mostPage:
			cut = fmt.Sprintf("this goes on; shown are the first %d pages", mostPage)
		}
	}
	f.Pages = w.Paged
	f.Warnings = unheard(w.Timeline(in.ID))
	if cut != "" {
		f.Warnings = append(f.Warnings, cut)
	}
	return f, nil
}

// unheard are the lines of a timeline that say why somebody is not paged, each
// once.
func unheard(lines []incident.Entry) []string {
	var all []string
	for _, line := range lines {
		passed := line.Kind == incident.KindTier && strings.Contains(line.Text, " is passed: ")
		silent := line.Kind == incident.KindOver && strings.HasPrefix(line.Text, "nobody is paged")
		if (passed || silent) && !slices.Contains(all, line.Text) {
			all = append(all, line.Text)
		}
	}
	return all
}
