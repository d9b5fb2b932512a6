package configfile

import (
	"math"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/nyaruka/phonenumbers"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// word reads a single value as it is; empty where there is none.
func (r *reader) word(i item, what string) string {
	t, _ := r.text(i, what)
	return t.value
}

// choice reads one of a few words.
func (r *reader) choice(i item, what string, words ...string) string {
	t, ok := r.text(i, what)
	if !ok || slices.Contains(words, t.value) {
		return t.value
	}
	r.fault(i.at, nearest(t.node.Value, words, ""), "%s can't be %s", what, t.shown())
	return ""
}

// duration reads a duration of at least least, or 0s where zero is set.
func (r *reader) duration(i item, what string, zero bool) (d time.Duration, ok bool) {
	t, ok := r.text(i, what)
	if !ok {
		return 0, false
	}
	d, err := oncall.ParseDuration(t.value)
	switch {
	case err != nil:
		r.fault(i.at, "write a number with a unit: 90s, 10m, 12h, 1d, 2w", "%s: %s", what, t.wrong("duration", err))
	case d == 0 && zero, d >= time.Second:
		return d, true
	case zero:
		r.fault(i.at, "write 0s, or 1s or more", "%s is %s, which is shorter than 1s", what, t.shown())
	default:
		r.fault(i.at, "write 1s or more", "%s is %s, which is shorter than 1s", what, t.shown())
	}
	return 0, false
}

// flag reads true or false.
func (r *reader) flag(i item, what string) bool {
	return r.choice(i, what, "true", "false") == "true"
}

// number reads a whole number from least on.
func (r *reader) number(i item, what string, least int) int {
	t, ok := r.text(i, what)
	if !ok {
		return least
	}
	n, err := strconv.Atoi(t.value)
	if err != nil || n < least || n > math.MaxInt32 {
		r.fault(i.at, "write a whole number from "+strconv.Itoa(least)+" on", "%s is %s", what, t.shown())
		return least
	}
	return n
}

// location reads a time zone; otherwise where there is none.
func (r *reader) location(i item, what string, otherwise *time.Location) *time.Location {
	t, ok := r.text(i, what)
	if !ok {
		return otherwise
	}
	zone, err := time.LoadLocation(t.value)
	if err != nil || t.value == "" || t.value == "Local" {
		remedy := nearest(t.node.Value, knownZones, "")
		if !strings.HasPrefix(remedy, "did") {
			remedy = "write a zone of the IANA database, such as Europe/Madrid or UTC"
		}
		r.fault(i.at, remedy, "%s: there is no time zone %s", what, t.shown())
		return otherwise
	}
	return zone
}

// wall reads a moment on the zone's wall clock.
func (r *reader) wall(i item, what string, zone *time.Location) (w oncall.Wall, ok bool) {
	t, ok := r.text(i, what)
	if !ok {
		return w, false
	}
	w, err := oncall.ParseWall(t.value, zone)
	if err != nil {
		r.fault(i.at, "write it like 2026-01-05T09:00, with an offset or Z if you like", "%s: %s", what, t.wrong("time", err))
	}
	return w, err == nil
}

// instant reads a moment.
func (r *reader) instant(i item, what string, zone *time.Location) (at time.Time, ok bool) {
	t, ok := r.text(i, what)
	if !ok {
		return at, false
	}
	at, err := oncall.ParseInstant(t.value, zone)
	if err != nil {
		r.fault(i.at, "write it like 2026-01-05T09:00, with an offset or Z if you like", "%s: %s", what, t.wrong("time", err))
	}
	return at, err == nil
}

// phone reads a number in E.164 form; blanks, dots, dashes and brackets in it
// are forgiven.
func (r *reader) phone(i item) oncall.Phone {
	t, ok := r.text(i, "phone")
	if !ok {
		return ""
	}
	n, err := phonenumbers.Parse(t.value, phonenumbers.UNKNOWN_REGION)
	plain := regexp.MustCompile(`^\+[0-9 ().-]+$`).MatchString(t.value)
	if err != nil || !plain || !phonenumbers.IsPossibleNumber(n) {
		r.fault(i.at, `write + and the country code: "+16175550101"`, "this is no phone number")
		return ""
	}
	return oncall.Phone(phonenumbers.Format(n, phonenumbers.E164))
}

// email reads one plain address.
func (r *reader) email(i item) string {
	t, ok := r.text(i, "email")
	if !ok {
		return ""
	}
	if a, err := mail.ParseAddress(t.value); err != nil || a.Address != t.value {
		r.fault(i.at, "write it like ana@example.com", "email %s is no address", t.shown())
		return ""
	}
	return t.value
}

// address reads the address of a site.
func (r *reader) address(i item, what string) string {
	t, ok := r.text(i, what)
	if !ok {
		return ""
	}
	u, err := url.Parse(t.value)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		r.fault(i.at, "write it like https://oncall.example.com", "%s is %s, which is no address of a site", what, t.shown())
		return ""
	}
	return strings.TrimSuffix(t.value, "/")
}

// knownZones serve to advise on a misspelt one; any zone of the database is taken.
var knownZones = []string{
	"Africa/Cairo", "Africa/Johannesburg", "Africa/Lagos", "Africa/Nairobi", "America/Anchorage",
	"America/Argentina/Buenos_Aires", "America/Bogota", "America/Chicago", "America/Denver", "America/Halifax",
	"America/Lima", "America/Los_Angeles", "America/Mexico_City", "America/New_York", "America/Phoenix",
	"America/Santiago", "America/Sao_Paulo", "America/St_Johns", "America/Toronto", "America/Vancouver",
	"Asia/Bangkok", "Asia/Dhaka", "Asia/Dubai", "Asia/Ho_Chi_Minh", "Asia/Hong_Kong", "Asia/Jakarta",
	"Asia/Jerusalem", "Asia/Karachi", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Manila", "Asia/Seoul",
	"Asia/Shanghai", "Asia/Singapore", "Asia/Taipei", "Asia/Tehran", "Asia/Tokyo", "Atlantic/Reykjavik",
	"Australia/Adelaide", "Australia/Brisbane", "Australia/Melbourne", "Australia/Perth", "Australia/Sydney",
	"Europe/Amsterdam", "Europe/Athens", "Europe/Belgrade", "Europe/Berlin", "Europe/Brussels",
	"Europe/Bucharest", "Europe/Budapest", "Europe/Copenhagen", "Europe/Dublin", "Europe/Helsinki",
	"Europe/Istanbul", "Europe/Kyiv", "Europe/Lisbon", "Europe/London", "Europe/Madrid", "Europe/Moscow",
	"Europe/Oslo", "Europe/Paris", "Europe/Prague", "Europe/Rome", "Europe/Sofia", "Europe/Stockholm",
	"Europe/Vienna", "Europe/Warsaw", "Europe/Zurich", "Pacific/Auckland", "Pacific/Honolulu", "UTC",
}
