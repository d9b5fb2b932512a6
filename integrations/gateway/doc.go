// Package gateway pages people by SMS through any HTTP interface that the
// configuration describes: a modem's, or that of a vendor that nobody has written
// a client for.
//
//	Recipe --Compile--> Setup
//	                      |
//	Notice --> Page ------+--> one request ...... the person's phone
//	                                                |
//	PageDelivered, PageFailed <-- Handler <-- /gateway/status, signed
//
// What is written in the templates is tried before it is needed: by Compile, with
// a message that holds every character that has to be escaped. Nothing that the
// configuration gives away to the gateway is told to anybody else, and no message
// changes which host is asked.
package gateway
