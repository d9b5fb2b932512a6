package discordfake

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// PublicKey is what the application's page shows, in hex.
func (s *Server) PublicKey() string {
	public, _ := s.key.Public().(ed25519.PublicKey)
	return hex.EncodeToString(public)
}

// Sign returns the headers with which Discord sends a body at a moment. A stale
// moment gives a stale request; changing the body afterwards a forged one.
func (s *Server) Sign(body []byte, at time.Time) http.Header {
	stamp := strconv.FormatInt(at.Unix(), 10)
	signature := ed25519.Sign(s.key, append([]byte(stamp), body...))
	return http.Header{
		"Content-Type":          {"application/json"},
		"User-Agent":            {"Discord-Interactions/1.0 (+https://discord.com)"},
		"X-Signature-Ed25519":   {hex.EncodeToString(signature)},
		"X-Signature-Timestamp": {stamp},
	}
}

// Deliver POSTs a body to the endpoint as it is, and returns what came back.
func (s *Server) Deliver(body []byte, header http.Header) (status int, answer []byte, err error) {
	status, _, answer, err = s.post(body, header)
	return status, answer, err
}

func (s *Server) post(body []byte, header http.Header) (status int, kind string, answer []byte, err error) {
	req, err := http.NewRequest(http.MethodPost, s.Options().Endpoint, bytes.NewReader(body))
	if err != nil {
		return 0, "", nil, fmt.Errorf("send to app: %w", err)
	}
	req.Header = header
	res, err := s.client.Do(req)
	if err != nil {
		return 0, "", nil, fmt.Errorf("send to app: %w", err)
	}
	defer res.Body.Close()
	answer, err = io.ReadAll(io.LimitReader(res.Body, maxBody))
	if err != nil {
		return 0, "", nil, fmt.Errorf("read the app's answer: %w", err)
	}
	return res.StatusCode, res.Header.Get("Content-Type"), answer, nil
}

// Ping asks the endpoint whether it is there.
func (s *Server) Ping() (status int, answer []byte, err error) {
	body, err := s.pingBody()
	if err != nil {
		return 0, nil, err
	}
	return s.Deliver(body, s.Sign(body, time.Now()))
}

// BadPing sends the same with a signature that is another body's, as Discord does
// now and then to see whether it is refused.
func (s *Server) BadPing() (status int, answer []byte, err error) {
	body, err := s.pingBody()
	if err != nil {
		return 0, nil, err
	}
	return s.Deliver(body, s.Sign([]byte("another body"), time.Now()))
}

func (s *Server) pingBody() ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.newID()
	return json.Marshal(map[string]any{
		"id": id, "application_id": s.options.Application, "type": actPing, "token": "interaction-token-" + id, "version": 1,
	})
}

// Validate does what Discord does before it takes an endpoint: a PING must be
// answered with a PONG, a forged one with 401.
func (s *Server) Validate() error {
	status, answer, err := s.Ping()
	if err != nil {
		return err
	}
	var pong callback
	if err := json.Unmarshal(answer, &pong); err != nil || status != http.StatusOK || pong.Type != callbackPong {
		return fmt.Errorf("a ping got %d %s, want a pong", status, answer)
	}
	status, answer, err = s.BadPing()
	if err != nil {
		return err
	}
	if status != http.StatusUnauthorized {
		return fmt.Errorf("a forged ping got %d %s, want 401", status, answer)
	}
	return nil
}
