// Package discord is Earshot in Discord servers: cards and direct messages out,
// commands and clicks in.
//
//	Scene ---- Show ----> one card per incident, its thread, its copies
//	Notice --- Page ----> a direct message with buttons, or the team's channel
//	Sending -- Deliver -> a letter, or the role, topic, pin that says who is on call
//	Discord -- Handler -> signature --+-> commands.Request -> Desk -> answer, or a form
//	Discord -- Run -----> gateway ----+
//	Survey --> what of the configuration is to be mended, a line each
//
// The library waits out rate limits without an end while it holds a lock, and knows
// one address alone. Here it may do neither: a limit becomes an *incident.Fault that
// tells the caller when to come back, and every request is sent to where the
// settings say. Nothing is posted twice: each message has a nonce that Discord knows
// it again by.
package discord
