package twilio

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// Senders are what pages are sent from.
type Senders struct {
	Service string   // a messaging service, "MG…", which has numbers of its own for SMS; empty: none
	Numbers []string // E.164
}

var (
	aNumber  = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)
	aService = regexp.MustCompile(`^MG[0-9a-fA-F]{32}$`)
)

// ParseSenders reads "+16175550100, +18885550100, MG0123…": numbers, a messaging
// service, or both.
func ParseSenders(list string) (Senders, error) {
	var s Senders
	for word := range strings.SplitSeq(list, ",") {
		word = strings.TrimSpace(word)
		switch {
		case aService.MatchString(word) && (s.Service == "" || s.Service == word):
			s.Service = word
		case aService.MatchString(word):
			return s, errors.New("more than one messaging service: name one")
		case !aNumber.MatchString(word):
			return s, fmt.Errorf("%q is neither a number such as +16175550100 nor a messaging service such as MG0123…", word)
		case !slices.Contains(s.Numbers, word):
			s.Numbers = append(s.Numbers, word)
		}
	}
	return s, nil
}

// has reports whether a message or call from that number, or service, was ours.
func (s Senders) has(from, service string) bool {
	return service != "" && service == s.Service || slices.Contains(s.Numbers, number(from))
}

// pace is how long a number takes for one segment, as carriers count: an ordinary
// number of North America one second, a toll-free one a third of that.
func pace(number string) time.Duration {
	switch {
	case longCode(number):
		return time.Second
	case strings.HasPrefix(number, "+1"):
		return time.Second / 3
	}
	return time.Second / 10
}

// A line is one sender of ours and when it will have sent what it was given.
type line struct {
	from string
	pace time.Duration // for one unit; 0: it never has to wait
	free time.Time
}

// soonest returns which line is free the soonest at now, the first of equals, other
// than those tried; -1 when none is left.
func soonest(all []line, now time.Time, tried []string) int {
	best, at := -1, time.Time{}
	for i, l := range all {
		free := l.free
		if free.Before(now) {
			free = now
		}
		if !slices.Contains(tried, l.from) && (best < 0 || free.Before(at)) {
			best, at = i, free
		}
	}
	return best
}

// lines share the pages out among our senders.
type lines struct {
	mu  sync.Mutex
	all []line
}

// linesOf are the lines for SMS and those for calls. A service picks its own numbers
// and goes before ours; calls can't go through it.
func linesOf(s Senders) (sms, calls *lines) {
	sms, calls = new(lines), new(lines)
	if s.Service != "" {
		sms.all = append(sms.all, line{from: s.Service})
	}
	for _, n := range s.Numbers {
		sms.all = append(sms.all, line{from: n, pace: pace(n)})
		calls.all = append(calls.all, line{from: n, pace: time.Second})
	}
	return sms, calls
}

// take gives so many units of work to the line that is free the soonest; empty when
// all have been tried.
func (l *lines) take(now time.Time, units int, tried []string) (from string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := soonest(l.all, now, tried)
	if i < 0 {
		return ""
	}
	one := &l.all[i]
	if one.free.Before(now) {
		one.free = now
	}
	one.free = one.free.Add(time.Duration(units) * one.pace)
	return one.from
}

// restFor is how long a line that Twilio refused comes after the others.
const restFor = time.Minute

// rest puts a line behind the others.
func (l *lines) rest(from string, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range l.all {
		if l.all[i].from == from {
			l.all[i].free = now.Add(restFor)
		}
	}
}

// by sends from the line that is free the soonest, and at once from the next where
// Twilio refuses the line itself. What an admin has to mend about a line is told even
// when another took the page.
func (c *Client) by(
	ctx context.Context, kind string, l *lines, units int, send func(from string) (string, error),
) (ref string, err error) {
	var tried []string
	for {
		from := l.take(c.opts.Now(), units, tried)
		if from == "" && len(tried) == 0 {
			return "", &incident.Fault{
				Reason: kind + " not sent: there is no number to send it from",
				Admin:  "TWILIO_FROM_NUMBER names no number that a " + kind + " can come from: add one of the account",
			}
		}
		if from == "" {
			return "", err
		}
		if len(tried) > 0 {
			c.opts.Observe("sender", "other")
			c.alarm(ctx, err)
		}
		ref, err = send(from)
		if refusals[codeOf(err)].about != theSender {
			return ref, err
		}
		l.rest(from, c.opts.Now())
		tried = append(tried, from)
	}
}
