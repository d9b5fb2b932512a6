// Package storage remembers incidents in Redis, so that what was answered
// survives whatever dies next.
//
//	Load ---- body, version ---> incident.Decide ---> Commit
//	                                                    |  one script, one slot
//	         +----------+---------+--------+-------+----+-----+
//	         v          v         v        v       v          v
//	       body     timeline     due     open    lists     counters
//
// Every key of a team lives in one of sixteen shards, chosen by the team's
// handle, so that a commit is a single script on a single slot: the same code
// runs on one Redis, under Sentinel and on a Cluster. The due index is written
// with the incident, which makes it the truth about time; Overdue reads it.
//
// A commit names the version it was decided on and is refused with
// incident.ErrConflict when somebody was faster. Every script may run twice with
// the effect of once, since the client repeats a call whose answer got lost.
package storage
