package slack_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// onDuty is the roster with people on call for platform/techops, and no end to it.
func onDuty(w *world, ids ...oncall.PersonID) oncall.Roster {
	team := roster.Teams["platform"]
	team.Announce = oncall.Announcement{Usergroup: "S0PLATFORM", Topic: true, Pin: true}
	team.Schedules = map[string]oncall.Schedule{"techops": {Overrides: []oncall.Override{
		{Start: w.now().Add(-time.Hour), End: w.now().AddDate(1, 0, 0), OnCall: ids},
	}}}
	r := roster
	r.Teams = map[oncall.TeamID]oncall.Team{"platform": team}
	return r
}

func showing(place oncall.Showing) oncall.Sending {
	return sending(oncall.Letter{Key: string(place) + " platform", Team: "platform", Show: place})
}

func TestTheUserGroupIsKeptInStep(t *testing.T) {
	tests := []struct {
		name    string
		onCall  []oncall.PersonID
		members []string
		want    []string
		writes  int
		admin   string
	}{
		{"somebody else's turn", []oncall.PersonID{"ben"}, []string{"U0ANA"}, []string{"U0BEN"}, 1, ""},
		{"a pair", []oncall.PersonID{"ben", "ana"}, []string{"U0ANA"}, []string{"U0ANA", "U0BEN"}, 1, ""},
		{"the same, in another order", []oncall.PersonID{"ben", "ana"}, []string{"U0BEN", "U0ANA"}, []string{"U0BEN", "U0ANA"}, 0, ""},
		{"somebody without an account", []oncall.PersonID{"ben", "hal"}, []string{"U0ANA"}, []string{"U0ANA"}, 0, "the user group of Platform is left as it is: Hal Byrne has no Slack account"},
		{"nobody", nil, []string{"U0ANA"}, []string{"U0ANA"}, 0, "the user group of Platform is left as it is: nobody is on call"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.AddUsergroup("S0PLATFORM", "platform-oncall", tt.members...)
			_, err := w.client.Deliver(t.Context(), showing(oncall.ShowGroup), onDuty(w, tt.onCall...))
			if tt.admin == "" && err != nil {
				t.Errorf("error = %v", err)
			}
			if tt.admin != "" {
				if f := fault(t, err); f.Admin != tt.admin || f.Retry != 0 {
					t.Errorf("fault = %+v", f)
				}
			}
			if got := w.Usergroups()[0].Members; !slices.Equal(got, tt.want) {
				t.Errorf("members = %v, want %v", got, tt.want)
			}
			if n := len(w.CallsTo("usergroups.users.update")); n != tt.writes {
				t.Errorf("written %d times, want %d", n, tt.writes)
			}
		})
	}
}

func TestAUserGroupThatCannotBeWritten(t *testing.T) {
	w := newWorld(t)
	if f := fault(t, second(w.client.Deliver(t.Context(), showing(oncall.ShowGroup), onDuty(w, "ana")))); !strings.Contains(f.Admin, "no such user group") {
		t.Errorf("fault = %+v", f)
	}
	w.AddUsergroup("S0PLATFORM", "platform-oncall", "U0BEN")
	for _, code := range []string{"permission_denied", "paid_teams_only"} {
		w.Fault(func(method string, _ url.Values) *slackfake.Response {
			if method == "usergroups.users.update" {
				return slackfake.Refusal(code)
			}
			return nil
		})
		if f := fault(t, second(w.client.Deliver(t.Context(), showing(oncall.ShowGroup), onDuty(w, "ana")))); !strings.Contains(f.Admin, "usergroup") || f.Unknown {
			t.Errorf("%s: fault = %+v", code, f)
		}
	}
}

func second(_ string, err error) error { return err }

func TestTheTopicIsKeptInStep(t *testing.T) {
	tests := []struct{ name, topic, want string }{
		{"an empty one", "", "On call: Ana Ortiz (techops)"},
		{"words of somebody's", "Deploys &amp; more: see <https://x.example>", "Deploys &amp; more: see <https://x.example> | On call: Ana Ortiz (techops)"},
		{"who was on call before", "Deploys | On call: Ben Wu (techops) | Runbook", "Deploys | On call: Ana Ortiz (techops) | Runbook"},
		{"who is on call still", "On call: Ana Ortiz (techops) | Runbook", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.ChangeChannel("C0PLATFORM", func(c *slackfake.Channel) { c.Topic = tt.topic })
			for range 2 {
				if _, err := w.client.Deliver(t.Context(), showing(oncall.ShowTopic), onDuty(w, "ana")); err != nil {
					t.Fatal(err)
				}
			}
			writes := w.CallsTo("conversations.setTopic")
			if tt.want == "" && len(writes) != 0 || tt.want != "" && (len(writes) != 1 || w.topic() != tt.want) {
				t.Errorf("topic = %q after %d writes, want %q", w.topic(), len(writes), tt.want)
			}
		})
	}
}

func (w *world) topic() string {
	for _, c := range w.Channels() {
		if c.ID == "C0PLATFORM" {
			return c.Topic
		}
	}
	return ""
}

func TestATopicWithoutRoomIsLeftAlone(t *testing.T) {
	w := newWorld(t)
	full := strings.Repeat("x", 240)
	w.ChangeChannel("C0PLATFORM", func(c *slackfake.Channel) { c.Topic = full })
	_, err := w.client.Deliver(t.Context(), showing(oncall.ShowTopic), onDuty(w, "ana"))
	if f := fault(t, err); f.Admin == "" || f.Retry != 0 || w.topic() != full {
		t.Errorf("fault = %+v, topic = %q", f, w.topic())
	}
}

func TestOneMessageIsPinnedAndEdited(t *testing.T) {
	w := newWorld(t)
	s := showing(oncall.ShowPin)
	for _, id := range []oncall.PersonID{"ana", "ben", "hal"} {
		ref, err := w.client.Deliver(t.Context(), s, onDuty(w, id))
		if err != nil {
			t.Fatal(err)
		}
		s.Ref = ref
	}
	all := w.cards()
	if len(all) != 1 || all[0].Text != "On call: Hal Byrne (techops)" || !all[0].Pinned || all[0].Edits() != 2 {
		t.Errorf("messages = %+v", all)
	}
	if n := len(w.CallsTo("pins.add")); n != 1 {
		t.Errorf("pinned %d times, want once", n)
	}
}

func TestAPinThatFails(t *testing.T) {
	refusing := func(answer *slackfake.Response) func(string, url.Values) *slackfake.Response {
		return func(method string, _ url.Values) *slackfake.Response {
			if method == "pins.add" {
				return answer
			}
			return nil
		}
	}
	w := newWorld(t)
	s := showing(oncall.ShowPin)
	w.Fault(refusing(slackfake.Failure(503)))
	if _, err := w.client.Deliver(t.Context(), s, onDuty(w, "ana")); fault(t, err).Retry == 0 {
		t.Errorf("error = %v, want another try", err)
	}
	w.Heal()
	s.Doubtful = true
	if _, err := w.client.Deliver(t.Context(), s, onDuty(w, "ana")); err != nil {
		t.Fatal(err)
	}
	if all := w.cards(); len(all) != 1 || !all[0].Pinned {
		t.Errorf("messages = %+v, want the one, pinned", all)
	}

	w = newWorld(t)
	w.Fault(refusing(slackfake.Refusal("missing_scope")))
	if ref, err := w.client.Deliver(t.Context(), showing(oncall.ShowPin), onDuty(w, "ana")); err != nil || ref == "" {
		t.Errorf("a message that may not be pinned: ref %q, %v", ref, err)
	}
}
