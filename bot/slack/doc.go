// Package slack is Earshot in a Slack workspace: cards and direct messages out,
// commands and clicks in.
//
//	Scene ---- Show ----> one card per incident, its thread, its copies
//	Notice --- Page ----> a direct message with buttons, or the whole channel
//	Sending -- Deliver -> a letter, or the group, topic, pin that says who is on call
//	Slack ---- Handler -> signature -> commands.Request -> Desk -> answer, or a form
//	Slack <--- Listen --- two sockets of ours, in place of an address of ours
//
// A card is drawn from the incident's present state and edited in place. Whatever
// Slack says no with becomes an *incident.Fault that tells the caller when to come
// back; nothing here waits longer than a second for a budget, and nothing is sent
// twice on a guess: a post whose fate is unknown is looked up by its metadata first.
package slack
