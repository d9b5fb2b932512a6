// Package discordfake is Discord in miniature: one application with its bot, the
// servers ("guilds") it is in, their channels, members and messages, behind the
// real wire protocols.
//
//	app --- REST v9, under any base path ---> Server     (Bot token, Discord's limits and errors)
//	app <-- gateway (websocket) ------------- Server     (READY, INTERACTION_CREATE, MESSAGE_CREATE ...)
//	app <-- signed POST (Ed25519) ----------- Server     (in place of the gateway, after SetEndpoint)
//
// A Server is an http.Handler that knows the wire format and the signatures and
// nothing of the app it serves. New(Options{}) makes the guild "1000" and the bot
// "9000" in it. Tests
//
//   - furnish it: AddUser, AddChannel, AddGuild, AddGuildChannel, AddRole, Join, Leave,
//     CloseDMs, Deny, Allow, Overwrite, Delete;
//   - act in it as a user: Command, Autocomplete, Choose, Press, Select, Submit, Say, React. Each of
//     the first six returns an Answer, which is what Discord would show that user, or
//     ErrNoAnswer. Answer(id) is its present state, Settled waits for a deferred one;
//   - look at it: Messages, Everything, Message, Channel, Channels, Threads, DMs, Topic, Pinned, Reactions,
//     Roles, RolesOf, Commands, File, Requests, Calls, Identities, Connected, and Violations,
//     which must be empty at a test's end;
//   - wait for it: Wait, Changed;
//   - break it: Fault, FaultCall, FailAll, Heal, Limit, LimitAll, and the gateway's Hangup,
//     Drop, Silence, Forget, Invalidate, AskReconnect;
//   - forge: Ping, BadPing, Validate, Sign, Body, Deliver, Dispatch.
//
// What surprises is Discord's own: the thread of a message has that message's id, a
// pin is told in the channel by a message of its own, a first follow-up takes the
// place of a deferred answer, a topic changes twice in ten minutes.
//
// Where Discord is silent about a mistake that would wake or mislead people, the
// Server is not: it refuses what lacks allowed_mentions with an empty parse, and an
// embed of a file that isn't attached, and notes both among the Violations. Where
// Discord does not say how far a nonce reaches, it reaches furthest here: over all
// channels, and over a message deleted since.
package discordfake
