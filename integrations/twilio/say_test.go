package twilio

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestScript(t *testing.T) {
	roster := (&desk{}).Roster()
	with := func(change func(*incident.Incident)) incident.Incident {
		in := disk()
		change(&in)
		return in
	}
	web := incident.Incident{ID: "WEB-7", Team: "web", Title: "Slow", Severity: incident.Warning, State: incident.Triggered}
	taken := with(func(in *incident.Incident) { in.State = incident.Acknowledged })
	tests := []struct {
		name string
		ins  []incident.Incident
		more int
	}{
		{"one incident", []incident.Incident{disk()}, 0},
		{"signs and addresses", []incident.Incident{with(func(in *incident.Incident) {
			in.Title = "<b>disk_full</b> & more: see https://wiki.example.com/runbooks/disk?x=1, or www.example.com\r\n*now*."
		})}, 0},
		{"limits", []incident.Incident{with(func(in *incident.Incident) { in.Title = "5xx > 10%, free space <5 GB, age >= 3 h, a -> b, <3" })}, 0},
		{"a team without a name", []incident.Incident{web}, 0},
		{"a team nobody knows", []incident.Incident{with(func(in *incident.Incident) { in.Team = "old_team" })}, 0},
		{"a long summary", []incident.Incident{with(func(in *incident.Incident) { in.Title = strings.Repeat("very long summary ", 60) })}, 0},
		{"acknowledged", []incident.Incident{with(func(in *incident.Incident) { in.State, in.AckedBy = incident.Acknowledged, incident.By("ana") })}, 0},
		{"acknowledged by an integration", []incident.Incident{with(func(in *incident.Incident) {
			in.State, in.AckedBy = incident.Acknowledged, incident.Actor{Name: "prometheus"}
		})}, 0},
		{"snoozed", []incident.Incident{with(func(in *incident.Incident) { in.State = incident.Snoozed })}, 0},
		{"resolved by somebody nobody knows", []incident.Incident{with(func(in *incident.Incident) { in.State, in.ResolvedBy = incident.Resolved, incident.By("zed") })}, 0},
		{"resolved by nobody", []incident.Incident{with(func(in *incident.Incident) { in.State = incident.Resolved })}, 0},
		{"two", []incident.Incident{disk(), web}, 0},
		{"two, one of them taken", []incident.Incident{with(func(in *incident.Incident) { in.State = incident.Acknowledged }), web}, 0},
		{"two, both taken", []incident.Incident{with(func(in *incident.Incident) { in.State = incident.Acknowledged }), with(func(in *incident.Incident) { in.State = incident.Resolved })}, 0},
		{"none", nil, 0},
		{"a storm", []incident.Incident{disk(), web}, 297},
		{"a storm of which one is named", []incident.Incident{disk()}, 1},
		{"a storm, the worst of it taken", []incident.Incident{taken, web}, 297},
		{"a storm, all that is named taken", []incident.Incident{taken, taken}, 297},
	}
	var got strings.Builder
	for _, tt := range tests {
		s := call(tt.ins, tt.more, roster)
		fmt.Fprintf(&got, "# %s\n%s\n", tt.name, s.news)
		if s.keys != "" {
			fmt.Fprintf(&got, "> %s\n", s.keys)
		}
		fmt.Fprintln(&got)
	}
	fmt.Fprintf(&got, "# no key can be taken\n%s\n\n", announcement(incident.Notice{Incidents: []incident.Incident{disk()}, Roster: roster, Fallback: true}))
	fmt.Fprintf(&got, "# no key can be taken in a storm\n%s\n\n", announcement(incident.Notice{Incidents: []incident.Incident{disk(), web}, More: 297, Roster: roster}))
	fmt.Fprintf(&got, "# a reply\n%s\n", spokenReply(commands.Reply{Text: "PLATFORM-42 acknowledged.", Lines: []string{"PLATFORM-42: see https://x.example"}, Incident: "PLATFORM-42"}))
	golden(t, "call.golden", got.String())
}

