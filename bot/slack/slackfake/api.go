package slackfake

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
)

// reply is an answer of the Web API before it becomes JSON.
type reply map[string]any

// Keys of a reply that shape the HTTP answer and are not part of its JSON.
const (
	statusKey = "http status"
	retryKey  = "http retry after"
	textKey   = "http text"
)

// apiError is an ok:false by its name.
type apiError string

func (e apiError) Error() string { return string(e) }

// refused is the answer for an error of any kind.
func refused(err error) reply {
	if invalid, ok := errors.AsType[invalidBlocks](err); ok {
		return invalid.reply()
	}
	return reply{"ok": false, "error": err.Error()}
}

type method struct {
	scope string // what the token needs, for a public channel where it differs; empty: nothing
	run   func(*Server, form) (reply, error)
}

// methods is what this Slack can do.
func methods() map[string]method {
	return map[string]method{
		"auth.test":               {"", (*Server).authTest},
		opening:                   {"", (*Server).openLink},
		"chat.postMessage":        {"chat:write", (*Server).postMessage},
		"chat.postEphemeral":      {"chat:write", (*Server).postEphemeral},
		"chat.update":             {"chat:write", (*Server).updateMessage},
		"chat.delete":             {"chat:write", (*Server).deleteMessage},
		"chat.getPermalink":       {"", (*Server).permalink},
		"conversations.history":   {"channels:history", (*Server).history},
		"conversations.replies":   {"channels:history", (*Server).thread},
		"conversations.info":      {"channels:read", (*Server).channelInfo},
		"conversations.members":   {"channels:read", (*Server).channelMembers},
		"conversations.open":      {"im:write", (*Server).openDirect},
		"conversations.setTopic":  {"channels:manage", (*Server).setTopic},
		"users.info":              {"users:read", (*Server).userInfo},
		"users.list":              {"users:read", (*Server).userList},
		"users.lookupByEmail":     {"users:read.email", (*Server).userByEmail},
		"usergroups.list":         {"usergroups:read", (*Server).groupList},
		"usergroups.users.list":   {"usergroups:read", (*Server).groupMembers},
		"usergroups.users.update": {"usergroups:write", (*Server).setMembers},
		"views.open":              {"", (*Server).openView},
		"views.update":            {"", (*Server).updateView},
		"views.publish":           {"", (*Server).publishView},
		"pins.add":                {"pins:write", (*Server).addPin},
		"pins.list":               {"pins:read", (*Server).listPins},

		"conversations.create":     {"channels:manage", (*Server).createChannel},
		"conversations.invite":     {"channels:manage", (*Server).invite},
		"conversations.setPurpose": {"channels:manage", (*Server).setPurpose},
		"conversations.archive":    {"channels:manage", (*Server).archive},
		"conversations.list":       {"channels:read", (*Server).listChannels},

		"files.getUploadURLExternal":   {"files:write", (*Server).announceFile},
		"files.completeUploadExternal": {"files:write", (*Server).completeFiles},
	}
}

// allScopes is what an app with every feature is granted.
func allScopes() []string {
	scopes := []string{"app_mentions:read", "chat:write.public", "commands", "reactions:read"}
	for _, m := range methods() {
		for _, scope := range []string{m.scope, privately(m.scope), directly(m.scope)} {
			if scope != "" && !slices.Contains(scopes, scope) {
				scopes = append(scopes, scope)
			}
		}
	}
	slices.Sort(scopes)
	return scopes
}

// privately is the scope that a method needs for a private channel.
func privately(scope string) string { return kindred(scope, "groups:") }

// directly is the scope that a method needs for direct messages.
func directly(scope string) string { return kindred(scope, "im:") }

func kindred(scope, kind string) string {
	right, ok := strings.CutPrefix(scope, "channels:")
	switch {
	case !ok:
		return scope
	case right == "manage":
		right = "write"
	}
	return kind + right
}

// needed is the scope that a method needs for the channel that it is about.
func (s *Server) needed(m method, channel string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch r := s.channels[channel]; {
	case r != nil && r.Direct:
		return directly(m.scope)
	case r != nil && r.Private:
		return privately(m.scope)
	}
	return m.scope
}

// callMethod checks the token and its scopes, then runs a method.
func (s *Server) callMethod(r *http.Request, name string, f form) reply {
	options := s.Options()
	m, ok := methods()[name]
	token, other := options.BotToken, options.AppToken
	if name == opening {
		token, other = other, token
	}
	switch {
	case !ok:
		return reply{"ok": false, "error": "unknown_method", "req_method": name}
	case f.token == "":
		return reply{"ok": false, "error": "not_authed"}
	case f.token == other:
		return reply{"ok": false, "error": "not_allowed_token_type"}
	case f.token != token:
		return reply{"ok": false, "error": "invalid_auth"}
	case r.Method != http.MethodPost && r.Method != http.MethodGet:
		return reply{"ok": false, "error": "invalid_post_type"}
	}
	if scope := s.needed(m, f.Get("channel")); scope != "" && !slices.Contains(options.Scopes, scope) {
		return reply{"ok": false, "error": "missing_scope", "needed": scope, "provided": strings.Join(options.Scopes, ",")}
	}
	answer, err := m.run(s, f)
	if err != nil {
		return refused(err)
	}
	if _, late := answer[statusKey]; !late {
		answer["ok"] = true
	}
	return answer
}

func (s *Server) authTest(form) (reply, error) {
	o := s.Options()
	return reply{
		"url": "https://fake.slack.com/", "team": "Fake", "user": "earshot",
		"team_id": o.TeamID, "user_id": o.BotUID, "bot_id": o.BotID, "is_enterprise_install": false,
	}, nil
}

// truthy reads a flag as Slack's form fields carry it.
func (f form) truthy(name string) bool {
	switch f.Get(name) {
	case "1", "true", "True":
		return true
	}
	return false
}

// raw returns a field that carries JSON. Slack takes "null" and "" for absent.
func (f form) raw(name string) json.RawMessage {
	value := strings.TrimSpace(f.Get(name))
	if value == "" || value == "null" {
		return nil
	}
	return json.RawMessage(value)
}
