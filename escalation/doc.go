// Package escalation does what the incident owes: it is the ring around the pure
// core, with one door in and one door out.
//
//	events --> Handle --load, Decide, commit--> Store
//	              |
//	              +--push--> Queue --> Perform --> Pagers and Boards
//	                                      |
//	              <---- what came of it --+
//
// Handle saves before anything is done; what the world is owed is read from what
// was saved. Perform reads the incident again and claims the page or the card by
// a commit of its own just before a provider is called, so that after an
// acknowledgement no call is started. Sweep looks at the due index and runs what
// a crash, or a lost task, left behind.
package escalation
