package incident

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// keptMarks is how many marked messages an incident knows again.
const keptMarks = 500

// ErrMarked refuses a message that is on the timeline already.
var ErrMarked = errors.New("already on the timeline")

// mark puts a message of the chat on the timeline, also when the incident is over.
func (in *Incident) mark(e Marked, now time.Time) error {
	if slices.Contains(in.Marks, e.Ref) {
		return fmt.Errorf("that message is %w of %s", ErrMarked, in.ID)
	}
	in.Marks = append(in.Marks, e.Ref)
	in.Marks = in.Marks[max(0, len(in.Marks)-keptMarks):]
	text := fmt.Sprintf("%s: %s (added by %s", e.Author.Key(), e.Text, e.By.Key())
	if e.Link != "" {
		text += ", " + e.Link
	}
	in.note(now, KindMarked, e.Author, "%s)", text)
	return nil
}

// repeated says of the newest line, which tells of a page, whether it says what one
// about an earlier page to the same person by the same way said.
func (in *Incident) repeated(p Page, same func(Page) bool) {
	in.Timeline[len(in.Timeline)-1].Again = slices.ContainsFunc(in.Pages, func(o Page) bool {
		return o.ID != p.ID && o.To == p.To && o.Via == p.Via && same(o)
	})
}
