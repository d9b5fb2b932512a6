package discord

import (
	"slices"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/bot/discord/discordfake"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestALetterIsToldOnceAndEdited(t *testing.T) {
	s := newStage(t, false)
	sending := oncall.Sending{ID: "7", Letter: oncall.Letter{
		Key: "swap 12", To: "ana", Team: "platform", Text: "Ben Wu asks for a swap:", Lines: []string{"fri *18:00*"},
		Offers: []oncall.Offer{{Label: "Accept", Words: "accept 12", Style: "primary"}, {Label: "Decline", Words: "decline 12"}},
	}}
	ref, err := s.client.Deliver(t.Context(), sending, s.desk.roster)
	if err != nil {
		t.Fatal(err)
	}
	got := s.DMs("2001")[0]
	if want := "Ben Wu asks for a swap:\n• fri \\*18:00\\*"; got.Content != want || !slices.Equal(got.Controls(), []string{"say:accept 12", "say:decline 12"}) {
		t.Errorf("got %q with %q, want %q", got.Content, got.Controls(), want)
	}
	sending.Doubtful = true
	if again, err := s.client.Deliver(t.Context(), sending, s.desk.roster); err != nil || again != ref || len(s.DMs("2001")) != 1 {
		t.Errorf("in doubt it is %q, %v: %d messages", again, err, len(s.DMs("2001")))
	}
	next := oncall.Sending{ID: "8", Ref: ref, Letter: oncall.Letter{Key: "swap 12", To: "ana", Team: "platform", Text: "Accepted."}}
	if again, err := s.client.Deliver(t.Context(), next, s.desk.roster); err != nil || again != ref {
		t.Fatalf("the next is %q, %v", again, err)
	}
	if got := s.DMs("2001"); len(got) != 1 || got[0].Content != "Accepted." || len(got[0].Controls()) != 0 {
		t.Errorf("edited to %+v", got)
	}
	s.Delete(got.ID)
	next.Ref = ref
	if again, err := s.client.Deliver(t.Context(), next, s.desk.roster); err != nil || again == ref || len(s.DMs("2001")) != 1 {
		t.Errorf("one that was deleted is %q, %v", again, err)
	}
}

func TestWhoIsOnCallIsShown(t *testing.T) {
	s := newStage(t, false)
	s.AddRole(s.Options().Guild, "500", "on call", 5)
	team := s.desk.roster.Teams["platform"]
	team.Announce.Role = "500"
	team.Schedules = map[string]oncall.Schedule{"techops": on("ana")}
	s.desk.roster.Teams["platform"] = team
	show := func(what oncall.Showing, ref string) string {
		t.Helper()
		ref, err := s.client.Deliver(t.Context(), oncall.Sending{ID: "9", Ref: ref, Letter: oncall.Letter{Team: "platform", Show: what}}, s.desk.roster)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		return ref
	}
	show(oncall.ShowGroup, "")
	show(oncall.ShowTopic, "")
	pin := show(oncall.ShowPin, "")
	if !slices.Equal(s.RolesOf("2001"), []string{"500"}) || len(s.RolesOf("2002")) != 0 {
		t.Errorf("roles: ana %q, ben %q", s.RolesOf("2001"), s.RolesOf("2002"))
	}
	if topic := s.Topic(platform); topic != "On call: Ana Ortiz (techops)" {
		t.Errorf("topic %q", topic)
	}
	if pinned := s.Pinned(platform); len(pinned) != 1 || pinned[0].Content != "On call: Ana Ortiz (techops)" {
		t.Errorf("pinned %+v", pinned)
	}
	team.Schedules["techops"] = on("ben")
	edits := s.asked("PATCH", "channels/"+platform)
	show(oncall.ShowGroup, "")
	show(oncall.ShowTopic, "")
	show(oncall.ShowTopic, "")
	if again := show(oncall.ShowPin, pin); again != pin {
		t.Errorf("the pinned message is now %q", again)
	}
	if len(s.RolesOf("2001")) != 0 || !slices.Equal(s.RolesOf("2002"), []string{"500"}) {
		t.Errorf("roles after the handoff: ana %q, ben %q", s.RolesOf("2001"), s.RolesOf("2002"))
	}
	if n := s.asked("PATCH", "channels/"+platform) - edits; n != 1 {
		t.Errorf("the topic was set %d times, want once: Discord bears two in ten minutes", n)
	}
	s.Deny(discordfake.ManageRoles)
	team.Schedules["techops"] = on("ana")
	_, err := s.client.Deliver(t.Context(), oncall.Sending{ID: "10", Letter: oncall.Letter{Team: "platform", Show: oncall.ShowGroup}}, s.desk.roster)
	if f := fault(t, err); !strings.Contains(f.Admin, "permission") {
		t.Errorf("without the permission: %+v", f)
	}
}
