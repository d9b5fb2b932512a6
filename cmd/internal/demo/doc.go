// Package demo is the whole product on one page, with no account and nothing
// installed: the real app on an embedded store, among a Slack workspace, a Discord
// server and phones that speak the wire protocols of the real ones.
//
//	browser -- click, type --> slackfake, discordfake, twiliofake -- requests, gateway --> app
//	browser <-- events ------- slackfake, discordfake, twiliofake <-- HTTP APIs ---------- app
//	browser -- ready-made alerts --------------------------------> the app's own doors
//
// Everything listens on loopback, whatever the environment says, and no token of
// the environment is ever looked at. A clock that can be run faster is handed to
// the app and to the fakes alike.
package demo
