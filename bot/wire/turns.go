package wire

import (
	"slices"
	"time"
)

// InTurn returns those whose turn it is to be asked about in a minute, where there are
// more than may be: each minute the next ones.
func InTurn(ids []string, most int, now time.Time) []string {
	if len(ids) <= most {
		return ids
	}
	first := int(now.Unix()/int64(time.Minute/time.Second)) * most % len(ids)
	return slices.Concat(ids[first:], ids[:first])[:most]
}
