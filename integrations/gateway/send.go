package gateway

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// retryAfter is how long a gateway is left alone when it is busy, and maxRetry how
// long it may ask for: a page has no more time than that.
const (
	retryAfter = 2 * time.Second
	maxRetry   = 5 * time.Second
)

// maxAnswer is how much of an answer is read.
const maxAnswer = 64 << 10

// request makes the request that sends a message.
func (p *plan) request(ctx context.Context, m message) (*http.Request, error) {
	d, flaws := p.draft(m)
	if len(flaws) > 0 {
		return nil, flaws[0].Cause
	}
	r, err := http.NewRequestWithContext(ctx, p.method, d.url, strings.NewReader(d.body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("User-Agent", "earshot")
	if d.body != "" {
		r.Header.Set("Content-Type", p.contentType)
	}
	for i, h := range p.headers {
		r.Header.Set(h.name, d.headers[i])
	}
	return r, nil
}

// send asks the gateway once. The library's errors quote the address, and with it
// perhaps a key: they are told to nobody.
func (c *Client) send(ctx context.Context, p *plan, m message) error {
	var sent atomic.Bool // a request may have reached the gateway
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { sent.Store(true) }})
	r, err := p.request(ctx, m)
	if err != nil {
		return &incident.Fault{Reason: "SMS not sent: the gateway's templates can't be filled", Admin: "mend sms_gateway: its templates can't be filled"}
	}
	res, err := c.http.Do(r)
	switch {
	case err != nil && sent.Load():
		return &incident.Fault{Reason: "SMS: the gateway took the request and did not answer", Unknown: true}
	case err != nil:
		return &incident.Fault{Reason: "SMS not sent: the gateway can't be reached", Retry: retryAfter}
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(res.Body, maxAnswer)) // what is missing of it changes nothing
	if res.StatusCode/100 == 2 {
		return nil
	}
	return refused(res, p.reason(string(body), m))
}

// refused is the fault of a request that the gateway has clearly not carried out.
func refused(res *http.Response, words string) *incident.Fault {
	status := res.StatusCode
	f := &incident.Fault{Reason: fmt.Sprintf("SMS refused: the gateway answered %d", status)}
	if words != "" {
		f.Reason += " (" + words + ")"
	}
	switch {
	case status == http.StatusTooManyRequests || status >= http.StatusInternalServerError:
		f.Retry = retryAfter
		if s, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && s > 0 {
			f.Retry = min(time.Duration(s)*time.Second, maxRetry)
		}
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		f.Admin = fmt.Sprintf("check the credentials in sms_gateway: the gateway answers %d", status)
	case status == http.StatusNotFound || status == http.StatusMethodNotAllowed || status < http.StatusBadRequest:
		f.Admin = fmt.Sprintf("check url and method of sms_gateway: the gateway answers %d", status)
	}
	return f
}

// How much of a gateway's own words is told.
const (
	maxWord   = 16
	maxReason = 80
)

// reason is what a gateway's answer says, as far as it may be told: its plain
// words, without any that might be a number, a key or markup.
func (p *plan) reason(answer string, m message) string {
	if strings.HasPrefix(strings.TrimSpace(answer), "<") {
		return ""
	}
	var told []string
	size := 0
	for word := range strings.FieldsFuncSeq(answer, func(r rune) bool { return strings.ContainsRune(" \t\r\n\"'{}[]():,.;=!", r) }) {
		if !lettered(word) || len(word) > maxWord || strings.Contains(p.hidden, word) && len(word) > 3 || strings.Contains(m.Text, word) && len(word) > 3 {
			continue
		}
		if size += len(word) + 1; size > maxReason {
			break
		}
		told = append(told, word)
	}
	return strings.Join(told, " ")
}

func lettered(word string) bool {
	return !strings.ContainsFunc(word, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '-'
	})
}
