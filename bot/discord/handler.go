package discord

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/earshot-oncall/earshot/bot/wire"
)

const (
	// maxBody bounds a request; Discord's largest are far smaller.
	maxBody = 1 << 20

	// fresh is how old a request may be. Discord's signature has no end of its own, and
	// the library checks none.
	fresh = 5 * time.Minute
)

// Handler hears the interactions that Discord sends over HTTP. Whatever is not signed
// with our application's key within five minutes changes nothing.
func (c *Client) Handler(desk Desk) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /discord/interactions", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
			http.Error(w, "body too large", http.StatusRequestEntityTooLarge)
			return
		}
		if err != nil {
			http.Error(w, "body cut short", http.StatusBadRequest)
			return
		}
		if !c.signed(r.Header, body, time.Now()) {
			http.Error(w, "no valid Discord signature", http.StatusUnauthorized)
			return
		}
		var a act
		if err := json.Unmarshal(body, &a); err != nil || a.Type == 0 {
			http.Error(w, "not an interaction", http.StatusBadRequest)
			return
		}
		answer := c.contained(r.Context(), a, desk)
		if answer.Type == nothingYet {
			w.WriteHeader(http.StatusAccepted)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(answer); err != nil {
			c.log.WarnContext(r.Context(), "answer not delivered", "err", err)
		}
	})
	return mux
}

// signed reports whether Discord signed a body, and lately.
func (c *Client) signed(header http.Header, body []byte, now time.Time) bool {
	key, keyErr := hex.DecodeString(c.options.PublicKey)
	signature, err := hex.DecodeString(header.Get("X-Signature-Ed25519"))
	stamp := header.Get("X-Signature-Timestamp")
	at, noTime := strconv.ParseInt(stamp, 10, 64)
	if keyErr != nil || err != nil || noTime != nil || len(key) != ed25519.PublicKeySize || len(signature) != ed25519.SignatureSize {
		return false
	}
	return ed25519.Verify(key, append([]byte(stamp), body...), signature) && now.Sub(time.Unix(at, 0)).Abs() <= fresh
}

// contained is respond whose panic is told in the log, and to whoever asked.
func (c *Client) contained(ctx context.Context, a act, desk Desk) (answer response) {
	defer func() {
		if p := recover(); p != nil {
			c.log.ErrorContext(ctx, "interaction panicked", "err", fmt.Sprint(p), "stack", string(debug.Stack()))
			answer = privately(message{Content: wire.Broken})
		}
	}()
	return c.respond(ctx, a, desk)
}
