package gateway

import (
	"context"
	"net/http"
	"net/url"
)

// Survey looks whether the gateway's host answers, and its certificate holds, and
// returns what is to be mended, each in one line. It asks for nothing that could
// send an SMS and shows no credentials.
func (c *Client) Survey(ctx context.Context) []string {
	setup := c.opts.Setup()
	if !setup.Ready() {
		return nil
	}
	var found []string
	if setup.Receipts() && c.public == "" {
		found = append(found, "sms_gateway: {{.Callback}} is used and no public URL is set: no receipt will arrive")
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if err := c.knock(ctx, setup.plan); err != nil {
		c.opts.Observe("check", "failed")
		return append(found, "sms_gateway: its host does not answer, or its certificate does not hold: check url")
	}
	c.opts.Observe("check", "ok")
	return found
}

// knock asks the host for its front page's head. Any answer is one.
func (c *Client) knock(ctx context.Context, p *plan) error {
	address, err := fill(p.url, thorny)
	if err != nil {
		return err
	}
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	front := url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/"}
	r, err := http.NewRequestWithContext(ctx, http.MethodHead, front.String(), nil)
	if err != nil {
		return err
	}
	res, err := c.http.Do(r)
	if err != nil {
		return err
	}
	return res.Body.Close()
}
