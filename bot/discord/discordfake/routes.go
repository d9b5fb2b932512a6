package discordfake

import (
	"cmp"
	"net/http"
	"strconv"
)

// routes are all the paths, the more special before the more general.
func routes() []route {
	const (
		get, post, put = http.MethodGet, http.MethodPost, http.MethodPut
		patch, remove  = http.MethodPatch, http.MethodDelete

		messages  = "channels/{channel}/messages"
		message   = messages + "/{message}"
		pins      = "channels/{channel}/pins"
		emoji     = message + "/reactions/{emoji}"
		members   = "guilds/{guild}/members"
		roles     = "guilds/{guild}/roles"
		commands  = "applications/{application}/commands"
		own       = "applications/{application}/guilds/{guild}/commands"
		webhook   = "webhooks/{application}/{token}"
		following = webhook + "/messages/{which}"
	)
	return []route{
		{get, "gateway", true, getGateway},
		{get, "gateway/bot", false, getGatewayBot},

		{get, "applications/@me", false, getApplication},

		{get, "users/@me", false, getMe},
		{get, "users/@me/guilds", false, getMyGuilds},
		{post, "users/@me/channels", false, postDM},
		{get, "users/{user}", false, getUser},

		{get, "channels/{channel}", false, getChannel},
		{patch, "channels/{channel}", false, patchChannel},
		{remove, "channels/{channel}", false, deleteChannel},
		{post, "channels/{channel}/typing", false, postTyping},
		{post, "channels/{channel}/threads", false, postThread},
		{get, pins, false, getPins},
		{put, pins + "/{message}", false, putPin},
		{remove, pins + "/{message}", false, deletePin},

		{get, messages, false, getMessages},
		{post, messages, false, postMessage},
		{get, message, false, getMessage},
		{patch, message, false, patchMessage},
		{remove, message, false, deleteMessage},
		{post, message + "/threads", false, postMessageThread},
		{get, emoji, false, getReaction},
		{put, emoji + "/@me", false, putReaction},
		{remove, emoji + "/@me", false, deleteReaction},

		{get, "guilds/{guild}", false, getGuild},
		{get, "guilds/{guild}/channels", false, getGuildChannels},
		{post, "guilds/{guild}/channels", false, postGuildChannel},
		{get, members, false, getMembers},
		{get, members + "/{user}", false, getMember},
		{put, members + "/{user}/roles/{role}", false, putMemberRole},
		{remove, members + "/{user}/roles/{role}", false, deleteMemberRole},
		{get, roles, false, getRoles},
		{post, roles, false, postRole},
		{remove, roles + "/{role}", false, deleteRole},

		{get, commands, false, getCommands},
		{put, commands, false, putCommands},
		{get, own, false, getCommands},
		{put, own, false, putCommands},

		{post, "interactions/{interaction}/{token}/callback", true, postCallback},
		{post, webhook, true, postFollowUp},
		{get, following, true, getFollowUp},
		{patch, following, true, patchFollowUp},
		{remove, following, true, deleteFollowUp},

		{get, "attachments/{channel}/{attachment}/{name}", true, getAttachment},
	}
}

// limit reads how many to list.
func (q request) limit(fallback, most int) (int, *problem) {
	text := q.query.Get("limit")
	if text == "" {
		return fallback, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > most {
		var f form
		f.wrong("limit", "NUMBER_TYPE_MAX", "int value should be between 1 and %d.", most)
		return 0, f.problem()
	}
	return n, nil
}

// byID orders snowflakes, which are numbers written as text.
func byID(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) }
