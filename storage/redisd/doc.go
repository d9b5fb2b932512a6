// Package redisd runs a redis-server of its own, for who has none.
//
// The server lives in a data folder that nobody else may read, listens on a
// socket in it, writes every change to disk before it answers, and is started
// again when it dies:
//
//	Start --lock folder--> redis-server --PONG--> Server --dies--> again, after a pause
//	                                                |
//	                                              Close: SIGTERM, and it is saved
//
// It doesn't outlive the program, however that ends.
package redisd
