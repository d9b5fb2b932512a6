package escalation

// Points are the named places of Options.Point, in the order in which an alert
// passes them: tests of crash safety kill the program at each.
func Points() []string {
	return []string{
		"after-claim", "before-commit", "after-commit", "after-push",
		"after-claim-page", "after-call", "after-claim-card", "after-draw",
	}
}
