package twiliofake

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Options describe the account. The zero value works, but reaches no app.
type Options struct {
	AccountSID string // default AC000...1
	AuthToken  string // letters and digits only, as twilio-go insists; default "twiliofaketoken"
	From       string // the account's own number; default +15005550006

	// PublicURL is what the app's callback URLs begin with and what signatures
	// are computed over; AppURL is where such requests are really sent.
	PublicURL string
	AppURL    string
	// InboundURL is the webhook of the account's number for SMS.
	InboundURL string

	// Pace is how many real seconds a second takes on the phone: ringing,
	// speaking, waiting for a key. Zero: nothing there passes by itself.
	Pace float64

	Patience time.Duration    // how long Twilio waits for the app; default 15s
	Now      func() time.Time // default time.Now
}

// A Server is one Twilio account. Make it with New, close it with Close.
type Server struct {
	mu        sync.Mutex
	options   Options
	phones    map[string]*Phone
	messages  []*message
	calls     []*Call
	requests  []Request
	callbacks []Callback
	fault     func(operation string, form url.Values) *Response
	plan      func(Callback) Plan
	numbers   []ownNumber // the first is Options.From
	status    string      // of the account; empty: active
	serial    int
	closed    bool

	watch  watch
	client *http.Client
	life   context.Context
	end    context.CancelFunc
	work   sync.WaitGroup
}

// New returns an account without messages or calls.
func New(options Options) *Server {
	options.AccountSID = cmp.Or(options.AccountSID, "AC"+strings.Repeat("0", 31)+"1")
	options.AuthToken = cmp.Or(options.AuthToken, "twiliofaketoken")
	options.From = cmp.Or(options.From, "+15005550006")
	options.Patience = cmp.Or(options.Patience, 15*time.Second)
	if options.Now == nil {
		options.Now = time.Now
	}
	s := &Server{options: options, phones: map[string]*Phone{}, watch: newWatch()}
	s.addNumber(options.From, Number{})
	s.life, s.end = context.WithCancel(context.Background())
	s.client = &http.Client{
		Timeout:       options.Patience,
		Transport:     &http.Transport{MaxIdleConnsPerHost: 64},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return s
}

// Options returns what the server runs with, defaults filled in.
func (s *Server) Options() Options {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.options
}

// SetApp says how the app is addressed, where it really is, and where inbound
// SMS go (a URL below publicURL).
func (s *Server) SetApp(publicURL, appURL, inboundURL string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.options.PublicURL, s.options.AppURL, s.options.InboundURL = publicURL, appURL, inboundURL
}

// SetPace changes how fast time passes on the phones, from the next wait on.
func (s *Server) SetPace(pace float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.options.Pace = pace
}

// Close cuts everything under way and waits for it to end.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.end()
	s.work.Wait()
	s.client.CloseIdleConnections()
}

// spawn runs work that Close waits for. It is called with the lock held.
func (s *Server) spawn(work func()) {
	if s.closed {
		return
	}
	s.work.Go(work)
}

// sleep lets time pass on a phone. It reports false if the call ended meanwhile.
func (s *Server) sleep(d time.Duration, ended <-chan struct{}) bool {
	timer := time.NewTimer(time.Duration(float64(d) * s.Options().Pace))
	defer timer.Stop()
	select {
	case <-timer.C:
		return s.life.Err() == nil
	case <-ended:
	case <-s.life.Done():
	}
	return false
}
