package slack_test

import (
	"fmt"
	"maps"
	"net/url"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
)

func TestF50ALookFindsWhoIsDeactivated(t *testing.T) {
	w := newWorld(t)
	w.ChangeUser("U0BEN", func(u *slackfake.User) { u.Deleted = true })
	got, err := w.client.Deactivated(t.Context(), []string{"U0ANA", "U0BEN", "U0NOBODY"})
	if err != nil {
		t.Fatal(err)
	}
	if want := map[string]bool{"U0ANA": false, "U0BEN": true}; !maps.Equal(got, want) {
		t.Errorf("found %v, want %v", got, want)
	}
	if lists, asked := len(w.CallsTo("users.list")), len(w.CallsTo("users.info")); lists != 1 || asked != 0 {
		t.Errorf("%d lists and %d questions, want one list", lists, asked)
	}
}

func TestALookAtALargeWorkspaceKeepsToTheLimits(t *testing.T) {
	w := newWorld(t)
	for i := range 5100 {
		w.AddUser(fmt.Sprintf("U%05d", i), "Somebody", "")
	}
	var ids []string
	for i := range 70 { // the last of the list
		ids = append(ids, fmt.Sprintf("U%05d", 5030+i))
		w.ChangeUser(ids[i], func(u *slackfake.User) { u.Deleted = true })
	}
	found := map[string]bool{}
	for range 7 {
		lists, asked := len(w.CallsTo("users.list")), len(w.CallsTo("users.info"))
		got, err := w.client.Deactivated(t.Context(), ids)
		if err != nil {
			t.Fatal(err)
		}
		if lists, asked = len(w.CallsTo("users.list"))-lists, len(w.CallsTo("users.info"))-asked; lists > 5 || asked > 60 {
			t.Errorf("%d lists and %d questions in one look", lists, asked)
		}
		maps.Copy(found, got)
		w.wind(time.Minute)
	}
	if len(found) != len(ids) {
		t.Errorf("%d accounts were looked at after a while, want all %d", len(found), len(ids))
	}
}

func TestALookThatIsCutShortKeepsWhatItFound(t *testing.T) {
	tests := []struct {
		name string
		no   *slackfake.Response
	}{
		{"limited", slackfake.Refusal("ratelimited")},
		{"without the scope", slackfake.Refusal("missing_scope")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			for i := range 1100 {
				w.AddUser(fmt.Sprintf("U1%04d", i), "Somebody", "")
			}
			w.Fault(func(_ string, form url.Values) *slackfake.Response {
				if form.Get("cursor") != "" {
					return tt.no
				}
				return nil
			})
			got, err := w.client.Deactivated(t.Context(), []string{"U0ANA", "U11099"})
			_ = fault(t, err) // it is one
			if want := map[string]bool{"U0ANA": false}; !maps.Equal(got, want) {
				t.Errorf("found %v, want %v", got, want)
			}
		})
	}
}
