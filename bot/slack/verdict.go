package slack

import (
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// verdicts sorts the errors of Slack that mean something to us; all others are
// refusals that an admin should hear of.
var verdicts = map[string]failure{
	"ratelimited":  {Fault: incident.Fault{Retry: afterLimit}, class: limit},
	"rate_limited": {Fault: incident.Fault{Retry: afterLimit}, class: limit},

	"internal_error":      {Fault: incident.Fault{Retry: afterOutage, Unknown: true}, class: outage},
	"fatal_error":         {Fault: incident.Fault{Retry: afterOutage, Unknown: true}, class: outage},
	"service_unavailable": {Fault: incident.Fault{Retry: afterOutage}, class: outage},
	"team_added_to_org":   {Fault: incident.Fault{Retry: afterOutage}, class: outage},
	"request_timeout":     {Fault: incident.Fault{Retry: afterOutage}, class: outage},

	"message_not_found":   gone(),
	"thread_not_found":    gone(),
	"cant_update_message": gone(),
	"edit_window_closed":  gone(),

	"channel_not_found":                   mend("Slack knows no such channel, or Earshot is not in it: mend slack_channel, or /invite Earshot there"),
	"is_archived":                         mend("the Slack channel is archived: unarchive it, or name another as slack_channel"),
	"not_in_channel":                      mend("Earshot is not in the Slack channel: /invite it there"),
	"restricted_action":                   mend("the workspace keeps Earshot from posting in that Slack channel: an owner has to allow it"),
	"restricted_action_read_only_channel": mend("the Slack channel is read-only for Earshot: an owner has to allow it"),

	"invalid_auth":       mend("Slack refuses the token: set a fresh SLACK_BOT_TOKEN"),
	"not_authed":         mend("Slack got no token: set SLACK_BOT_TOKEN"),
	"account_inactive":   mend("the Slack app was removed or its account deactivated: install it again and set SLACK_BOT_TOKEN"),
	"token_revoked":      mend("the Slack token was revoked: install the app again and set SLACK_BOT_TOKEN"),
	"token_expired":      mend("the Slack token has expired: set a fresh SLACK_BOT_TOKEN"),
	"org_login_required": mend("the Slack workspace is being moved to an organisation: install the app again afterwards"),
	"ekm_access_denied":  mend("the workspace's key management keeps Earshot out: a Slack administrator has to allow it"),
	"access_denied":      mend("Slack denies Earshot access: a workspace administrator has to allow the app"),
	"no_permission":      mend("the Slack token lacks a permission: install the app again from its manifest"),
	"missing_scope":      mend("the Slack token lacks a scope: install the app again from its manifest"),

	"user_not_found":        mend("Slack knows no such person: mend their slack id"),
	"user_disabled":         mend("their Slack account is deactivated: mend or remove their slack id"),
	"user_not_visible":      mend("Earshot may not see their Slack account: mend their slack id"),
	"cannot_dm_bot":         mend("their slack id is a bot's: mend it"),
	"messages_tab_disabled": mend("the Slack app takes no direct messages: switch on the messages tab of its app home"),

	"permission_denied":     mend("the workspace keeps user groups to its admins: let everyone manage them, or take usergroup out of the team's announce"),
	"paid_teams_only":       mend("the Slack plan has no user groups: take usergroup out of the team's announce"),
	"plan_upgrade_required": mend("the Slack plan has no user groups: take usergroup out of the team's announce"),
	"no_such_subteam":       mend("Slack knows no such user group: mend usergroup in the team's announce"),
	"invalid_users":         mend("Slack takes no guests, bots or deactivated accounts into a user group: mend the slack ids of those on call"),

	"msg_too_long":        mend("Slack finds a message of Earshot's too long: please report it"),
	"msg_blocks_too_long": mend("Slack finds a card of Earshot's too long: please report it"),
	"invalid_blocks":      mend("Slack refuses the form of a card: please report it"),
	"invalid_attachments": mend("Slack refuses the form of a card: please report it"),
}

// gone is about a message that cannot be edited any more.
func gone() failure { return failure{Fault: incident.Fault{Retry: time.Second, Gone: true}} }

// mend is about something that stays broken until a person acts.
func mend(admin string) failure {
	return failure{Fault: incident.Fault{Retry: afterMend, Admin: admin}}
}
