// Package handoff makes visible who is on call: it tells of handoffs, reminds people
// before their shifts, asks whether whoever comes on is there, warns of gaps, tells when
// maintenance begins and ends and what came back of a test page, and keeps user groups,
// topics and pinned messages in step.
//
//	Book + Roster --Plan(now)--> Change --Write--> Store
//	                                                 |
//	             Office <--Deliver-- letters that are due
//
// Plan compares who is on call with who was announced last, so it needs no record
// of how far it came: hours away lose nothing, and a restart repeats nothing. A
// change is written on the very book that it was planned on; of several instances
// one wins and the others find nothing left to tell.
package handoff
