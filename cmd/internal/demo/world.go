package demo

import (
	_ "embed" // the configuration
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/bot/discord/discordfake"
	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

// What the embedded configuration names too.
const (
	nativeKey     = "demo-native"
	victorOpsKey  = "demo-victorops"
	prometheusKey = "demo-prometheus"
	guild         = "1000" // the Discord server; not in the configuration
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
	ID      string `json:"id"`
	Name    string `json:"name"`
	Role    string `json:"role"`
	Slack   string `json:"slack"`   // empty: not in the workspace
	Discord string `json:"discord"` // empty: not in the server
	Phone   string `json:"phone"`
}

// First is the name that friends use.
func (p person) First() string {
	first, _, _ := strings.Cut(p.Name, " ")
	return first
}

// people are everybody, in the order in which a bad night gets to them.
var people = []person{
	{"ana", "Ana Ortiz", "techops", "U0ANA", "2001", "+16175550101"},
	{"wes", "Wes Lindqvist", "web", "U0WES", "2003", "+16175550103"},
	{"dina", "Dina Haddad", "secondary", "U0DINA", "2005", "+16175550105"},
	{"hal", "Hal Byrne", "no smartphone", "", "", "+16175550108"},
	{"paul", "Paul Novak", "management", "U0PAUL", "2006", "+16175550106"},
	{"mona", "Mona Reyes", "management", "", "2007", "+16175550107"},
	{"ben", "Ben Adeyemi", "techops", "U0BEN", "", "+16175550102"},
	{"wren", "Wren Takeda", "web", "U0WREN", "2004", "+16175550104"},
}

// A channel is one of a team's, on both platforms. Everybody is in all of them.
type channel struct{ ID, Discord, Name string }

var channels = []channel{
	{"C0PLATFORM", "3001", "platform"},
	{"C0WEB", "3002", "web"},
	{"C0MANAGEMENT", "3003", "management"},
}

// A tier of the platform team's policy, for the reader of the page.
type tier struct{ After, Who, How string }

var ladder = []tier{
	{"at once", "Ana and Wes", "techops and web, paired: chat, then SMS, then a call"},
	{"after 10 min", "Dina", "secondary"},
	{"after 20 min", "Hal", "no smartphone: SMS and a call"},
	{"after 30 min", "Paul and Mona", "management"},
}

// populate fills the workspace and the server, and switches the phones on.
func populate(slack *slackfake.Server, discord *discordfake.Server, phones *twiliofake.Server) {
	everybody := make([]string, 0, len(people))
	for _, p := range people {
		phones.Phone(p.Phone)
		if p.Slack != "" {
			slack.AddUser(p.Slack, p.Name, "Europe/London")
			everybody = append(everybody, p.Slack)
		}
		if p.Discord != "" {
			discord.AddUser(p.Discord, p.Name, false)
		}
	}
	for _, c := range channels {
		slack.AddChannel(c.ID, c.Name, everybody...)
		discord.AddChannel(c.Discord, c.Name, discordfake.Text, false)
	}
}
