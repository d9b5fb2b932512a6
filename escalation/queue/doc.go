// Package queue brings effects to whoever performs them, by asynq on Redis.
//
//	Push --now--> a worker of its kind in this process --> perform
//	     --now, and too many wait--> queue of its kind --> server of that kind --^
//	     --later--> scheduled two seconds ahead --> held to the millisecond -----^
//
// A task is only a nudge. What is due stands in the incident and in the due index
// of the store; a task that is lost, late or doubled changes nothing but the
// moment. So a handler never fails: what it could not do is found by the sweep.
//
// Kinds have queues, servers and pools of their own, so that a slow provider
// delays no other.
package queue
