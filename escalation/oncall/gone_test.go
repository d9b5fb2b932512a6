package oncall_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// staffed is the sound roster with two admins, a channel, and Ben in Slack.
func staffed(t *testing.T) oncall.Roster {
	r := sound(t)
	r.People["ben"] = oncall.Person{ID: "ben", Name: "Ben Wu", Slack: "U0BEN"}
	r.People["paul"] = oncall.Person{ID: "paul", Slack: "U0PAUL"}
	r.Admins = []oncall.PersonID{"paul", "ben"}
	platform := r.Teams["platform"]
	platform.SlackChannel, platform.Members = "C0PLATFORM", ids("ana", "ben")
	r.Teams["platform"] = platform
	return r
}

func owns(lines ...string) func(oncall.PersonID) []string {
	return func(oncall.PersonID) []string { return lines }
}

func TestF50WhoeverIsDeactivatedCountsAsNobody(t *testing.T) {
	r, now := staffed(t), at(t, "2026-03-01T12:00:00Z")
	change, due := oncall.Book{}.Observe(r, map[string]bool{"U0BEN": true, "U0ANA": false, "U0PAUL": false}, owns("PLATFORM-3 is with Ben."), now)
	if !due {
		t.Fatal("a deactivated account changes nothing")
	}
	after := r.With(change.Book)
	if after.Active("ben") || !after.Active("ana") {
		t.Error("want ben alone to count as nobody")
	}
	if admins := after.ActiveAdmins(); !slices.Equal(admins, ids("paul")) {
		t.Errorf("the admins who can be told are %v, want paul alone", admins)
	}
	if len(change.Rows) != 1 || change.Rows[0].By != "" || change.Rows[0].What != "Slack account of ben" {
		t.Errorf("the audit says %+v", change.Rows)
	}
	want := []string{
		"platform: Ben Wu's Slack account is deactivated: they count as nobody from now on, in every schedule and policy, and are not paged." +
			"|platform/techops has nobody on call from 2026-03-01T07:00:00-05:00 to 2026-03-02T09:00:00-05:00, from 2026-03-09T09:00:00-04:00 to 2026-03-16T09:00:00-04:00, from 2026-03-23T09:00:00-04:00 to 2026-03-30T09:00:00-04:00." +
			"|Tier 1 of platform's policy default reaches nobody from 2026-03-01T07:00:00-05:00 to 2026-03-02T09:00:00-05:00, from 2026-03-09T09:00:00-04:00 to 2026-03-16T09:00:00-04:00, from 2026-03-23T09:00:00-04:00 to 2026-03-30T09:00:00-04:00." +
			"|PLATFORM-3 is with Ben.",
	}
	want = append(want, "to paul"+strings.TrimPrefix(want[0], "platform"))
	if got := spell(change.Letters); !slices.Equal(got, want) {
		t.Errorf("told\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if _, due := change.Book.Observe(after, map[string]bool{"U0BEN": true}, owns(), now); due {
		t.Error("the same news a minute later are told again")
	}
}

// spell writes letters, their lines apart by bars.
func spell(letters []oncall.Letter) []string {
	var all []string
	for _, l := range letters {
		to := string(l.Team)
		if l.To != "" {
			to = "to " + string(l.To)
		}
		all = append(all, to+": "+strings.Join(append([]string{l.Text}, l.Lines...), "|"))
	}
	return all
}

func TestF50SomebodyIsBack(t *testing.T) {
	r, now := staffed(t), at(t, "2026-03-01T12:00:00Z")
	gone := oncall.Book{Gone: map[oncall.PersonID]oncall.Departure{"ben": {Account: "U0BEN", Since: now}}}
	tests := []struct {
		name   string
		slack  string // in the file
		seen   map[string]bool
		active bool
		told   int
	}{
		{"once the account works again", "U0BEN", map[string]bool{"U0BEN": false}, true, 2},
		{"not while nobody looked", "U0BEN", map[string]bool{"U0ANA": false}, false, 0},
		{"at once with another account in the file", "U0WU", nil, true, 0},
		{"unless that is deactivated, too", "U0WU", map[string]bool{"U0WU": true}, false, 2},
		{"without any account in the file", "", nil, true, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file := staffed(t)
			file.People["ben"] = oncall.Person{ID: "ben", Name: "Ben Wu", Slack: tt.slack, Phone: "+16175550102"}
			book := gone
			change, due := book.Observe(file.With(book), tt.seen, owns(), now)
			if due {
				book = change.Book
			}
			if got := file.With(book).Active("ben"); got != tt.active {
				t.Errorf("active: %v, want %v", got, tt.active)
			}
			if len(change.Letters) != tt.told {
				t.Errorf("told %d times, want %d: %q", len(change.Letters), tt.told, spell(change.Letters))
			}
		})
	}
	if r.With(gone).With(oncall.Book{}).People["ben"].Inactive {
		t.Error("a book without departures leaves ben inactive")
	}
}

func TestF50WhatBreaksNothingIsSaidSo(t *testing.T) {
	r, now := staffed(t), at(t, "2026-03-01T12:00:00Z")
	r.People["zoe"] = oncall.Person{ID: "zoe", Slack: "U0ZOE"}
	change, _ := oncall.Book{}.Observe(r, map[string]bool{"U0ZOE": true}, owns(), now)
	got := spell(change.Letters)
	if admins := r.ActiveAdmins(); !slices.Equal(admins, ids("ben", "paul")) {
		t.Errorf("admins = %v", admins)
	}
	if len(got) != 2 || !strings.Contains(got[0], "to ben: ") || !strings.Contains(got[0], "Nothing breaks by it") {
		t.Errorf("told %q, want both admins that nothing breaks", got)
	}
}

func TestAccountsAreThoseOfTheFile(t *testing.T) {
	r := staffed(t)
	r.People["old"] = oncall.Person{ID: "old", Slack: "U0OLD", Inactive: true}
	away := r.With(oncall.Book{Gone: map[oncall.PersonID]oncall.Departure{"ben": {Account: "U0BEN"}}})
	if got := away.Accounts(); !slices.Equal(got, []string{"U0ANA", "U0BEN", "U0PAUL"}) {
		t.Errorf("accounts = %q: those who are gone may come back", got)
	}
}
