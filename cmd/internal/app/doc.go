// Package app puts Earshot together: the one place that knows every other.
//
//	Settings (environment) + Config (file) --> New --> App
//	    Handler: every route on one page (routes.go)
//	    Run:     queue workers, sweep, watch over the store; until ctx ends
//	Serve adds what a process needs: a Redis, a listener, signals.
package app
