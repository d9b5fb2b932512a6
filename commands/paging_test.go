package commands

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestOwnPaging(t *testing.T) {
	const usual = "chat now, SMS after 2m, calls from 5m every 5m"
	tests := []struct {
		name, said string
		want       string // the answer begins so
		after      string // how ana is paged then
		ok         bool
	}{
		{"it is shown", "me paging", "You are paged by " + usual + ".", usual, true},
		{"all at once", "me paging chat now, SMS after 3m, calls from 6m every 3m", "From now on you are paged by chat now, SMS after 3m, calls from 6m every 3m.", "chat now, SMS after 3m, calls from 6m every 3m", true},
		{"as people write it", "me paging call at 10m; text 1m, chat and every 5m", "From now on you are paged by chat now and every 5m, SMS after 1m, call after 10m.", "chat now and every 5m, SMS after 1m, call after 10m", true},
		{"a step more, in its place", "me paging add call after 1m", "From now on you are paged by chat now, call after 1m, SMS after 2m, calls from 5m every 5m.", "chat now, call after 1m, SMS after 2m, calls from 5m every 5m", true},
		{"a step less", "me paging remove 2", "From now on you are paged by chat now, calls from 5m every 5m.", "chat now, calls from 5m every 5m", true},
		{"a step is moved", "me paging move 3 30s", "From now on you are paged by chat now, calls from 30s every 5m, SMS after 2m.", "chat now, calls from 30s every 5m, SMS after 2m", true},
		{"the file's again", "me paging reset", "Back to the file: you are paged by " + usual + ".", usual, true},
		{"no such step", "me paging remove 9", "Which step? There are 3.", usual, false},
		{"a way that nobody has", "me paging pigeon now", "\"pigeon now\" is no step such as chat now", usual, false},
		{"too late to be of use", "me paging SMS after 2d", "A step comes within a day of the page.", usual, false},
		{"a number without a unit", "me paging SMS after 3", "3 what? Say 3h or 3m.", usual, false},
		{"more than anybody needs", "me paging " + strings.Repeat("chat now,", 11), "At most 10 steps.", usual, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t)
			got := d.run(t, from("ana", tt.said))
			if !strings.HasPrefix(got.Text, tt.want) || got.OK != tt.ok {
				t.Errorf("reply = %v %s\nwant    %s", got.OK, got, tt.want)
			}
			ana := d.Roster().People["ana"]
			if steps := stepsText(ana.Choose(d.now, true).Steps); steps != tt.after {
				t.Errorf("paged by %s, want %s", steps, tt.after)
			}
			if changed := tt.after != usual; changed != (len(d.rows) == 1) {
				t.Errorf("rows of the audit = %+v", d.rows)
			}
		})
	}
}

func TestOwnPagingIsUndoneAndReset(t *testing.T) {
	d := newDesk(t)
	own := func() string { return stepsText(d.Roster().People["ana"].Paging) }
	undo := func(r Reply) string {
		t.Helper()
		i := slices.IndexFunc(r.Offers, func(o oncall.Offer) bool { return o.Label == "Undo" })
		if i < 0 {
			t.Fatalf("no way back in %+v", r.Offers)
		}
		return r.Offers[i].Words
	}
	d.run(t, from("ana", "me paging call now and every 2m"))
	second := d.run(t, from("ana", "me paging chat now"))
	if own() != "chat now" {
		t.Fatalf("own steps = %s", own())
	}
	if back := d.run(t, from("ana", undo(second))); own() != "call now and every 2m" {
		t.Errorf("undone: %s; %s", own(), back)
	}
	d.run(t, from("ana", "me reset"))
	if d.Roster().People["ana"].OwnPaging() {
		t.Errorf("after a reset: %s", own())
	}
}

func TestAStepThatNothingCanSendIsSaid(t *testing.T) {
	d := newDesk(t)
	got := d.run(t, from("hal", "me paging chat now, SMS after 10s"))
	if len(got.Lines) == 0 || got.Lines[0] != "1. chat now (you have no chat account: it is passed at once)" {
		t.Errorf("lines = %q", got.Lines)
	}
}

func TestTheFormsOfOwnPagingSayWhatPeopleType(t *testing.T) {
	d := newDesk(t)
	add := d.run(t, from("ana", "me paging add"))
	if add.Form == nil || add.Form.Words != "me paging add {via} after {after} {every}" {
		t.Fatalf("form = %+v", add.Form)
	}
	r := from("ana", "me paging add call after 1m every 2m")
	r.Form = true
	if got := d.run(t, r); !got.OK {
		t.Errorf("a filled form: %s", got)
	}
	move := d.run(t, from("ana", "me paging move 1"))
	if move.Form == nil || move.Form.Words != "me paging move 1 {after}" || move.Form.Fields[0].Value != "0s" {
		t.Errorf("form = %+v", move.Form)
	}
	r = from("ana", "me paging move 1 soon")
	r.Form = true
	if got := d.run(t, r); got.OK || got.Field == "" {
		t.Errorf("a wrong time stands at its field: %+v", got)
	}
}

func TestOwnPagingPagesAsItSays(t *testing.T) {
	d := newDesk(t)
	d.run(t, from("ana", "me paging SMS now, calls from 1m every 30s"))
	steps := d.Roster().People["ana"].Ladder(d.now, oncall.High, false)
	want := []oncall.Step{{Via: oncall.SMS}, {After: time.Minute, Via: oncall.Voice, Every: 30 * time.Second}}
	if !slices.Equal(steps, want) {
		t.Errorf("ladder = %+v, want %+v", steps, want)
	}
}
