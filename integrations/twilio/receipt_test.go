package twilio

import (
	"net/url"
	"slices"
	"testing"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// permutations calls with every order of the words.
func permutations(words []string, with func([]string)) {
	var swap func(int)
	swap = func(k int) {
		if k == len(words) {
			with(words)
			return
		}
		for i := k; i < len(words); i++ {
			words[k], words[i] = words[i], words[k]
			swap(k + 1)
			words[k], words[i] = words[i], words[k]
		}
	}
	swap(0)
}

func TestF59TheOrderOfReceiptsChangesNothing(t *testing.T) {
	tests := []struct {
		name, path, field string
		statuses          []string
		want              incident.PageStatus
	}{
		{"a delivered SMS", pathMessageStatus, "MessageStatus", []string{"queued", "sending", "sent", "delivered"}, incident.PageArrived},
		{"a lost SMS", pathMessageStatus, "MessageStatus", []string{"accepted", "sent", "undelivered", "undelivered"}, incident.PageLost},
		{"a call nobody took", pathCallStatus, "CallStatus", []string{"initiated", "ringing", "in-progress", "completed"}, incident.PageLost},
		{"a busy phone", pathCallStatus, "CallStatus", []string{"queued", "ringing", "busy", "busy"}, incident.PageLost},
	}
	s := newStage(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			permutations(tt.statuses, func(order []string) {
				s.desk.settle("PLATFORM-42", func(in *incident.Incident) {
					in.Pages = []incident.Page{{ID: "PLATFORM-42/p3", To: "hal", Status: incident.PageOut}}
				})
				for _, status := range order {
					form := url.Values{"AccountSid": {s.fake.Options().AccountSID}, tt.field: {status}}
					if code, _, err := s.fake.Post(s.client.address(tt.path, "PLATFORM-42/p3", nil), form); err != nil || code != 204 {
						t.Fatalf("%s answered %d, %v", status, code, err)
					}
				}
				if in, _ := s.desk.Find(t.Context(), "PLATFORM-42"); in.Pages[0].Status != tt.want {
					t.Errorf("%v: the page is %s, want %s", order, in.Pages[0].Status, tt.want)
				}
			})
		})
	}
}

func TestF59AReceiptOfAnUnknownPageIsCountedAndTaken(t *testing.T) {
	s := newStage(t)
	var counted []string
	s.with(t, func(o *Options) {
		o.Observe = func(method, result string) { counted = append(counted, method+" "+result) }
	})
	for _, path := range []string{pathMessageStatus, pathCallStatus} {
		for _, page := range []incident.PageID{"PLATFORM-42/p99", "GONE-1/p1", ""} {
			form := url.Values{"AccountSid": {s.fake.Options().AccountSID}, "MessageStatus": {"undelivered"}, "CallStatus": {"busy"}}
			if code, _, err := s.fake.Post(s.client.address(path, page, nil), form); err != nil || code != 204 {
				t.Errorf("%s of %q answered %d, %v", path, page, code, err)
			}
		}
	}
	if len(counted) != 6 || slices.ContainsFunc(counted, func(c string) bool { return c != "receipt unknown" }) {
		t.Errorf("counted %q", counted)
	}
	if got := s.desk.did(); len(got) > 0 {
		t.Errorf("events %v", got)
	}
}

func TestF59AReceiptThatIsFasterThanTheAnswer(t *testing.T) {
	s := newStage(t)
	s.desk.settle("PLATFORM-42", func(in *incident.Incident) {
		in.Pages = []incident.Page{{ID: "PLATFORM-42/p4", To: "hal", Status: incident.PageOnWire}}
	})
	looked := make(chan struct{}, 100)
	s.desk.looked = looked
	go func() {
		<-looked
		s.desk.settle("PLATFORM-42", func(in *incident.Incident) {
			in.Pages = []incident.Page{{ID: "PLATFORM-42/p4", To: "hal", Status: incident.PageOut, With: []incident.PageID{"WEB-7/p1"}}}
		})
	}()
	form := url.Values{"AccountSid": {s.fake.Options().AccountSID}, "CallStatus": {"no-answer"}}
	if code, _, err := s.fake.Post(s.client.address(pathCallStatus, "PLATFORM-42/p4", nil), form); err != nil || code != 204 {
		t.Fatalf("answered %d, %v", code, err)
	}
	if !s.heard(incident.PageFailed{Page: "WEB-7/p1", Reason: "not answered", Missed: true})() {
		t.Errorf("those told in the same call hear nothing: %v", s.desk.did())
	}
}

func TestTheEndOfACallThatIsNotWantedAnyMore(t *testing.T) {
	for status, want := range map[incident.PageStatus]incident.Event{
		incident.PageCancelling: incident.PageCancelled{Page: "PLATFORM-42/p3"},
		incident.PageWithdrawn:  nil,
		incident.PageArrived:    nil,
		incident.PageLost:       nil,
	} {
		s := newStage(t)
		s.desk.settle("PLATFORM-42", func(in *incident.Incident) {
			in.Pages = []incident.Page{{ID: "PLATFORM-42/p3", To: "hal", Status: status}}
		})
		form := url.Values{"AccountSid": {s.fake.Options().AccountSID}, "CallStatus": {"completed"}}
		if code, _, err := s.fake.Post(s.client.address(pathCallStatus, "PLATFORM-42/p3", nil), form); err != nil || code != 204 {
			t.Fatalf("answered %d, %v", code, err)
		}
		switch got := s.desk.did(); {
		case want == nil && len(got) > 0, want != nil && !s.heard(want)():
			t.Errorf("%s: events %v, want %v", status, got, want)
		}
	}
}
