package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
)

// alertCmd sends one alert.
type alertCmd struct {
	URL        string            `required:"" placeholder:"URL" help:"The server, such as https://oncall.example.com."`
	Key        string            `required:"" placeholder:"KEY" help:"The key of an integration of type generic."`
	Summary    string            `placeholder:"TEXT" help:"What is wrong. A trigger needs it."`
	Severity   string            `placeholder:"WORD" enum:"critical,error,warning,info," default:"" help:"critical, error, warning or info; left out: a label severity, else critical."`
	DedupKey   string            `placeholder:"KEY" help:"Names the incident among this sender's."`
	Action     string            `enum:"trigger,acknowledge,resolve" default:"trigger" help:"trigger, acknowledge or resolve."`
	Source     string            `placeholder:"NAME" help:"Where it comes from."`
	RoutingKey string            `placeholder:"KEY" help:"Helps to find the team."`
	Label      map[string]string `placeholder:"NAME=VALUE" mapsep:"none" help:"A label; may be given many times."`
}

// alertBody is an alert of the native API.
type alertBody struct {
	DedupKey   string            `json:"dedup_key,omitempty"`
	Action     string            `json:"action"`
	Summary    string            `json:"summary,omitempty"`
	Severity   string            `json:"severity,omitempty"`
	Source     string            `json:"source,omitempty"`
	RoutingKey string            `json:"routing_key,omitempty"`
	Labels     map[string]string `json:"labels,omitempty"`
}

// Run implements the command.
func (c *alertCmd) Run(ctx context.Context, t *terminal) error {
	switch {
	case c.Action == "trigger" && c.Summary == "":
		return misuse{fmt.Errorf("a trigger needs --summary TEXT")}
	case c.Action != "trigger" && c.DedupKey == "":
		return misuse{fmt.Errorf("to %s, name the incident with --dedup-key KEY", c.Action)}
	}
	s, err := newServer(c.URL, c.Key)
	if err != nil {
		return err
	}
	body, err := json.Marshal(alertBody{
		DedupKey: c.DedupKey, Action: c.Action, Summary: c.Summary, Severity: c.Severity,
		Source: c.Source, RoutingKey: c.RoutingKey, Labels: maps.Clone(c.Label),
	})
	if err != nil {
		return fmt.Errorf("write the alert: %w", err)
	}
	var answer struct {
		Incident     string `json:"incident"`
		Deduplicated bool   `json:"deduplicated"`
	}
	if err := s.ask(ctx, http.MethodPost, "/api/v1/alerts", bytes.NewReader(body), &answer); err != nil {
		return err
	}
	switch {
	case answer.Incident == "":
		fmt.Fprintln(t.out, "accepted; no incident has that key")
	case answer.Deduplicated:
		fmt.Fprintf(t.out, "%s, which was open already\n", answer.Incident)
	default:
		fmt.Fprintln(t.out, answer.Incident)
	}
	return nil
}
