// Package twiliofake is Twilio in miniature: one account, one number of its own,
// and the phones of the world.
//
//	app --- POST .../Messages.json, Calls.json ---> Server    (basic auth, Twilio's errors)
//	app <-- signed status callbacks, TwiML fetches --- Server (X-Twilio-Signature)
//	app <-- signed inbound SMS, Digits --------- Phone.Reply, Call.Press
//
// A Server is an http.Handler that knows the wire format and the signatures and
// nothing of the app it serves. Each Phone behaves as it is told (OnSMS, OnCall)
// or is used by hand; a small interpreter speaks the app's TwiML and refuses
// verbs it does not know. Time stands still for the phones unless Pace is set:
// a ringing call rings and a menu waits until somebody moves.
package twiliofake
