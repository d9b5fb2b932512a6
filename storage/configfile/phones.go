package configfile

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// Phones say which numbers people may link in chat.
type Phones struct {
	Countries []string // of two letters, such as "US"; empty: every country
}

// phoneForm is how a number is written, and phoneRemedy how to do that.
var phoneForm = regexp.MustCompile(`^\+[0-9 ()./-]+$`)

const phoneRemedy = "Write + and the country code, for example +16175550101."

// Read returns the number that somebody typed, or says why it can't be linked: it
// must exist as far as is known, be a landline's or a mobile's, and of a country that
// is allowed.
func (p Phones) Read(text string) (phone oncall.Phone, problem string) {
	text = strings.TrimSpace(text)
	if !phoneForm.MatchString(text) {
		return "", "That is no phone number. " + phoneRemedy
	}
	n, err := phonenumbers.Parse(text, phonenumbers.UNKNOWN_REGION)
	if err != nil || !phonenumbers.IsPossibleNumber(n) {
		return "", "That is no phone number. " + phoneRemedy
	}
	if doubt := p.doubt(n); doubt != "" {
		return "", "That number can't be linked: it " + doubt + "."
	}
	return oncall.Phone(phonenumbers.Format(n, phonenumbers.E164)), ""
}

// doubt says what is wrong with a possible number, as "is a premium-rate number".
func (p Phones) doubt(n *phonenumbers.PhoneNumber) string {
	region := phonenumbers.GetRegionCodeForNumber(n)
	kind := phonenumbers.GetNumberType(n)
	switch {
	case !phonenumbers.IsValidNumber(n):
		return "is of no range that is in use; check its digits"
	case region == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY:
		return "is a satellite or international service's number, which may cost any amount"
	case !slices.Contains(plainTypes, kind):
		return "is " + typeNames[kind] + ", not a landline's or a mobile's"
	case len(p.Countries) > 0 && !slices.Contains(p.Countries, region):
		return fmt.Sprintf("is of %s, and phones.countries in the configuration allows %s alone", region, strings.Join(p.Countries, ", "))
	}
	return ""
}

// plainTypes are those that a page may go to; the others cost more, or are nobody's.
var plainTypes = []phonenumbers.PhoneNumberType{
	phonenumbers.FIXED_LINE, phonenumbers.MOBILE, phonenumbers.FIXED_LINE_OR_MOBILE, phonenumbers.VOIP,
}

var typeNames = map[phonenumbers.PhoneNumberType]string{
	phonenumbers.PREMIUM_RATE:    "a premium-rate number",
	phonenumbers.SHARED_COST:     "a shared-cost number",
	phonenumbers.TOLL_FREE:       "a toll-free number",
	phonenumbers.PERSONAL_NUMBER: "a personal redirection number",
	phonenumbers.PAGER:           "a pager's number",
	phonenumbers.UAN:             "a company-wide number",
	phonenumbers.VOICEMAIL:       "a voicemail's number",
	phonenumbers.UNKNOWN:         "of an unknown kind",
}

// PhoneFindings tells of numbers in the file that are paged and may not be what was
// meant.
func (c *Config) PhoneFindings() []oncall.Finding {
	var found []oncall.Finding
	people := c.Roster.People
	ids := slices.Sorted(maps.Keys(people))
	for _, id := range ids {
		phone := people[id].Phone
		if phone == "" || people[id].Inactive {
			continue
		}
		path := "people." + string(id) + ".phone"
		n, err := phonenumbers.Parse(string(phone), phonenumbers.UNKNOWN_REGION)
		if err != nil {
			continue // the reader let none of these in
		}
		if doubt := c.Phones.doubt(n); doubt != "" {
			found = append(found, oncall.Finding{Path: path, Text: doubt + "; it is paged all the same"})
		}
		for _, other := range ids {
			if other != id && people[other].Phone == phone && !people[other].Inactive {
				text := fmt.Sprintf("is the phone of %s too (%s): a reply from it may count for either", other, c.Where("people."+string(other)+".phone"))
				found = append(found, oncall.Finding{Path: path, Text: text})
			}
		}
	}
	return found
}

// phones reads which numbers may be linked, and the caps against toll fraud.
func (r *reader) phones(i item) (p Phones, caps oncall.Caps) {
	f := r.fields(i, "phones", "countries", "codes_per_hour", "codes_per_number", "codes_per_day",
		"tests_per_hour", "tests_per_number", "tests_per_day", "pages_per_person", "pages_per_number", "pages_per_day")
	regions := slices.Sorted(maps.Keys(phonenumbers.GetSupportedRegions()))
	for _, i := range r.list(f["countries"].item, "countries", true) {
		t, ok := r.text(i, "a country")
		if code := strings.ToUpper(t.value); ok && slices.Contains(regions, code) {
			p.Countries = append(p.Countries, code)
		} else if ok {
			r.fault(i.at, "write its two letters, such as US or ES", "there is no country %s", t.shown())
		}
	}
	for name, bound := range map[string]*int{
		"codes_per_hour": &caps.Codes.Person, "codes_per_number": &caps.Codes.Number, "codes_per_day": &caps.Codes.Day,
		"tests_per_hour": &caps.Tests.Person, "tests_per_number": &caps.Tests.Number, "tests_per_day": &caps.Tests.Day,
		"pages_per_person": &caps.Pages.Person, "pages_per_number": &caps.Pages.Number, "pages_per_day": &caps.Pages.Day,
	} {
		if f.has(name) {
			*bound = r.number(f[name].item, name, 1)
		}
	}
	return p, caps
}
