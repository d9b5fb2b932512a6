// Package incident decides what becomes of an alert until a person owns it.
//
// An Incident is a value. Decide takes it, the roster, an Event and the time,
// and answers with the next Incident and the Effects that the world is owed now:
//
//	                  +--------- Snoozed ---------+
//	                  v                           |
//	snoozed --end--> triggered --Acknowledged--> acknowledged --+
//	                  |  ^                           |          |
//	                  |  +-- Unacknowledged, timeout +          |
//	                  +--------- Resolved ----------------------+--> resolved
//
// Two kinds of ladder climb while it is triggered: the team's, from tier to tier
// (climb.go), and one of each person paged, from step to step (paging.go). Both
// are deadlines in the value; a Tick runs whatever is due. Effects are never
// stored: Owed reads them from the value, so a crash forgets nothing.
//
// Nothing here reads a clock, a network or a disk, so the same arguments always
// give the same answer.
package incident
