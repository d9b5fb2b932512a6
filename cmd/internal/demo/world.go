package demo

import (
	_ "embed" // the configuration
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

// What the embedded configuration names too.
const (
	nativeKey     = "demo-native"
	victorOpsKey  = "demo-victorops"
	prometheusKey = "demo-prometheus"
)

//go:embed earshot.yaml
var configuration string

// config returns the demo's earshot.yaml as it reads when the demo starts at now.
func config(now time.Time) []byte {
	yesterday := now.AddDate(0, 0, -1).Format(time.DateOnly)
	return []byte(strings.ReplaceAll(configuration, "${START}", yesterday+"T09:00"))
}

// A person of the sample teams.
type person struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Role  string `json:"role"`
	Slack string `json:"slack"` // empty: not in the workspace
	Phone string `json:"phone"`
}

// First is the name that friends use.
func (p person) First() string {
	first, _, _ := strings.Cut(p.Name, " ")
	return first
}

// people are everybody, in the order in which a bad night gets to them.
var people = []person{
	{"ana", "Ana Ortiz", "techops", "U0ANA", "+16175550101"},
	{"wes", "Wes Lindqvist", "web", "U0WES", "+16175550103"},
	{"dina", "Dina Haddad", "secondary", "U0DINA", "+16175550105"},
	{"hal", "Hal Byrne", "no smartphone", "", "+16175550108"},
	{"paul", "Paul Novak", "management", "U0PAUL", "+16175550106"},
	{"mona", "Mona Reyes", "management", "U0MONA", "+16175550107"},
	{"ben", "Ben Adeyemi", "techops", "U0BEN", "+16175550102"},
	{"wren", "Wren Takeda", "web", "U0WREN", "+16175550104"},
}

// A channel of the workspace. Everybody is in all of them.
type channel struct{ ID, Name string }

var channels = []channel{
	{"C0PLATFORM", "platform"},
	{"C0WEB", "web"},
	{"C0MANAGEMENT", "management"},
}

// A tier of the platform team's policy, for the reader of the page.
type tier struct{ After, Who, How string }

var ladder = []tier{
	{"at once", "Ana and Wes", "techops and web, paired: chat, then SMS, then a call"},
	{"after 10 min", "Dina", "secondary"},
	{"after 20 min", "Hal", "no smartphone: SMS and a call"},
	{"after 30 min", "Paul and Mona", "management"},
}

// populate fills the workspace and switches the phones on.
func populate(slack *slackfake.Server, phones *twiliofake.Server) {
	everybody := make([]string, 0, len(people))
	for _, p := range people {
		phones.Phone(p.Phone)
		if p.Slack != "" {
			slack.AddUser(p.Slack, p.Name, "Europe/London")
			everybody = append(everybody, p.Slack)
		}
	}
	for _, c := range channels {
		slack.AddChannel(c.ID, c.Name, everybody...)
	}
}
