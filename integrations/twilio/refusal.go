package twilio

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// The kinds of requests, in the words of a timeline.
const (
	aMessage = "SMS"
	aCall    = "call"
)

// retryAfter is how long Twilio is left alone when it is busy, and maxRetry how
// long it may ask for: with a quarter more at random, so that pages which were put
// off together don't come back together, two of them take ten seconds at most.
const (
	retryAfter = 2 * time.Second
	maxRetry   = 4 * time.Second
)

// jittered is a pause and up to a quarter of it.
func jittered(pause time.Duration) time.Duration { return pause + rand.N(pause/4+1) }

// A refusal is what one of Twilio's codes means.
type refusal struct {
	words string
	about subject
	retry bool   // worth another try soon
	down  bool   // Twilio serves us not at all: another provider may
	admin string // what an admin has to mend
}

// A subject is what a refusal is about, and with it what it closes.
type subject int

const (
	aMoment   subject = iota // the request, the account or the hour: nothing stays closed
	theNumber                // the receiver's number, by this way
	theSender                // what we send from: another may do
)

// codeStopped is the refusal of a number whose owner replied STOP.
const codeStopped = 21610

// A denial is a Fault and the code that Twilio gave for it.
type denial struct {
	*incident.Fault
	code int
}

// Unwrap lets errors.As find the Fault.
func (d denial) Unwrap() error { return d.Fault }

// refusals are the codes of requests and of receipts alike.
var refusals = map[int]refusal{
	20003: {words: "the credentials are not accepted", down: true, admin: "check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN"},
	20005: {words: "the account is not active", down: true, admin: "the Twilio account is suspended or closed"},
	20429: {words: "too many requests", retry: true},
	21201: {words: "no number to call"},
	21205: {words: "the menu's address is not valid", admin: "check EARSHOT_PUBLIC_URL: Twilio does not accept it"},
	21210: {words: "the sending number is not verified", about: theSender, admin: "check TWILIO_FROM_NUMBER: it is not a number of the account"},
	21211: {words: "not a valid number", about: theNumber},
	21212: {words: "the sending number is not valid", about: theSender, admin: "check TWILIO_FROM_NUMBER"},
	21214: {words: "the number can't be reached", about: theNumber},
	21215: {words: "calls to that country are not allowed", about: theNumber, admin: "allow the country in Twilio's voice geographic permissions"},
	21216: {words: "calls to that number are blocked", about: theNumber},
	21217: {words: "not a valid number", about: theNumber},
	21219: {words: "the number is not verified", about: theNumber, admin: "a Twilio trial account reaches verified numbers alone"},
	21222: {words: "the credentials are malformed", down: true, admin: "check TWILIO_ACCOUNT_SID: it holds characters that no SID has"},
	21224: {words: "the credentials are malformed", down: true, admin: "check TWILIO_AUTH_TOKEN: it holds characters that no token has"},
	21266: {words: "the number is our own"},
	21408: {words: "SMS to that country is not allowed", about: theNumber, admin: "allow the country in Twilio's SMS geographic permissions"},
	21602: {words: "the message is empty"},
	21606: {words: "the sending number can't send SMS there", about: theSender, admin: "check TWILIO_FROM_NUMBER: it can't send SMS, or is not the account's"},
	21608: {words: "the number is not verified", about: theNumber, admin: "a Twilio trial account reaches verified numbers alone"},
	21609: {words: "the receipt's address is not valid", admin: "check EARSHOT_PUBLIC_URL: Twilio does not accept it"},
	21610: {words: "the recipient has replied STOP; texting START undoes it", about: theNumber},
	21611: {words: "the sending number's queue is full", about: theSender},
	21612: {words: "no route from our number to that one", about: theSender},
	21614: {words: "not a mobile number", about: theNumber},
	21617: {words: "the message is too long"},
	21635: {words: "a landline", about: theNumber},
	21659: {words: "the sending number is not the account's", about: theSender, admin: "check TWILIO_FROM_NUMBER: it is not a number of the account"},
	21660: {words: "the sending number is not the account's", about: theSender, admin: "check TWILIO_FROM_NUMBER: it is not a number of the account"},
	21661: {words: "the sending number can't send SMS", about: theSender, admin: "check TWILIO_FROM_NUMBER: it can't send SMS"},
	21703: {words: "the messaging service has no number to send from", about: theSender, admin: "add a number to the messaging service of TWILIO_FROM_NUMBER"},
	21704: {words: "the messaging service has no number", about: theSender, admin: "add a number to the messaging service of TWILIO_FROM_NUMBER"},
	30001: {words: "the queue is full"},
	30002: {words: "the account is suspended", down: true, admin: "the Twilio account is suspended"},
	30003: {words: "the handset can't be reached", about: theNumber},
	30004: {words: "blocked", about: theNumber},
	30005: {words: "unknown number", about: theNumber},
	30006: {words: "a landline, or a carrier that can't be reached", about: theNumber},
	30007: {words: "filtered as spam by the carrier", about: theSender},
	30008: {words: "unknown error of the carrier", about: theNumber},
	30034: {words: "unregistered sender", about: theSender, admin: "register the number for A2P 10DLC, or send from a verified toll-free number"},
	30036: {words: "not delivered in time"},
	63038: {words: "the account's daily limit is reached", down: true, admin: "the Twilio account has reached its daily message limit"},
}

// refused is the fault of a request that Twilio has clearly not carried out.
func refused(kind string, status, code int, wish time.Duration) denial {
	r, known := refusals[code]
	if !known {
		r = refusalOf(status)
	}
	f := &incident.Fault{Reason: reason(kind+" refused", r.words, code), Admin: r.admin, Down: r.down}
	if r.retry {
		f.Retry = retryAfter
		if wish > 0 {
			f.Retry = min(wish, maxRetry)
		}
		f.Retry = jittered(f.Retry)
	}
	return denial{f, code}
}

// refusalOf is what is known of a refusal by its HTTP status alone.
func refusalOf(status int) refusal {
	switch {
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return refusal{words: "not authorised", down: status == http.StatusUnauthorized, admin: "check the Twilio credentials and what the account may do"}
	case status == http.StatusTooManyRequests:
		return refusal{words: "too many requests", retry: true}
	case status >= http.StatusInternalServerError:
		return refusal{words: "Twilio has an error of its own", retry: true}
	}
	return refusal{}
}

// lost is the reason of a page that Twilio took and that reached nobody.
func lost(what string, code int) string {
	return reason(what, refusals[code].words, code)
}

// reason puts together what happened, why and the code.
func reason(what, words string, code int) string {
	if words != "" {
		what += ": " + words
	}
	if code != 0 {
		what = fmt.Sprintf("%s (%d)", what, code)
	}
	return what
}
