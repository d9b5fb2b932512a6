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

// looked is what chats that are both set up say of accounts.
func looked(gone map[string]bool) oncall.Look { return oncall.Look{Gone: gone} }

func TestF50WhoeverIsDeactivatedCountsAsNobody(t *testing.T) {
	r, now := staffed(t), at(t, "2026-03-01T12:00:00Z")
	change, due := oncall.Book{}.Observe(r, looked(map[string]bool{"U0BEN": true, "U0ANA": false, "U0PAUL": false}), owns("PLATFORM-3 is with Ben."), now)
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
	if _, due := change.Book.Observe(after, looked(map[string]bool{"U0BEN": true}), owns(), now); due {
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
			change, due := book.Observe(file.With(book), looked(tt.seen), owns(), now)
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
	change, _ := oncall.Book{}.Observe(r, looked(map[string]bool{"U0ZOE": true}), owns(), now)
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
	r.People["zoe"] = oncall.Person{ID: "zoe", Discord: "2009"}
	if got := r.DiscordAccounts(); !slices.Equal(got, []string{"2009"}) {
		t.Errorf("accounts in Discord = %q", got)
	}
	r.People["old"] = oncall.Person{ID: "old", Slack: "U0OLD", Inactive: true}
	away := r.With(oncall.Book{Gone: map[oncall.PersonID]oncall.Departure{"ben": {Account: "U0BEN"}}})
	if got := away.Accounts(); !slices.Equal(got, []string{"U0ANA", "U0BEN", "U0PAUL"}) {
		t.Errorf("accounts = %q: those who are gone may come back", got)
	}
}

// TestF50EitherChatCounts has Ben leave Slack, Discord or both of them.
func TestF50EitherChatCounts(t *testing.T) {
	now := at(t, "2026-03-01T12:00:00Z")
	const slack, discord = "U0BEN", "2002"
	type look = map[string]bool
	tests := []struct {
		name           string
		slack, discord string // in the file
		looks          []oncall.Look
		active         bool
		says           string // the last letter to an admin; empty: none
	}{
		{"Discord alone, and he left", "", discord, []oncall.Look{{Gone: look{discord: true}}}, false, "Ben Wu is in none of the teams' Discord servers any more: they count as nobody"},
		{"he is back there", "", discord, []oncall.Look{{Gone: look{discord: true}}, {Gone: look{discord: false}}}, true, "Ben Wu is in a Discord server of the teams again: they hold their shifts and are paged as before."},
		{"both, and he left Discord", slack, discord, []oncall.Look{{Gone: look{discord: true}}}, true, "in none of the teams' Discord servers any more: they hold their shifts and are paged as before, in the chat that is left"},
		{"both, and he left Slack", slack, discord, []oncall.Look{{Gone: look{slack: true}}}, true, "Slack account is deactivated: they hold their shifts"},
		{"both, one after the other", slack, discord, []oncall.Look{{Gone: look{slack: true}}, {Gone: look{discord: true}}}, false, "Discord servers any more: they count as nobody"},
		{"both at once", slack, discord, []oncall.Look{{Gone: look{slack: true, discord: true}}}, false, "Ben Wu's Slack account is deactivated, and Ben Wu is in none"},
		{"one of two comes back", slack, discord, []oncall.Look{{Gone: look{slack: true, discord: true}}, {Gone: look{discord: false}}}, true, "again: they hold their shifts and are paged as before."},
		{"Slack, and Discord is not set up", slack, discord, []oncall.Look{{Gone: look{slack: true}, NoDiscord: true}}, false, "Ben Wu's Slack account is deactivated: they count as nobody"},
		{"until Discord is set up", slack, discord, []oncall.Look{{Gone: look{slack: true}, NoDiscord: true}, {Gone: look{discord: false}}}, true, "Ben Wu is in a Discord server of the teams again"},
		{"Discord is given up after he left Slack", slack, discord, []oncall.Look{{Gone: look{slack: true}}, {NoDiscord: true}}, false, "Ben Wu has no account left in a chat that is set up: they count as nobody"},
		{"and Slack works again", slack, discord, []oncall.Look{{Gone: look{slack: true}, NoDiscord: true}, {Gone: look{slack: false}, NoDiscord: true}}, true, "Slack account works again"},
		{"Discord, and Slack is not set up", slack, discord, []oncall.Look{{Gone: look{discord: true}, NoSlack: true}}, false, "they count as nobody"},
		{"nobody looked at Discord", "", discord, []oncall.Look{{Gone: look{slack: true}}}, true, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file, book, says := staffed(t), oncall.Book{}, ""
			file.People["ben"] = oncall.Person{ID: "ben", Name: "Ben Wu", Slack: tt.slack, Discord: tt.discord}
			for _, l := range tt.looks {
				change, due := book.Observe(file.With(book), l, owns(), now)
				if !due {
					continue
				}
				book = change.Book
				for _, letter := range change.Letters {
					if letter.To == "paul" {
						says = letter.Text
					}
				}
			}
			if got := file.With(book).Active("ben"); got != tt.active {
				t.Errorf("active: %v, want %v", got, tt.active)
			}
			if !strings.Contains(says, tt.says) || (says == "") != (tt.says == "") {
				t.Errorf("the admin reads %q, want %q in it", says, tt.says)
			}
		})
	}
}
