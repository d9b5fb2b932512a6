package slack

import (
	"fmt"
	"slices"
	"strings"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A need is a scope, and what does not work without it.
type need struct{ scope, what string }

// general are the scopes that Earshot needs anywhere.
func general(command string) []need {
	return []need{
		{"chat:write", "no card and no direct message can be posted"},
		{"commands", command + " is not heard"},
		{"im:write", "a direct message can't be looked up before it is sent again"},
		{"im:history", "a direct message can't be looked up before it is sent again"},
		{"users:read", "guests can't be told from members, and nobody notices whose account is deactivated"},
		{"app_mentions:read", "mentions of Earshot are not heard"},
		{"reactions:read", "no message joins a timeline by a reaction"},
		{"files:write", "no chart and no write-up can be shown"},
	}
}

// inChannel are the scopes that a team's channel needs.
func inChannel(team oncall.Team, private bool) []need {
	kind, write := kindOf(private), "channels:manage"
	if private {
		write = "groups:write"
	}
	key := fmt.Sprintf("teams.%s.", team.ID)
	all := []need{
		{kind + "read", key + "slack_channel can't be looked at"},
		{kind + "history", "a message in " + key + "slack_channel can't be looked up before it is posted again"},
	}
	if team.Announce.Topic {
		all = append(all, need{write, key + "announce.topic can't be kept"})
	}
	if team.Announce.Pin {
		all = append(all, need{"pins:write", key + "announce.pin can't be kept"})
	}
	return all
}

// kindOf begins the names of the scopes for one kind of channels.
func kindOf(private bool) string {
	if private {
		return "groups:"
	}
	return "channels:"
}

// inGroup are the scopes that a user group needs.
func inGroup(id oncall.TeamID) []need {
	what := fmt.Sprintf("teams.%s.announce.usergroup can't be kept in step", id)
	return []need{{"usergroups:read", what}, {"usergroups:write", what}}
}

// missing is a line for each scope that the token lacks, with all that needs it.
func (s *survey) missing() []string {
	if len(s.scopes) == 0 {
		return nil
	}
	var (
		order []string
		whats = map[string][]string{}
	)
	for _, n := range s.needs {
		if slices.Contains(s.scopes, n.scope) {
			continue
		}
		if whats[n.scope] == nil {
			order = append(order, n.scope)
		}
		if !slices.Contains(whats[n.scope], n.what) {
			whats[n.scope] = append(whats[n.scope], n.what)
		}
	}
	var all []string
	for _, scope := range order {
		all = append(all, fmt.Sprintf("the token lacks the scope %s: add it and install the app again, or %s", scope, strings.Join(whats[scope], "; ")))
	}
	return all
}
