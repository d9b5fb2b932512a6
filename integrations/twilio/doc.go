// Package twilio reaches people by SMS and by telephone, and takes their answers.
//
//	Notice --> Page --> Twilio ...... the person's phone
//	                      |               | reply, key
//	   PageDelivered, <-- receipts        v
//	   PageFailed         Handler <-- /twilio/sms, /twilio/voice
//	                         |
//	                         +--> commands.Request --> what was done, in words
//
// What people read and hear is made in message.go and say.go, which do nothing
// else. Every webhook is believed for its signature alone, and that is computed
// over the configured public URL. A call that nobody presses a key in has
// acknowledged nothing, whoever picked it up.
package twilio
