package twiliofake

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// A Number is what one of the account's numbers may do and how it is registered.
type Number struct {
	NoSMS, NoVoice bool
	Service        bool     // it belongs to the messaging service Service
	Campaigns      []string // the statuses of that service's A2P campaigns: VERIFIED, IN_PROGRESS, FAILED
}

// Service is the messaging service that the account's numbers may be in. There is
// another one, without numbers.
const Service = "MG00000000000000000000000000000002"

// emptyService has no number.
const emptyService = "MG00000000000000000000000000000001"

// ownNumber is a number of the account.
type ownNumber struct {
	Number
	sid, phone string
}

// SetNumber changes the account's own number; it can do everything at first, and is
// in no service.
func (s *Server) SetNumber(n Number) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.numbers[0].Number = n
}

// AddNumber gives the account one more number.
func (s *Server) AddNumber(phone string, n Number) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.addNumber(phone, n)
}

func (s *Server) addNumber(phone string, n Number) {
	s.numbers = append(s.numbers, ownNumber{n, fmt.Sprintf("PN%032x", len(s.numbers)+1), phone})
}

// owns reports whether a number is the account's, and can do that.
func (s *Server) owns(phone string, can func(Number) bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.ContainsFunc(s.numbers, func(n ownNumber) bool { return n.phone == phone && can(n.Number) })
}

// pooled are the numbers of the messaging service. It is called with the lock held.
func (s *Server) pooled() []ownNumber {
	return slices.DeleteFunc(slices.Clone(s.numbers), func(n ownNumber) bool { return !n.Service })
}

// SetStatus changes the account's status: active, suspended, closed.
func (s *Server) SetStatus(status string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status = status
}

func (s *Server) listNumbers(_ string, form url.Values) (any, error) {
	s.mu.Lock()
	all := []map[string]any{}
	for _, n := range s.numbers {
		if either(form.Get("PhoneNumber"), n.phone) {
			all = append(all, map[string]any{
				"sid": n.sid, "account_sid": s.options.AccountSID, "phone_number": n.phone, "friendly_name": n.phone,
				"capabilities": map[string]bool{"sms": !n.NoSMS, "mms": !n.NoSMS, "voice": !n.NoVoice, "fax": false},
				"uri":          s.uri("IncomingPhoneNumbers", n.sid),
			})
		}
	}
	s.mu.Unlock()
	return s.listing("IncomingPhoneNumbers", "incoming_phone_numbers", form, all), nil
}

// errMissing is answered by a 404.
var errMissing = errors.New("not there")

func (s *Server) listServices(string, url.Values) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := []map[string]any{}
	if len(s.pooled()) > 0 {
		for _, sid := range []string{emptyService, Service} {
			all = append(all, map[string]any{"sid": sid, "account_sid": s.options.AccountSID, "friendly_name": "Service"})
		}
	}
	return messagingList("services", all), nil
}

func (s *Server) listServiceNumbers(sid string, _ url.Values) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if sid != Service && sid != emptyService {
		return nil, errMissing
	}
	all := []map[string]any{}
	for _, n := range s.pooled() {
		if sid == Service {
			all = append(all, map[string]any{"sid": n.sid, "service_sid": sid, "phone_number": n.phone})
		}
	}
	return messagingList("phone_numbers", all), nil
}

func (s *Server) fetchServiceNumber(sid string, _ url.Values) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	service, number, _ := strings.Cut(sid, "/")
	for _, n := range s.pooled() {
		if service == Service && n.sid == number {
			return map[string]any{"sid": n.sid, "service_sid": service, "phone_number": n.phone}, nil
		}
	}
	return nil, errMissing
}

func (s *Server) listCampaigns(sid string, _ url.Values) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if sid != Service {
		return nil, errMissing
	}
	all := []map[string]any{}
	for _, n := range s.pooled() {
		for _, status := range n.Campaigns {
			all = append(all, map[string]any{"sid": s.newSID("QE"), "messaging_service_sid": sid, "campaign_status": status})
		}
	}
	return messagingList("compliance", all), nil
}

// messagingList is a page as the newer APIs write it.
func messagingList(key string, all []map[string]any) map[string]any {
	return map[string]any{key: all, "meta": map[string]any{
		"key": key, "page": 0, "page_size": 50, "next_page_url": nil, "previous_page_url": nil,
	}}
}

// splitMessaging reads /v1/Services[/{sid}/PhoneNumbers[/{sid}] | /{sid}/Compliance/Usa2p].
func splitMessaging(path string) (resource, sid string) {
	rest, ok := strings.CutPrefix(path, "/v1/Services")
	parts := strings.Split(strings.TrimPrefix(rest, "/"), "/")
	switch {
	case !ok:
	case rest == "":
		return "Services", ""
	case len(parts) == 2 && parts[1] == "PhoneNumbers":
		return "Services/PhoneNumbers", parts[0]
	case len(parts) == 3 && parts[1] == "PhoneNumbers":
		return "Services/PhoneNumbers/", parts[0] + "/" + parts[2]
	case len(parts) == 3 && parts[1] == "Compliance" && parts[2] == "Usa2p":
		return "Services/Usa2p", parts[0]
	}
	return "", ""
}

// messagingOperations are those of Twilio's messaging host, which has no account
// in its paths.
func (s *Server) messagingOperations() map[string]operation {
	return map[string]operation{
		"GET Services":               {"services.list", http.StatusOK, s.listServices},
		"GET Services/PhoneNumbers":  {"services.numbers", http.StatusOK, s.listServiceNumbers},
		"GET Services/PhoneNumbers/": {"services.number", http.StatusOK, s.fetchServiceNumber},
		"GET Services/Usa2p":         {"services.campaigns", http.StatusOK, s.listCampaigns},
	}
}
