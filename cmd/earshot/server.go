package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// patience is how long a server may take for one answer.
const patience = 30 * time.Second

// maxAnswer bounds what is read of an answer.
const maxAnswer = 64 << 20

// A server is a running Earshot, from outside.
type server struct {
	base   string
	token  string
	client *http.Client
}

func newServer(address, token string) (server, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return server{}, misuse{fmt.Errorf("--url %q is no address of a server, such as https://oncall.example.com", address)}
	}
	return server{strings.TrimSuffix(address, "/"), token, &http.Client{Timeout: patience}}, nil
}

// ask sends one request and reads the answer's JSON.
func (s server) ask(ctx context.Context, method, path string, body io.Reader, answer any) error {
	r, err := http.NewRequestWithContext(ctx, method, s.base+path, body)
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+s.token)
	r.Header.Set("Accept", "application/json")
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	resp, err := s.client.Do(r)
	if err != nil {
		return fmt.Errorf("reach the server: %w", err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("read the server's answer: %w", err)
	}
	if resp.StatusCode/100 != 2 {
		return refusal(resp, text)
	}
	if err := json.Unmarshal(text, answer); err != nil {
		return fmt.Errorf("read the server's answer: %w; is there an Earshot at %s?", err, s.base)
	}
	return nil
}

// refusal says what a server said when it refused, and what to do.
func refusal(resp *http.Response, text []byte) error {
	var said struct {
		Error string `json:"error"`
	}
	_ = json.Unmarshal(text, &said) // whatever else it says, the status is enough
	why := fmt.Sprintf("the server answered %s", resp.Status)
	if said.Error != "" {
		why += ": " + strings.Join(strings.Fields(said.Error), " ")
	}
	switch {
	case resp.StatusCode == http.StatusUnauthorized:
		why += "; check the key or token"
	case resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode >= http.StatusInternalServerError:
		why += "; try again in " + cmp.Or(resp.Header.Get("Retry-After"), "10") + " s"
	}
	return errors.New(why)
}
