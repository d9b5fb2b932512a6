// Package intake is the door for what machines say.
//
// A Door checks the key, bounds the body, reads the sender's dialect and says
// where the alert goes; then somebody else decides:
//
//	POST --key--> integration --decode--> events --Route--> Handle --> answer
//
// Every dialect ends in the same few events of package incident, and whatever a
// sender wrote has been cleaned by then: valid UTF-8 without control, zero-width
// and bidirectional characters, bounded in length. A sender hears of success
// only after Handle has returned, so what was answered with 2xx is stored;
// whatever stands in the way of storing it is a 503 that the sender repeats.
package intake
