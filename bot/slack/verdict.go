package slack

import (
	"github.com/earshot-oncall/earshot/bot/wire"
	"github.com/earshot-oncall/earshot/escalation/incident"
)

// verdicts sorts the errors of Slack that mean something to us; all others are
// refusals that an admin should hear of.
var verdicts = map[string]wire.Failure{
	"ratelimited":  {Fault: incident.Fault{Retry: wire.AfterLimit}, Class: wire.Limit},
	"rate_limited": {Fault: incident.Fault{Retry: wire.AfterLimit}, Class: wire.Limit},

	"internal_error":      {Fault: incident.Fault{Retry: wire.AfterOutage, Unknown: true}, Class: wire.Outage},
	"fatal_error":         {Fault: incident.Fault{Retry: wire.AfterOutage, Unknown: true}, Class: wire.Outage},
	"service_unavailable": {Fault: incident.Fault{Retry: wire.AfterOutage}, Class: wire.Outage},
	"team_added_to_org":   {Fault: incident.Fault{Retry: wire.AfterOutage}, Class: wire.Outage},
	"request_timeout":     {Fault: incident.Fault{Retry: wire.AfterOutage}, Class: wire.Outage},

	"message_not_found":   wire.Gone(),
	"thread_not_found":    wire.Gone(),
	"cant_update_message": wire.Gone(),
	"edit_window_closed":  wire.Gone(),

	"channel_not_found":                   wire.Mend("Slack knows no such channel, or Earshot is not in it: mend slack_channel, or /invite Earshot there"),
	"is_archived":                         wire.Mend("the Slack channel is archived: unarchive it, or name another as slack_channel"),
	"not_in_channel":                      wire.Mend("Earshot is not in the Slack channel: /invite it there"),
	"restricted_action":                   wire.Mend("the workspace keeps Earshot from posting in that Slack channel: an owner has to allow it"),
	"restricted_action_read_only_channel": wire.Mend("the Slack channel is read-only for Earshot: an owner has to allow it"),

	"invalid_auth":       wire.Mend("Slack refuses the token: set a fresh SLACK_BOT_TOKEN"),
	"not_authed":         wire.Mend("Slack got no token: set SLACK_BOT_TOKEN"),
	"account_inactive":   wire.Mend("the Slack app was removed or its account deactivated: install it again and set SLACK_BOT_TOKEN"),
	"token_revoked":      wire.Mend("the Slack token was revoked: install the app again and set SLACK_BOT_TOKEN"),
	"token_expired":      wire.Mend("the Slack token has expired: set a fresh SLACK_BOT_TOKEN"),
	"org_login_required": wire.Mend("the Slack workspace is being moved to an organisation: install the app again afterwards"),
	"ekm_access_denied":  wire.Mend("the workspace's key management keeps Earshot out: a Slack administrator has to allow it"),
	"access_denied":      wire.Mend("Slack denies Earshot access: a workspace administrator has to allow the app"),
	"no_permission":      wire.Mend("the Slack token lacks a permission: install the app again from its manifest"),
	"missing_scope":      wire.Mend("the Slack token lacks a scope: install the app again from its manifest"),

	"user_not_found":        wire.Mend("Slack knows no such person: mend their slack id"),
	"user_disabled":         wire.Mend("their Slack account is deactivated: mend or remove their slack id"),
	"user_not_visible":      wire.Mend("Earshot may not see their Slack account: mend their slack id"),
	"cannot_dm_bot":         wire.Mend("their slack id is a bot's: mend it"),
	"messages_tab_disabled": wire.Mend("the Slack app takes no direct messages: switch on the messages tab of its app home"),

	"permission_denied":     wire.Mend("the workspace keeps user groups to its admins: let everyone manage them, or take usergroup out of the team's announce"),
	"paid_teams_only":       wire.Mend("the Slack plan has no user groups: take usergroup out of the team's announce"),
	"plan_upgrade_required": wire.Mend("the Slack plan has no user groups: take usergroup out of the team's announce"),
	"no_such_subteam":       wire.Mend("Slack knows no such user group: mend usergroup in the team's announce"),
	"invalid_users":         wire.Mend("Slack takes no guests, bots or deactivated accounts into a user group: mend the slack ids of those on call"),

	"msg_too_long":        wire.Mend("Slack finds a message of Earshot's too long: please report it"),
	"msg_blocks_too_long": wire.Mend("Slack finds a card of Earshot's too long: please report it"),
	"invalid_blocks":      wire.Mend("Slack refuses the form of a card: please report it"),
	"invalid_attachments": wire.Mend("Slack refuses the form of a card: please report it"),
}
