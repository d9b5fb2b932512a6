// Package wire is what the adapters of all chat platforms do alike, and what no
// person sees:
//
//	allowance --- Budget ---> now, in a moment, or a Failure that says when
//	                 +------- Pool: all instances spend from one
//	platform's no -> Failure -> Settle, Final -> *incident.Fault for the rest of Earshot
//	Request ----- Clerk ----> carried out once, answered in time
//
// How a platform words its no, and how it is spoken to, is the adapter's business.
package wire
