// Package oncall says who may be called, when and how.
//
// A Roster holds everything that people configured: the people with their
// personal paging policies, the teams with their schedules and escalation
// policies, and the overrides and maintenance windows of the day. It answers
// questions and changes nothing:
//
//	Target --Resolve(at)--> people --Person.Ladder(at, urgency)--> steps
//	           |
//	           +-- Schedule.At(at): overrides over the highest layer that
//	               has somebody over nobody
//
// The one rule of time, from which every handoff follows: W(wall) is the
// earliest instant at which the zone's local clock reads wall or later. A
// handoff inside a gap of daylight saving time happens at the first instant
// after it, one inside an overlap at its first occurrence, one on a skipped day
// at the next midnight. Every span is half-open.
//
// Nothing here reads a clock: the time is always an argument.
package oncall
