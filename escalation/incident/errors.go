package incident

import "errors"

var (
	// ErrConflict reports that somebody else committed first: load and decide again.
	ErrConflict = errors.New("incident changed meanwhile")

	// ErrNotFound reports that there is no incident of that id.
	ErrNotFound = errors.New("no such incident")

	// ErrResolved refuses to change what is over for good.
	ErrResolved = errors.New("already resolved")

	// ErrWithdrawn refuses to send a page, or show a card, that is not wanted any more.
	ErrWithdrawn = errors.New("not wanted any more")

	// ErrRefused is wrapped by every other refusal; its words are for the person
	// who asked.
	ErrRefused = errors.New("refused")
)
