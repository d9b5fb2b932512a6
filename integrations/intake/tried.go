package intake

import (
	"fmt"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// A Tried is one route on the way of an alert and what came of it.
type Tried struct {
	Text    string `json:"text"` // the matchers as they were written
	Matched bool   `json:"matched"`
	Failed  string `json:"failed,omitempty"` // the first matcher that did not match
	Label   string `json:"label,omitempty"`  // that it asked for
	Value   string `json:"value,omitempty"`  // what stands there; empty: the alert has no such label
}

// String says it in words: "severity is critical".
func (t Tried) String() string {
	switch {
	case t.Matched:
		return "matches"
	case t.Value == "":
		return "there is no " + t.Label
	}
	return fmt.Sprintf("%s is %s", t.Label, t.Value)
}

// Tried returns every route that an alert came by, up to the one that claims it.
func (s Setup) Tried(fired incident.AlertFired) []Tried {
	all := routable(Integration{Name: fired.Key.Integration}, fired.Alert)
	tried := []Tried{}
	for _, r := range s.Routes {
		t := Tried{Text: r.Text, Matched: true}
		if m := r.refuses(all); m != nil {
			t = Tried{Text: r.Text, Failed: m.String(), Label: m.Name, Value: all[m.Name]}
		}
		if tried = append(tried, t); t.Matched {
			break
		}
	}
	return tried
}
