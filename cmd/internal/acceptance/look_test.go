package acceptance

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
)

// An incident is what the admin API tells of one.
type incident struct {
	ID       string  `json:"id"`
	Team     string  `json:"team"`
	Title    string  `json:"title"`
	Severity string  `json:"severity"`
	State    string  `json:"state"`
	Alerts   int     `json:"alerts"`
	By       *string `json:"acknowledged_by"`
	Timeline []struct {
		Kind  string `json:"kind"`
		Actor string `json:"actor"`
		Text  string `json:"text"`
	} `json:"timeline"`
}

func (in incident) by() string {
	if in.By == nil {
		return ""
	}
	return *in.By
}

// admin sends a request of whoever holds the token and decodes the answer.
func (w *world) admin(method, path, body string, into any) answer {
	w.t.Helper()
	got, err := ask(w.t, method, w.base()+"/api/v1"+path, body, "Authorization", "Bearer "+apiToken)
	if err != nil {
		w.t.Fatalf("%s %s: %v", method, path, err)
	}
	if got.status != http.StatusOK {
		w.t.Fatalf("%s %s: status %d: %s", method, path, got.status, got.body)
	}
	if err := json.Unmarshal([]byte(got.body), into); err != nil {
		w.t.Fatalf("%s %s: %v in %s", method, path, err, got.body)
	}
	return got
}

func (w *world) incident(id string) incident {
	w.t.Helper()
	var in incident
	w.admin(http.MethodGet, "/incidents/"+id, "", &in)
	return in
}

// incidents returns all of them, open or not.
func (w *world) incidents() []incident {
	w.t.Helper()
	var all []incident
	for cursor := ""; ; {
		var list struct {
			Incidents []incident `json:"incidents"`
			Next      string     `json:"next_cursor"`
		}
		w.admin(http.MethodGet, "/incidents?limit=200&cursor="+url.QueryEscape(cursor), "", &list)
		all = append(all, list.Incidents...)
		if cursor = list.Next; cursor == "" {
			return all
		}
	}
}

// act does something to an incident in somebody's name.
func (w *world) act(id, action, by string) answer {
	w.t.Helper()
	return w.admin(http.MethodPost, "/incidents/"+id+"/"+action, encoded(map[string]string{"by": by}), &incident{})
}

// state waits until an incident has come to a state.
func (w *world) state(id, state string) {
	w.t.Helper()
	until(w.t, id+" is "+state, func() bool { return w.incident(id).State == state })
}

// cards returns the cards of an incident in a channel.
func (w *world) cards(channel, id string) []slackfake.Message {
	var cards []slackfake.Message
	for _, m := range w.slack.Messages(channel) {
		if m.ThreadTS == "" && m.Ephemeral == "" && names(m.Text+" "+m.Words(), id) {
			cards = append(cards, m)
		}
	}
	return cards
}

// card waits until the one card of an incident shows all these words.
func (w *world) card(channel, id string, words ...string) slackfake.Message {
	w.t.Helper()
	return w.cardWhere(channel, id, "says "+strings.Join(words, ", "), func(m slackfake.Message) bool {
		return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(m.Words(), word) })
	})
}

// cardWhere waits until the one card of an incident is as it has to be.
func (w *world) cardWhere(channel, id, what string, fits func(slackfake.Message) bool) slackfake.Message {
	w.t.Helper()
	var last slackfake.Message
	defer func() {
		if w.t.Failed() {
			w.t.Logf("the card of %s:\n%s", id, last.Words())
		}
	}()
	until(w.t, "the card of "+id+" "+what, func() bool {
		cards := w.cards(channel, id)
		if len(cards) > 1 {
			w.t.Fatalf("%d cards of %s", len(cards), id)
		}
		if len(cards) == 1 {
			last = cards[0]
		}
		return len(cards) == 1 && fits(last)
	})
	return last
}

// thread is all that stands under a card.
func (w *world) thread(card slackfake.Message) string {
	var words []string
	for _, m := range w.slack.Messages(card.Channel) {
		if m.ThreadTS == card.TS && m.TS != card.TS {
			words = append(words, m.Words())
		}
	}
	return strings.Join(words, "\n")
}

// A page is one request to a provider that would reach somebody.
type page struct {
	id    string // PLATFORM-42/p3
	via   string
	to    string // a number, or a person or channel of Slack
	begin time.Time
}

// pages returns the requests for pages about an incident that have begun, those
// that were refused too.
func (w *world) pages(id string) []page {
	var all []page
	for _, r := range w.phones.RequestsTo("messages.create") {
		if names(r.Form.Get("Body"), id) {
			all = append(all, page{quoted(r.Form.Get("StatusCallback")), "sms", r.Form.Get("To"), r.Begin})
		}
	}
	for _, r := range w.phones.RequestsTo("calls.create") {
		if number := quoted(r.Form.Get("Url")); names(number, id) {
			all = append(all, page{number, "voice", r.Form.Get("To"), r.Begin})
		}
	}
	for _, c := range w.slack.CallsTo("chat.postMessage") {
		to := c.Form.Get("channel")
		if strings.HasPrefix(to, "C") || c.Form.Get("thread_ts") != "" || !names(c.Form.Get("text"), id) {
			continue
		}
		var metadata struct {
			Payload struct {
				Page string `json:"page"`
			} `json:"event_payload"`
		}
		_ = json.Unmarshal([]byte(c.Form.Get("metadata")), &metadata) // no page: it has no number
		all = append(all, page{metadata.Payload.Page, "chat", to, c.Begin})
	}
	return all
}

// paged counts the pages about an incident that went one way to one person.
func (w *world) paged(id, via, to string) int {
	n := 0
	for _, p := range w.pages(id) {
		if p.via == via && (p.to == to || via == "chat" && w.slack.DM(to) == p.to) {
			n++
		}
	}
	return n
}

// silentSince fails the test if a page about an incident began after a moment.
func (w *world) silentSince(id string, moment time.Time) {
	w.t.Helper()
	for _, p := range w.pages(id) {
		if p.begin.After(moment) {
			w.t.Errorf("page %s by %s began %s after the answer that it was over", p.id, p.via, p.begin.Sub(moment))
		}
	}
}

// quoted is the page that a callback's address names.
func quoted(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Query().Get("page")
}

// names reports whether a text speaks of an incident, and not of one whose number
// only begins alike.
func names(text, id string) bool {
	return strings.Contains(text, id) && regexp.MustCompile(regexp.QuoteMeta(id)+`\b`).MatchString(text)
}

// incidentOf is the incident of a page: PLATFORM-42 of PLATFORM-42/p3.
func incidentOf(page string) string {
	id, _, _ := strings.Cut(page, "/")
	return id
}
