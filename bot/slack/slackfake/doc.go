// Package slackfake is Slack in miniature: one workspace with users, channels
// and messages behind the real wire protocol.
//
//	app --- POST /api/chat.postMessage ... ---> Server        (token, ok:false, 429)
//	app <-- signed payload=..., slash forms --- Click, Command
//	app --- POST /response/... ---------------> Server        (response_url)
//	app <-- envelopes over websocket /link --> acks           (Socket Mode)
//
// A Server is an http.Handler that knows the wire format and the signatures and
// nothing of the app it serves. Tests and the demo page read the workspace from
// it (Messages, Calls), act in it as a user (Click, Choose, Command, Submit, Say),
// wait for it (Wait, Subscribe) and break it (Fault, FailAll, Cut, Mute).
package slackfake
