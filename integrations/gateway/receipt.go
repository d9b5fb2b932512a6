package gateway

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/integrations/receipt"
)

// pathStatus is where gateways report what became of an SMS.
const pathStatus = "/gateway/status"

const (
	maxReceipt     = 64 << 10
	receiptTimeout = 8 * time.Second
)

// callback is the address for the receipt of a page, which nobody else can make.
func (p *plan) callback(public string, page incident.PageID) string {
	return public + pathStatus + "?" + url.Values{"page": {string(page)}, "sig": {p.sign(page)}}.Encode()
}

func (p *plan) sign(page incident.PageID) string {
	h := hmac.New(sha256.New, p.key)
	h.Write([]byte(page))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

// Handler serves everything below /gateway/: a receipt is believed for the
// signature in its address. Its status stands in the address, in a form or in
// JSON, always under that name.
func (c *Client) Handler(desk receipt.Desk) http.Handler {
	mux := http.NewServeMux()
	serve := func(w http.ResponseWriter, r *http.Request) { c.status(w, r, desk) }
	mux.HandleFunc("GET "+pathStatus, serve)
	mux.HandleFunc("POST "+pathStatus, serve)
	return mux
}

func (c *Client) status(w http.ResponseWriter, r *http.Request, desk receipt.Desk) {
	page, setup := incident.PageID(r.URL.Query().Get("page")), c.opts.Setup()
	if !setup.Receipts() || !hmac.Equal([]byte(setup.plan.sign(page)), []byte(r.URL.Query().Get("sig"))) {
		c.opts.Log.WarnContext(r.Context(), "receipt refused", "provider", "gateway")
		http.Error(w, "signature does not match", http.StatusUnauthorized)
		return
	}
	word, err := statusOf(r)
	if err != nil {
		http.Error(w, "body too large or broken off", http.StatusRequestEntityTooLarge)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), receiptTimeout)
	defer cancel()
	switch err := report(ctx, desk, page, word); {
	case errors.Is(err, errNoStatus):
		c.opts.Observe("receipt", "other")
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	case errors.Is(err, incident.ErrNotFound):
		c.opts.Observe("receipt", "unknown")
	case err != nil:
		c.opts.Observe("receipt", "failed")
		c.opts.Log.WarnContext(ctx, "receipt not stored", "page", page, "err", err)
		w.Header().Set("Retry-After", "2")
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	default:
		c.opts.Observe("receipt", "ok")
	}
	w.WriteHeader(http.StatusNoContent)
}

// errNoStatus refuses a receipt that says nothing, in words for whoever sets the
// gateway up.
var errNoStatus = errors.New("status is missing: send delivered, failed, undelivered, rejected or expired as status in the address, a form or JSON")

// report carries out a receipt. That an SMS was accepted or sent says nothing: it
// may still be lost.
func report(ctx context.Context, desk receipt.Desk, page incident.PageID, word string) error {
	switch word = strings.ToLower(strings.TrimSpace(word)); word {
	case "":
		return errNoStatus
	case "delivered", "delivrd", "read":
		return receipt.Report(ctx, desk, page, func(p incident.Page) incident.Event { return incident.PageDelivered{Page: p.ID} })
	case "failed", "undelivered", "undeliv", "rejected", "rejectd", "expired":
		return receipt.Report(ctx, desk, page, func(p incident.Page) incident.Event {
			return incident.PageFailed{Page: p.ID, Reason: "SMS " + outcomes[word] + ", says the gateway"}
		})
	}
	return nil
}

// outcomes are the words of a receipt in the words of a timeline.
var outcomes = map[string]string{
	"failed": "failed", "undelivered": "undelivered", "undeliv": "undelivered",
	"rejected": "rejected", "rejectd": "rejected", "expired": "expired",
}

// statusOf finds the status in a receipt: in the address, else in the body.
func statusOf(r *http.Request) (string, error) {
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxReceipt))
	if err != nil {
		return "", err
	}
	if word := r.URL.Query().Get("status"); word != "" {
		return word, nil
	}
	var said struct {
		Status string `json:"status"`
	}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); strings.HasSuffix(kind, "json") {
		_ = json.Unmarshal(body, &said) // another shape has no status
		return said.Status, nil
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return "", nil //nolint:nilerr // no form has no status
	}
	return form.Get("status"), nil
}
