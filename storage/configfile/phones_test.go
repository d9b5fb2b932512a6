package configfile_test

import (
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/storage/configfile"
)

func TestS26WhichNumbersMayBeLinked(t *testing.T) {
	anywhere := configfile.Phones{}
	here := configfile.Phones{Countries: []string{"US", "ES"}}
	tests := []struct {
		name   string
		phones configfile.Phones
		text   string
		want   oncall.Phone
		why    string // in the refusal
	}{
		{"E.164", anywhere, "+16175550101", "+16175550101", ""},
		{"blanks, brackets and dashes", anywhere, " +1 (617) 555-0101 ", "+16175550101", ""},
		{"a Spanish mobile", here, "+34 600 12 34 56", "+34600123456", ""},
		{"without a country code", anywhere, "617 555 0101", "", "country code"},
		{"letters", anywhere, "+1-617-555-CALL", "", "no phone number"},
		{"an extension", anywhere, "+1 617 555 0101 ext 5", "", "no phone number"},
		{"too short", anywhere, "+1617555010", "", "no phone number"},
		{"a range that nobody has", anywhere, "+447700900123", "", "no range that is in use"},
		{"premium", anywhere, "+19005550100", "", "premium-rate"},
		{"premium in Spain", here, "+34803123456", "", "premium-rate"},
		{"shared cost", anywhere, "+34902123456", "", "shared-cost"},
		{"toll-free", anywhere, "+18005550100", "", "toll-free"},
		{"satellite", anywhere, "+881612345678", "", "satellite"},
		{"a personal number", anywhere, "+447012345678", "", "redirection"},
		{"another country of the same prefix", here, "+18765550100", "", "JM"},
		{"a country that is not allowed", here, "+33612345678", "", "allows US, ES alone"},
		{"the same where every country is", anywhere, "+33612345678", "+33612345678", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, problem := tt.phones.Read(tt.text)
			if got != tt.want || (problem == "") != (tt.want != "") || !strings.Contains(problem, tt.why) {
				t.Errorf("got %q, %q; want %q, %q", string(got), problem, string(tt.want), tt.why)
			}
		})
	}
}

func TestPhonesOfTheFileThatAreDoubtful(t *testing.T) {
	c, err := configfile.Parse("earshot.yaml", []byte(`people:
  ana: {phone: "+16175550101"}
  ben: {phone: "+1 617 555 0101"}
  cy: {phone: "+19005550100"}
  dina: {phone: "+33612345678"}
  gus: {phone: "+16175550101", inactive: true}
  wes: {phone: "+447700900123"}
teams: {web: {members: [ana]}}
phones: {countries: [us, GB], pages_per_day: 50, codes_per_hour: 3}
`), environment)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range c.PhoneFindings() {
		got = append(got, f.Path+" "+f.Text)
	}
	want := []string{
		"people.ana.phone is the phone of ben too (earshot.yaml:3:9): a reply from it may count for either",
		"people.ben.phone is the phone of ana too (earshot.yaml:2:9): a reply from it may count for either",
		"people.cy.phone is a premium-rate number, not a landline's or a mobile's; it is paged all the same",
		"people.dina.phone is of FR, and phones.countries in the configuration allows US, GB alone; it is paged all the same",
		"people.wes.phone is of no range that is in use; check its digits; it is paged all the same",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if caps := c.Roster.Caps; caps.Pages.Day != 50 || caps.Codes.Person != 3 || caps.Of(oncall.TestSent).Person != 5 {
		t.Errorf("caps = %+v", caps)
	}
}

func TestMistakesInPhones(t *testing.T) {
	tests := []struct{ name, phones, want string }{
		{"a country by its name", "{countries: [Spain]}", `there is no country "Spain"`},
		{"no bound", "{pages_per_day: 0}", `pages_per_day is "0"`},
		{"an unknown key", "{country: [US]}", `unknown key "country"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := configfile.Parse("earshot.yaml", []byte("people: {ana: {}}\nteams: {web: {}}\nphones: "+tt.phones+"\n"), environment)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}
