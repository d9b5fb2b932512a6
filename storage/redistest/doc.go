// Package redistest runs real servers for tests: one redis-server, a cluster of
// three, and a proxy that loses an answer when it is told to.
//
// Each listens on a port of its own on loopback and keeps its files in a folder
// that goes with the test. A machine without redis-server fails the test with a
// word on how to install one: a test of durability that is skipped proves nothing.
package redistest
