package discordfake_test

import (
	"crypto/ed25519"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/earshot-oncall/earshot/bot/discord/discordfake"
)

// signed verifies as Discord's documentation says.
func signed(fake *discordfake.Server, r *http.Request, body []byte) bool {
	key, _ := hex.DecodeString(fake.PublicKey())
	signature, err := hex.DecodeString(r.Header.Get("X-Signature-Ed25519"))
	return err == nil && ed25519.Verify(key, append([]byte(r.Header.Get("X-Signature-Timestamp")), body...), signature)
}

func TestS06AnEndpointIsTriedWithAForgedPing(t *testing.T) {
	tests := []struct {
		name    string
		careful bool
		answer  string
		ok      bool
	}{
		{"one that looks at signatures is taken", true, `{"type":1}`, true},
		{"one that takes everything is not", false, `{"type":1}`, false},
		{"one that does not answer is not", true, `{}`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fake, _ := world(t, discordfake.Options{})
			app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				if tt.careful && !signed(fake, r, body) {
					w.WriteHeader(http.StatusUnauthorized)
					return
				}
				_, _ = io.WriteString(w, tt.answer)
			}))
			defer app.Close()
			fake.SetEndpoint(app.URL)
			if err := fake.Validate(); (err == nil) != tt.ok {
				t.Errorf("validate: %v", err)
			}
		})
	}
}

func TestAnInteractionIsDeliveredAgainAsItWas(t *testing.T) {
	fake, bot := world(t, discordfake.Options{})
	seen := map[string]int{}
	endpoint(t, fake, func(in discordgo.Interaction) string { seen[in.ID]++; return `{"type":6}` })
	shown, err := fake.Press("2001", post(t, bot, room, buttons()).ID, "ack")
	if err != nil {
		t.Fatal(err)
	}
	body := fake.Body(shown.ID)
	if status, _, err := fake.Deliver(body, fake.Sign(body, time.Now())); err != nil || status != http.StatusOK || seen[shown.ID] != 2 {
		t.Errorf("again: %d, %v, seen %v", status, err, seen)
	}
	if status, _, err := fake.Deliver(append(body, ' '), fake.Sign(body, time.Now())); err != nil || status != http.StatusUnauthorized {
		t.Errorf("forged: %d, %v", status, err)
	}
}
