package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// exportCmd writes a server's incidents.
type exportCmd struct {
	URL   string  `placeholder:"URL" help:"The server (default: $$EARSHOT_PUBLIC_URL, else http://127.0.0.1:8080)."`
	Token string  `placeholder:"TOKEN" help:"The admin API's token (default: $$EARSHOT_API_TOKEN)."`
	Since instant `placeholder:"TIME" help:"Only incidents opened then or later (RFC 3339)."`
}

// Run implements the command. Incidents are written newest first, as they are
// listed.
func (c *exportCmd) Run(ctx context.Context, t *terminal) error {
	address, _ := t.env("EARSHOT_PUBLIC_URL")
	token, _ := t.env("EARSHOT_API_TOKEN")
	token = cmp.Or(c.Token, token)
	if token == "" {
		return misuse{fmt.Errorf("the admin API wants a token: set EARSHOT_API_TOKEN or give --token")}
	}
	s, err := newServer(cmp.Or(c.URL, address, "http://127.0.0.1:8080"), token)
	if err != nil {
		return err
	}
	for cursor := ""; ; {
		var page struct {
			Incidents []struct {
				ID       string    `json:"id"`
				OpenedAt time.Time `json:"opened_at"`
			} `json:"incidents"`
			Next string `json:"next_cursor"`
		}
		if err := s.ask(ctx, http.MethodGet, "/api/v1/incidents?limit=200&cursor="+url.QueryEscape(cursor), nil, &page); err != nil {
			return fmt.Errorf("list incidents: %w", err)
		}
		for _, in := range page.Incidents {
			if in.OpenedAt.Before(c.Since.Time) {
				return nil
			}
			if err := s.copyIncident(ctx, t, in.ID); err != nil {
				return fmt.Errorf("incident %s: %w", in.ID, err)
			}
		}
		if page.Next == "" {
			return nil
		}
		cursor = page.Next
	}
}

// copyIncident writes one incident, with its timeline, as the server tells it.
func (s server) copyIncident(ctx context.Context, t *terminal, id string) error {
	var whole json.RawMessage
	if err := s.ask(ctx, http.MethodGet, "/api/v1/incidents/"+url.PathEscape(id), nil, &whole); err != nil {
		return err
	}
	var line bytes.Buffer
	if err := json.Compact(&line, whole); err != nil {
		return err
	}
	line.WriteByte('\n')
	_, err := line.WriteTo(t.out)
	return err
}
