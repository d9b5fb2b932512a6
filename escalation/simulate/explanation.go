package simulate

import (
	"cmp"
	"context"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// An Explanation is where an alert goes and whom it would page if nobody answered,
// as `earshot explain` and a dry run tell it.
type Explanation struct {
	Route    RouteTold  `json:"route"`
	Pages    []PageTold `json:"pages"`
	Warnings []string   `json:"warnings"`
}

// A RouteTold is where the alert goes, and why.
type RouteTold struct {
	Team    oncall.TeamID `json:"team"`
	Policy  string        `json:"policy"`
	Because string        `json:"because"`
	Tried   []RouteTried  `json:"tried"` // up to the one that claimed it
}

// A RouteTried is one route and what came of it. Failed is the first matcher that
// did not match; Label is what it asked for, Value what stands there.
type RouteTried struct {
	Text    string `json:"text"`
	Matched bool   `json:"matched"`
	Failed  string `json:"failed,omitempty"`
	Label   string `json:"label,omitempty"`
	Value   string `json:"value,omitempty"`
}

// A PageTold is one page. Tiers count from 1; 0 is the fallback.
type PageTold struct {
	At        time.Time     `json:"at"`
	After     string        `json:"after"`
	Tier      int           `json:"tier"`
	Responder string        `json:"responder"` // a person, or "channel"
	Via       oncall.Method `json:"via"`
	Because   string        `json:"because"`
	Reasons   []string      `json:"reasons"`
	Why       Why           `json:"-"` // the reasons, told apart
}

// Explain plays an alert to its end and tells of it. Tried are the routes that it
// came by.
func Explain(ctx context.Context, roster oncall.Roster, alert incident.AlertFired, tried []RouteTried, at time.Time) (Explanation, error) {
	forecast, err := Foretell(ctx, roster, alert, at)
	if err != nil {
		return Explanation{}, err
	}
	e := Explanation{
		Route:    RouteTold{alert.Route.Team, cmp.Or(forecast.Policy, oncall.DefaultPolicy), alert.Route.Because, append([]RouteTried{}, tried...)},
		Pages:    pagesTold(forecast.Pages, at),
		Warnings: []string{},
	}
	if alert.Route.Warning != "" {
		e.Warnings = append(e.Warnings, alert.Route.Warning)
	}
	e.Warnings = append(e.Warnings, forecast.Warnings...)
	return e, nil
}

// pagesTold leaves out that a person is the fallback: the person's own pages say it.
func pagesTold(paged []Paged, start time.Time) []PageTold {
	told := []PageTold{}
	for _, p := range paged {
		one := PageTold{
			At: p.At.UTC(), After: oncall.FormatDuration(p.At.Sub(start)), Tier: p.Tier + 1,
			Responder: string(p.Person), Via: p.Via, Because: p.Why, Why: p.Because,
		}
		switch {
		case p.Fallback == string(oncall.Channel):
			one.Via = oncall.Channel
		case p.Fallback != "":
			continue
		}
		if one.Via == oncall.Channel {
			one.Responder = string(oncall.Channel)
		}
		if p.Fallback != "" || p.ForBackup {
			one.Tier, one.Because = 0, "fallback: nobody answered"
		}
		one.Reasons = append([]string{}, one.Why.All()...)
		told = append(told, one)
	}
	return told
}