func TestMenuIsStable(t *testing.T) {
	first, err := menu("No key was pressed.", call([]incident.Incident{disk()}, 0, (&desk{}).Roster()), public+pathKey+"?page=PLATFORM-42%2Fp3&to=hal")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "menu.golden.xml", first+"\n")
}

// verbs are all that we ever tell Twilio to do.
var verbs = []string{"Response", "Gather", "Say", "Pause", "Hangup", "Message"}

// walk parses TwiML and fails the test where there is any other verb, or where
// something in it is addressed to another server.
func walk(t *testing.T, text string) {
	t.Helper()
	if text == "" {
		return
	}
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%v in %q", err, text)
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if !slices.Contains(verbs, e.Name.Local) {
			t.Errorf("the verb %s in %q", e.Name.Local, text)
		}
		for _, a := range e.Attr {
			if u, err := url.Parse(a.Value); a.Name.Local == "action" && (err != nil || u.Host != "oncall.example.com") {
				t.Errorf("%s goes to %q", e.Name.Local, a.Value)
			}
		}
	}
}

func FuzzS34TwiMLHoldsOurVerbsAlone(f *testing.F) {
	f.Add("Disk full", "platform", "ana", "PLATFORM-42/p3", "4")
	f.Add(`</Say><Dial>+1900</Dial><Say>`, "<Redirect>", "]]>", `"&to=x#<`, "*")
	f.Add("WRONG", "web", "2", "PLATFORM-42/p3", "3")
	f.Add("\x00\x01\x1f\x7f\ufffe\uffff\xff\u202e", "\x0b", "\xc0\x80", "\x00", "")
	f.Fuzz(func(t *testing.T, title, team, name, page, digit string) {
		in := incident.Incident{
			ID: incident.PageID(page).Incident(), Team: oncall.TeamID(team), Title: title, Severity: incident.Severity(team), State: incident.Triggered,
			Pages: []incident.Page{{ID: incident.PageID(page), To: "hal", Status: incident.PageOut}},
		}
		d := &desk{
			seen: map[string]bool{}, incidents: map[incident.ID]incident.Incident{in.ID: in},
			slots:  map[oncall.PersonID]map[int]incident.ID{"hal": {1: in.ID}},
			echoes: map[oncall.PersonID]int{}, troubles: map[oncall.PersonID][]oncall.Trouble{},
		}
		c := New(Options{PublicURL: public, AccountSID: "AC1", AuthToken: "t", Slots: d, Reach: d})
		at := door{Client: c, desk: d}
		taken := in
		taken.State, taken.AckedBy = incident.Acknowledged, incident.Actor{Name: name}
		hook := webhook{form: url.Values{"Digits": {digit}, "CallSid": {"CA1"}, "From": {hal}, "Body": {title}, "MessageSid": {"SM1"}},
			query: url.Values{"page": {page}, "to": {"hal"}}}
		asked := hook
		asked.query = url.Values{"page": {page}, "to": {"hal"}, doubtful: {title}, "missed": {name}}
		for _, res := range []response{
			at.answered(t.Context(), hook), at.doubt(t.Context(), hook, 1),
			at.pressed(t.Context(), hook), at.pressed(t.Context(), asked), at.incoming(t.Context(), hook),
			at.reply(t.Context(), "ok", commands.Reply{Text: title, Lines: []string{name}}),
		} {
			if res.status >= http.StatusInternalServerError {
				t.Errorf("answered %d", res.status)
			}
			walk(t, res.twiml)
		}
		words, err := told(announcement(incident.Notice{Incidents: []incident.Incident{in, taken}}))
		if err != nil {
			t.Fatal(err)
		}
		walk(t, words)
		if len(words) > 4000 {
			t.Errorf("%d characters of TwiML, more than a request may hold", len(words))
		}
		words, err = farewell(call([]incident.Incident{taken}, 0, d.Roster()).news)
		if err != nil {
			t.Fatal(err)
		}
		walk(t, words)
	})
}
