package twiliofake

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
)

// A Number is what the account's own number may do and how it is registered.
type Number struct {
	NoSMS, NoVoice bool
	Service        bool     // it belongs to a messaging service
	Campaigns      []string // the statuses of that service's A2P campaigns: VERIFIED, IN_PROGRESS, FAILED
}

// The ids of the account's number and of its messaging services; the number is in
// the second, if in any.
var (
	numberSID   = "PN" + strings.Repeat("0", 31) + "1"
	serviceSIDs = []string{"MG" + strings.Repeat("0", 31) + "1", "MG" + strings.Repeat("0", 31) + "2"}
)

// SetNumber changes the account's number; it can do everything at first, and is in
// no service.
func (s *Server) SetNumber(n Number) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.number = n
}

// SetStatus changes the account's status: active, suspended, closed.
func (s *Server) SetStatus(status string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status = status
}

func (s *Server) listNumbers(_ string, form url.Values) (any, error) {
	s.mu.Lock()
	own, n := s.options.From, s.number
	s.mu.Unlock()
	all := []map[string]any{}
	if either(form.Get("PhoneNumber"), own) {
		all = append(all, map[string]any{
			"sid": numberSID, "account_sid": s.Options().AccountSID, "phone_number": own, "friendly_name": own,
			"capabilities": map[string]bool{"sms": !n.NoSMS, "mms": !n.NoSMS, "voice": !n.NoVoice, "fax": false},
			"uri":          s.uri("IncomingPhoneNumbers", numberSID),
		})
	}
	return s.listing("IncomingPhoneNumbers", "incoming_phone_numbers", form, all), nil
}

// errMissing is answered by a 404.
var errMissing = errors.New("not there")

func (s *Server) listServices(string, url.Values) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := []map[string]any{}
	if s.number.Service {
		for _, sid := range serviceSIDs {
			all = append(all, map[string]any{"sid": sid, "account_sid": s.options.AccountSID, "friendly_name": "Service"})
		}
	}
	return messagingList("services", all), nil
}

func (s *Server) fetchServiceNumber(sid string, _ url.Values) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if service, number, _ := strings.Cut(sid, "/"); !s.number.Service || service != serviceSIDs[1] || number != numberSID {
		return nil, errMissing
	}
	return map[string]any{"sid": numberSID, "service_sid": serviceSIDs[1], "phone_number": s.options.From}, nil
}

func (s *Server) listCampaigns(sid string, _ url.Values) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if sid != serviceSIDs[1] {
		return nil, errMissing
	}
	all := []map[string]any{}
	for _, status := range s.number.Campaigns {
		all = append(all, map[string]any{"sid": s.newSID("QE"), "messaging_service_sid": sid, "campaign_status": status})
	}
	return messagingList("compliance", all), nil
}

// messagingList is a page as the newer APIs write it.
func messagingList(key string, all []map[string]any) map[string]any {
	return map[string]any{key: all, "meta": map[string]any{
		"key": key, "page": 0, "page_size": 50, "next_page_url": nil, "previous_page_url": nil,
	}}
}

// splitMessaging reads /v1/Services[/{sid}/PhoneNumbers/{sid} | /{sid}/Compliance/Usa2p].
func splitMessaging(path string) (resource, sid string) {
	rest, ok := strings.CutPrefix(path, "/v1/Services")
	parts := strings.Split(strings.TrimPrefix(rest, "/"), "/")
	switch {
	case !ok:
	case rest == "":
		return "Services", ""
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
		"GET Services/PhoneNumbers/": {"services.number", http.StatusOK, s.fetchServiceNumber},
		"GET Services/Usa2p":         {"services.campaigns", http.StatusOK, s.listCampaigns},
	}
}
