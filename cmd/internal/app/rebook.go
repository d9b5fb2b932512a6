package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// maxRebook is how often the book is written anew because somebody else was faster.
const maxRebook = 20

// rebook changes the book. What to write is decided on what stands there, again for as
// long as somebody else is faster; nothing is written where nothing is due. It returns
// the book as it is then, and whether it was written.
func (a *App) rebook(
	ctx context.Context, decide func(oncall.Book, oncall.Roster) (change oncall.Change, due bool, err error),
) (oncall.Book, bool, error) {
	for range maxRebook {
		book, roster, err := a.Book(ctx)
		if err != nil {
			return book, false, err
		}
		change, due, err := decide(book, roster)
		if err != nil || !due {
			return book, false, err
		}
		err = a.Write(ctx, change)
		if !errors.Is(err, oncall.ErrChanged) {
			return change.Book, err == nil, err
		}
	}
	return oncall.Book{}, false, fmt.Errorf("write the on-call book: %w, %d times", oncall.ErrChanged, maxRebook)
}
