package configfile

import (
	"cmp"
	"slices"
	"strings"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// readPeople reads everybody and refuses chat identities that two people share,
// since a click must be one person's.
func (r *reader) readPeople(members []member) map[oncall.PersonID]oncall.Person {
	people := make(map[oncall.PersonID]oncall.Person, len(members))
	owners := map[string]string{}
	for _, m := range members {
		r.named(m, "person")
		f := r.fields(m.item, "person "+m.name, "name", "slack", "discord", "phone", "email", "timezone", "paging", "paging_when", "inactive")
		p := oncall.Person{
			ID:       oncall.PersonID(m.name),
			Name:     r.word(f["name"].item, "name"),
			Slack:    r.identity(f["slack"], m.name, owners),
			Discord:  r.identity(f["discord"], m.name, owners),
			Phone:    r.phone(f["phone"].item),
			Email:    r.email(f["email"].item),
			Zone:     r.location(f["timezone"].item, "timezone", r.zone),
			Paging:   r.steps(f["paging"].item, "paging"),
			Inactive: r.flag(f["inactive"].item, "inactive"),
		}
		for _, i := range r.list(f["paging_when"].item, "paging_when", false) {
			p.When = append(p.When, r.pagingWindow(i))
		}
		people[p.ID] = p
	}
	return people
}

func (r *reader) identity(m member, owner string, owners map[string]string) string {
	t, ok := r.text(m.item, m.name)
	if !ok {
		return ""
	}
	id := m.name + " " + t.value
	if other, taken := owners[id]; taken {
		r.fault(m.at, "give each person their own", "%s %s belongs to %s already", m.name, t.shown(), other)
	}
	owners[id] = owner
	return t.value
}

// steps reads a personal paging policy, in order of after.
func (r *reader) steps(i item, what string) []oncall.Step {
	var steps []oncall.Step
	for _, i := range r.list(i, what, false) {
		f := r.fields(i, "a step of "+what, "after", "via", "every", "times")
		s := oncall.Step{Via: oncall.Method(r.choice(f["via"].item, "via", string(oncall.Chat), string(oncall.SMS), string(oncall.Voice)))}
		if !f.has("via") {
			r.fault(i.at, "add via: chat, sms or voice", "this step does not say how to page")
		}
		s.After, _ = r.duration(f["after"].item, "after", true)
		s.Every, _ = r.duration(f["every"].item, "every", true)
		if f.has("times") {
			s.Times = r.number(f["times"].item, "times", 1)
			if !f.has("every") {
				r.fault(f["times"].key, "add every, such as every: 5m", "times without every repeats nothing")
			}
		}
		steps = append(steps, s)
	}
	slices.SortStableFunc(steps, func(a, b oncall.Step) int { return cmp.Compare(a.After, b.After) })
	return steps
}

func (r *reader) pagingWindow(i item) oncall.PagingWindow {
	f := r.fields(i, "a window of paging_when", "days", "from", "to", "steps")
	w := oncall.PagingWindow{Hours: r.hours(i, f), Steps: r.steps(f["steps"].item, "steps")}
	if !f.has("steps") {
		r.fault(i.at, "add steps: [{after: 0s, via: chat}]", "this window does not say how to page")
	}
	return w
}

// window reads one restriction of a layer.
func (r *reader) window(i item) oncall.Window {
	return r.hours(i, r.fields(i, "a window of hours", "days", "from", "to"))
}

// hours reads the times of a window: {days, from, to}, or a span between two
// moments of the week.
func (r *reader) hours(i item, f fields) (w oncall.Window) {
	from, fromOK := r.text(f["from"].item, "from")
	to, toOK := r.text(f["to"].item, "to")
	if i.missing() || !f.has("from") || !f.has("to") {
		r.fault(i.at, `write from: "09:00", to: "17:00"`, "this window lacks from or to")
		return w
	}
	if !fromOK || !toOK {
		return w
	}
	w.Span = strings.Contains(strings.TrimSpace(from.value), " ")
	if w.Span != strings.Contains(strings.TrimSpace(to.value), " ") {
		r.fault(from.at, `write a day in both, as in from: "fri 17:00", to: "mon 09:00", or in none`, "from %s and to %s don't fit together", from.shown(), to.shown())
		return w
	}
	if !w.Span {
		w.From, w.To = r.clock(from), r.clock(to)
		for _, d := range r.list(f["days"].item, "days", true) {
			w.Days = append(w.Days, r.weekday(d)...)
		}
		return w
	}
	if f.has("days") {
		r.fault(f["days"].key, "take out days, or the days in from and to", "days beside a span of the week")
	}
	w.FromDay, w.From = r.weekdayClock(from)
	w.ToDay, w.To = r.weekdayClock(to)
	return w
}
