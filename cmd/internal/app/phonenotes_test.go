package app

import (
	"slices"
	"testing"
)

func TestWhatIsSaidOfPhonesWithoutAskingAnybody(t *testing.T) {
	const two = "people:\n  ana: {slack: U0ANA, paging: [{after: 0s, via: chat}], phone: \"+16175550101\"}\n  hal: {phone: \"+16175550108\"}\nteams: {web: {}}\n"
	const six = "people:\n  a: {phone: \"+16175550101\"}\n  b: {phone: \"+16175550102\"}\n  c: {phone: \"+16175550103\"}\n" +
		"  d: {phone: \"+16175550104\"}\n  e: {phone: \"+16175550105\"}\n  f: {phone: \"+16175550106\"}\nteams: {web: {}}\n"
	const modem = "sms_gateway: {method: GET, url: \"http://10.0.0.7/?to={{digits .To}}&text={{urlquery .Text}}\"}\n"
	account := Settings{PublicURL: "https://oncall.example.com"}
	account.Twilio.AccountSID, account.Twilio.From = "AC1", "+16175550100"
	hidden, own := account, account
	hidden.PublicURL, own.Twilio.From = "", "+16175550100,+16175550108"
	tests := []struct {
		name         string
		settings     Settings
		config       string
		wrong, notes []string
	}{
		{"an account", account, two, nil, nil},
		{"an account that can't reach us", hidden, two, nil, []string{"Twilio: no public URL is set: SMS offer no replies and calls take no key"}},
		{"one whom the file tells how to reach us", hidden, two + "public_url: https://oncall.example.com\n", nil, nil},
		{"a person with a number of ours", own, two, []string{"Twilio: people.hal.phone: Earshot sends from that number, so no page can reach it"}, nil},
		{"no account", Settings{}, two, nil, []string{
			"SMS: nothing is set up that sends them, and steps page by SMS: hal", "calls: no Twilio account is set up, and steps call: hal"}},
		{"a modem", Settings{}, two + modem, nil, []string{"calls: no Twilio account is set up, and steps call: hal"}},
		{"many people", Settings{}, six + modem, nil, []string{"calls: no Twilio account is set up, and steps call: a, b, c, d, e and 1 more"}},
		{"nobody with a phone", hidden, "people: {ana: {slack: U0ANA}}\nteams: {web: {}}\n", nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			config, err := ParseConfig("earshot.yaml", []byte(tt.config))
			if err != nil {
				t.Fatal(err)
			}
			wrong, notes := PhoneRemarks(tt.settings, config)
			if !slices.Equal(wrong, tt.wrong) || !slices.Equal(notes, tt.notes) {
				t.Errorf("wrong %q, notes %q; want %q, %q", wrong, notes, tt.wrong, tt.notes)
			}
		})
	}
}
