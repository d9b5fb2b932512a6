package configfile

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
)

// A place is where something is written. Lines and columns count from 1.
type place struct {
	file   string
	line   int
	column int
	order  int // of the file among those read
}

func (p place) String() string {
	if p.line == 0 {
		return p.file
	}
	return fmt.Sprintf("%s:%d:%d", p.file, p.line, p.column)
}

// A Mistake is one thing that is wrong with a configuration.
type Mistake struct {
	File   string
	Line   int // 0: the file as a whole
	Column int
	Wrong  string // what is wrong
	Remedy string // what to do
	order  int
}

// Error is one line: "earshot.yaml:12:5: what is wrong; what to do".
func (m Mistake) Error() string {
	at := place{file: m.File, line: m.Line, column: m.Column}
	return at.String() + ": " + m.Wrong + "; " + m.Remedy
}

// Mistakes are all that is wrong with a configuration, in the order of the files.
type Mistakes []Mistake

// Error is one line for each mistake.
func (m Mistakes) Error() string {
	lines := make([]string, len(m))
	for i, mistake := range m {
		lines[i] = mistake.Error()
	}
	return strings.Join(lines, "\n")
}

func unreadable(at place, err error) Mistake {
	wrong, remedy := "cannot be read", "check the path and who may read it"
	if pathErr := (*fs.PathError)(nil); errors.As(err, &pathErr) {
		wrong += ": " + pathErr.Err.Error()
		if at.line > 0 {
			wrong = pathErr.Path + " " + wrong
		}
	}
	return Mistake{File: at.file, Line: at.line, Column: at.column, Wrong: wrong, Remedy: remedy, order: at.order}
}

// maxMistakes is more than anybody reads, for files that aliases multiply.
const maxMistakes = 1000

// fault adds a mistake. Both texts are finished sentences without a full stop.
func (r *reader) fault(at place, remedy, wrong string, args ...any) {
	if len(r.mistakes) >= maxMistakes {
		return
	}
	r.mistakes = append(r.mistakes, Mistake{
		File: at.file, Line: at.line, Column: at.column, order: at.order,
		Wrong: fmt.Sprintf(wrong, args...), Remedy: remedy,
	})
}

func (r *reader) sorted() Mistakes {
	slices.SortStableFunc(r.mistakes, func(a, b Mistake) int {
		return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return slices.CompactFunc(r.mistakes, func(a, b Mistake) bool { return a == b })
}

// nearest advises on a name that is not among those there are; prefix is what
// stands before a name in the file.
func nearest(name string, there []string, prefix string) string {
	there = slices.Compact(slices.Sorted(slices.Values(there)))
	best, far := "", max(1, len(name)/3)+1
	for _, t := range there {
		if d := distance(name, t); d < far || d == far && best != "" && strings.EqualFold(best, t) && t == strings.ToLower(t) {
			best, far = t, d
		}
	}
	switch {
	case best != "":
		return fmt.Sprintf("did you mean %q?", prefix+best)
	case len(there) == 0:
		return "there is none yet: define it or take this out"
	case len(there) <= 12:
		return "use one of: " + prefix + strings.Join(there, ", "+prefix)
	}
	return "define it or use one that exists"
}

// distance counts the slips between two names, letter case apart; letters in the
// wrong order are one.
func distance(a, b string) int {
	a, b = strings.ToLower(a), strings.ToLower(b)
	letters := func(s string) string {
		r := []rune(s)
		slices.Sort(r)
		return string(r)
	}
	if a != b && letters(a) == letters(b) {
		return 1
	}
	return levenshtein.Distance(a, b, nil)
}
