package oncall

import (
	"fmt"
	"strconv"
	"strings"
)

// maxTurn bounds the number in a Turn: a year in hours, and more.
const maxTurn = 9999

// ParseTurn reads the length of a turn: "12h", "1d", "1w" or "1mo".
func ParseTurn(s string) (Turn, error) {
	digits := strings.TrimRight(s, "abcdefghijklmnopqrstuvwxyz")
	n, err := strconv.ParseUint(digits, 10, 32)
	unit := Unit(s[len(digits):])
	switch unit {
	case Hours, Days, Weeks, Months:
	default:
		return Turn{}, fmt.Errorf("shift %q is not like 12h, 1d, 1w or 1mo", s)
	}
	if err != nil || n < 1 || n > maxTurn {
		return Turn{}, fmt.Errorf("shift %q does not begin with a whole number from 1 to %d", s, maxTurn)
	}
	return Turn{int(n), unit}, nil
}

// String writes the turn as ParseTurn reads it.
func (t Turn) String() string { return strconv.Itoa(t.N) + string(t.Unit) }

// days is the length of a turn that is counted in days, and 0 for others.
func (t Turn) days() int64 {
	switch t.Unit {
	case Days:
		return int64(t.N)
	case Weeks:
		return int64(t.N) * 7
	}
	return 0
}
