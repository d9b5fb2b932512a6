package oncall

import (
	"slices"
	"testing"
	"time"
)

// test of Sunday 02:14 in New York.
var drilled = time.Date(2026, time.January, 11, 7, 14, 0, 0, time.UTC)

func newDrill(ways ...Method) Drill {
	d := Drill{ID: "12", Person: "ana", Made: drilled}
	for _, via := range ways {
		d.Ways = append(d.Ways, DrillWay{Via: via, State: DrillQueued, At: drilled})
	}
	return d
}

func TestNewsOfATestOnlyMovesForward(t *testing.T) {
	all := []DrillState{DrillQueued, DrillSent, DrillFailed, DrillDelivered, DrillAnswered}
	for i, was := range all {
		for j, is := range all {
			d := newDrill(SMS)
			d.Ways[0].State = was
			before := Book{}.WithDrill(d)
			after, moved := before.Drilled(DrillNews{Drill: "12", Person: "ana", Via: SMS, State: is}, drilled.Add(time.Second))
			if moved != (j > i) {
				t.Errorf("%s after %s: moved is %t", is, was, moved)
			}
			want := all[max(i, j)]
			if got := after.Drills["ana"].Ways[0].State; got != want {
				t.Errorf("%s after %s leaves %s, want %s", is, was, got, want)
			}
			if got := before.Drills["ana"].Ways[0].State; got != was {
				t.Errorf("the book before was changed: %s", got)
			}
		}
	}
}

func TestNewsOfAnotherTestChangesNothing(t *testing.T) {
	book := Book{}.WithDrill(newDrill(SMS, Voice))
	tests := []struct {
		name string
		news DrillNews
	}{
		{"a test before this one", DrillNews{"11", "ana", SMS, DrillAnswered, ""}},
		{"somebody else's", DrillNews{"12", "ben", SMS, DrillAnswered, ""}},
		{"a way that is not tested", DrillNews{"12", "ana", Chat, DrillAnswered, ""}},
		{"a state that nobody knows", DrillNews{"12", "ana", SMS, "seen", ""}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, moved := book.Drilled(tt.news, drilled); moved {
				t.Error("it moved")
			}
		})
	}
}

func TestWhatCameBackOfATest(t *testing.T) {
	way := func(via Method, state DrillState, after time.Duration, words string) DrillWay {
		return DrillWay{via, state, drilled.Add(after), words}
	}
	tests := []struct {
		name  string
		ways  []DrillWay
		over  bool
		want  string
		ended bool
	}{
		{"all at once", []DrillWay{way(Chat, DrillDelivered, 0, ""), way(SMS, DrillDelivered, 3*time.Second, ""), way(Voice, DrillAnswered, 0, "with 4")},
			false, "chat delivered, SMS delivered after 3s, call answered with 4", false},
		{"still going", []DrillWay{way(Chat, DrillQueued, 0, ""), way(SMS, DrillSent, 0, "")}, false, "chat on its way, SMS sent", false},
		{"nothing came", []DrillWay{way(Chat, DrillQueued, 0, ""), way(SMS, DrillSent, 0, "")}, true,
			"chat not sent within 3 minutes, SMS sent: no receipt within 3 minutes", false},
		{"in the carrier's words", []DrillWay{way(SMS, DrillFailed, time.Second, "SMS refused: unregistered sender (30034)"), way(Voice, DrillFailed, 0, "")},
			false, "SMS refused: unregistered sender (30034), call failed", true},
		{"failed or answered is the end", []DrillWay{way(SMS, DrillFailed, 0, ""), way(Voice, DrillAnswered, time.Minute, "with 4")},
			false, "SMS failed, call answered with 4 after 1m0s", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := Drill{Made: drilled, Ways: tt.ways, Over: tt.over}
			if got := d.String(); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if got := d.Ended(); got != tt.ended {
				t.Errorf("ended = %t, want %t", got, tt.ended)
			}
		})
	}
}

func TestTheWaysOfATest(t *testing.T) {
	tests := []struct {
		name   string
		person Person
		want   []Method
	}{
		{"nobody's", Person{}, nil},
		{"chat alone", Person{Slack: "U1"}, []Method{Chat}},
		{"a phone alone", Person{Phone: "+16175550108"}, []Method{SMS, Voice}},
		{"chat that no step names", Person{Slack: "U1", Phone: "+16175550108", Paging: []Step{{Via: SMS}}}, []Method{Chat, SMS}},
		{"each once", Person{Phone: "+16175550108", Paging: []Step{{Via: SMS}, {Via: SMS, After: time.Minute}}}, []Method{SMS}},
		{"a window's, too", Person{Phone: "+16175550108", Paging: []Step{{Via: SMS}}, When: []PagingWindow{{Steps: []Step{{Via: Voice}}}}}, []Method{SMS, Voice}},
		{"what nothing can send is left out", Person{Slack: "U1", Paging: []Step{{Via: SMS}, {Via: Chat}}}, []Method{Chat}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.person.Ways(); !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestHereAnswersWhatAsksThatPerson(t *testing.T) {
	asks := Letter{Key: "call 7", To: "ana", Lines: []string{"Open: 1"}, Offers: []Offer{{Label: "I'm here", Words: "here 7"}, {Label: "Take all", Words: "takeover platform"}}}
	book := Book{Calls: []Rollcall{
		{ID: "5", Person: "ana", Asked: drilled, Answered: drilled.Add(time.Second), Over: true},
		{ID: "6", Person: "ben", Asked: drilled},
		{ID: "7", Person: "ana", Asked: drilled, Letter: asks},
		{ID: "8", Person: "ana", Asked: drilled, Over: true}, // silence was told
	}}
	next, closed := book.Here("ana", drilled.Add(time.Minute))
	if len(closed) != 2 || closed[0].ID != "7" || closed[1].ID != "8" {
		t.Fatalf("closed %+v", closed)
	}
	if !book.Calls[2].Answered.IsZero() || next.Calls[2].Answered.IsZero() || !next.Calls[2].Over || next.Calls[1].Over {
		t.Errorf("before %+v\nafter %+v", book.Calls, next.Calls)
	}
	if _, again := next.Here("ana", drilled.Add(time.Hour)); len(again) > 0 {
		t.Errorf("answered twice: %+v", again)
	}
	thanks := closed[0].Thanks(time.UTC)
	if want := []string{"Open: 1", "Here since 07:15. Thank you."}; !slices.Equal(thanks.Lines, want) {
		t.Errorf("lines %q, want %q", thanks.Lines, want)
	}
	if len(thanks.Offers) != 1 || thanks.Offers[0].Label != "Take all" || thanks.Key != "call 7" {
		t.Errorf("the letter is %+v", thanks)
	}
}
