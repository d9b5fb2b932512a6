package incident

import (
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestF50WhoeverLeavesIsPassed(t *testing.T) {
	together := func(p *oncall.Policy) {
		p.Tiers[0].Page = append(p.Tiers[0].Page, oncall.Target{Kind: oncall.ToPerson, Name: "ben"})
	}
	all := func(p *oncall.Policy) { together(p); p.Ack = oncall.AckAll }
	alone := AlertFired{Key: fired.Key, Alert: fired.Alert, Route: Route{Team: "platform", Person: "ben"}}
	tests := []struct {
		name   string
		policy func(*oncall.Policy)
		opens  AlertFired
		before []Event
		gone   []oncall.PersonID
		state  State
		paged  string // who has steps to come
		says   string
	}{
		{"the one of a tier: the next tier is paged at once", nil, fired, nil, []oncall.PersonID{"ana"}, Triggered, "ben", "nobody is left in tier 1"},
		{"one of two: the other goes on", together, fired, nil, []oncall.PersonID{"ana"}, Triggered, "ben", "ana has left"},
		{"everybody of two tiers", together, fired, nil, []oncall.PersonID{"ana", "ben"}, Triggered, "hal", "tier 2 reaches nobody and is passed"},
		{"somebody who is not paged: nothing happens", nil, fired, nil, []oncall.PersonID{"hal"}, Triggered, "ana", "tier 1 of 3 is paged"},
		{"the one to whom it was given: it goes back to the team", nil, alone, nil, []oncall.PersonID{"ben"}, Triggered, "ana", "starts anew with the policy of team platform"},
		{"the last who had to acknowledge", all, fired, []Event{Acked{ID: "PLATFORM-1", By: By("ben")}}, []oncall.PersonID{"ana"}, Acknowledged, "", "nobody else is left to"},
		{"all who had to acknowledge, and did not all", all, fired, []Event{Acked{ID: "PLATFORM-1", By: By("ben")}}, []oncall.PersonID{"ana", "ben"}, Triggered, "hal", "starts anew"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := sample(tt.policy)
			in := must(t)(Decide(Incident{ID: "PLATFORM-1"}, r, tt.opens, nine))
			for _, ev := range tt.before {
				in = must(t)(Decide(in, r, ev, nine))
			}
			for _, id := range tt.gone {
				p := r.People[id]
				p.Inactive = true
				r.People[id] = p
			}
			in = must(t)(Decide(in, r, Tick{ID: in.ID}, nine.Add(time.Minute)))
			var paged []string
			for _, run := range in.Runs {
				paged = append(paged, string(run.Person))
			}
			if got := strings.Join(paged, " "); got != tt.paged || in.State != tt.state {
				t.Errorf("%s, paging %q, want %s, paging %q", in.State, got, tt.state, tt.paged)
			}
			for _, p := range in.Pages {
				if p.Status == PageQueued && !r.Active(p.To) {
					t.Errorf("a page to %s, who has left, still waits", p.To)
				}
			}
			said := ""
			for _, e := range in.Timeline {
				said += e.Text + "\n"
			}
			if !strings.Contains(said, tt.says) {
				t.Errorf("the timeline does not say %q:\n%s", tt.says, said)
			}
		})
	}
}

func TestF50ARingingCallIsStopped(t *testing.T) {
	r := sample(func(p *oncall.Policy) { p.Tiers = p.Tiers[2:] })
	in := opened(t, r)
	in.Pages[0].Via, in.Pages[0].Status = oncall.Voice, PageOut
	hal := r.People["hal"]
	hal.Inactive = true
	r.People["hal"] = hal
	in = must(t)(Decide(in, r, Tick{ID: in.ID}, nine.Add(time.Minute)))
	if got := in.Pages[0].Status; got != PageCancelling {
		t.Errorf("the call to somebody who has left is %s, want it stopped", got)
	}
	if !in.Over {
		t.Error("nobody is left, and the rounds go on")
	}
}
