package commands

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// Phones is where people link numbers of their own.
type Phones interface {
	// ReadPhone returns the number that somebody typed. A problem, worded for them,
	// says why it can't be linked by anybody.
	ReadPhone(text string) (phone oncall.Phone, problem string)
	// SendCode sends a new code to a number, in place of the person's last. A problem,
	// worded for them, says why it can't be sent.
	SendCode(ctx context.Context, person oncall.PersonID, phone oncall.Phone, via oncall.Method) (problem string, err error)
	// TryCode counts a try at the person's code and says what came of it. The right code
	// is void from then on.
	TryCode(ctx context.Context, person oncall.PersonID, code string) (Proof, error)
	// Proven notes that the person holds a number in their hands: what was wrong with it
	// is over.
	Proven(context.Context, oncall.PersonID, Proof)
}

// A Proof is what came of a try at a code.
type Proof struct {
	Open  bool          // there was a code to be tried
	Left  int           // tries that are left after a wrong one
	Phone oncall.Phone  // the number that is proven; empty: none
	Via   oncall.Method // how its code was sent
}

// tel is a number as Slack writes it where it notices one.
var tel = regexp.MustCompile(`^<tel:([^|>]+)(?:\|[^>]*)?>`)

const takenWords = "That is somebody else's number already. Whoever has it can remove it, or an admin can change the configuration."

// phone shows the speaker's number, sends a code to a new one, or takes it back.
func (t turn) phone(ctx context.Context) Reply {
	if refusal, ok := t.mayLink(); !ok {
		return refusal
	}
	words := strings.Fields(tel.ReplaceAllString(t.rest, "$1"))
	switch {
	case len(words) == 0:
		return t.phoneState(ctx)
	case strings.EqualFold(t.rest, "link"):
		return t.phoneForm()
	}
	via, last := oncall.SMS, words[len(words)-1]
	switch {
	case strings.EqualFold(t.rest, "remove"):
		return t.unlink(ctx)
	case strings.EqualFold(last, "call"):
		via, words = oncall.Voice, words[:len(words)-1]
	case strings.EqualFold(last, "sms"):
		words = words[:len(words)-1]
	}
	phone, problem := t.desk.ReadPhone(strings.Join(words, " "))
	if problem == "" && t.taken(phone) {
		problem = takenWords
	}
	if problem != "" {
		return t.atField("number", problem)
	}
	problem, err := t.desk.SendCode(ctx, t.By.Person, phone, via)
	switch {
	case err != nil:
		return broken(err)
	case problem != "":
		return t.atField("number", problem)
	}
	enter := []oncall.Offer{{Label: "Enter the code", Words: "verify", Style: "primary"}}
	if via == oncall.Voice {
		return Reply{OK: true, Offers: enter, Text: fmt.Sprintf("Earshot calls %s and reads a code. Say verify CODE within 15 minutes; nothing changes before.", phone)}
	}
	return Reply{OK: true, Offers: enter, Text: fmt.Sprintf("A code is on its way to %s. Say verify CODE within 15 minutes; nothing changes before. "+
		"For a landline, put call behind the number: the code is read to you.", phone)}
}

// verify links the number whose code the speaker has.
func (t turn) verify(ctx context.Context) Reply {
	if refusal, ok := t.mayLink(); !ok {
		return refusal
	}
	code := strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, t.rest)
	switch {
	case code == "":
		return t.codeForm()
	case len(code) != 6 || strings.Trim(code, "0123456789") != "":
		return t.wrong("code", "A code has six digits.")
	}
	proof, err := t.desk.TryCode(ctx, t.By.Person, code)
	switch {
	case err != nil:
		return broken(fmt.Errorf("verify: %w", err))
	case !proof.Open:
		return t.atField("code", "No code of yours is open: it was used, is older than 15 minutes, or none was sent. Say phone and your number for a new one.")
	case proof.Phone == "" && proof.Left == 0:
		return t.atField("code", "That is not the code, and there are no tries left: it is void. Say phone and your number for a new one.")
	case proof.Phone == "":
		return t.atField("code", fmt.Sprintf("That is not the code. Tries left: %d.", proof.Left))
	}
	reply := t.rebook(ctx, func(t turn, b oncall.Book) (oncall.Change, Reply) { return t.link(b, proof.Phone) })
	if reply.OK {
		t.desk.Proven(ctx, t.By.Person, proof)
	}
	return reply
}

// link makes a proven number the speaker's, unless somebody else was faster.
func (t turn) link(b oncall.Book, phone oncall.Phone) (oncall.Change, Reply) {
	p, w := t.roster.People[t.By.Person], b.Wishes[t.By.Person]
	switch {
	case t.taken(phone):
		return oncall.Change{}, refuse(takenWords)
	case phone == p.Phone:
		return oncall.Change{}, Reply{OK: true, Text: fmt.Sprintf("%s is your phone, as before, and proven now.", phone)}
	}
	if w.Phone = phone; phone == p.Filed().Phone {
		w.Phone = ""
	}
	return t.wished(b, "verify", w), Reply{OK: true, Text: fmt.Sprintf("%s is your phone now: SMS and calls go there. phone remove takes it back.", phone)}
}

// unlink gives the speaker the file's number again.
func (t turn) unlink(ctx context.Context) Reply {
	return t.rebook(ctx, func(t turn, b oncall.Book) (oncall.Change, Reply) {
		p, w := t.roster.People[t.By.Person], b.Wishes[t.By.Person]
		if w.Phone == "" {
			return oncall.Change{}, Reply{OK: true, Text: "You have linked no phone. What stands in the configuration file is an admin's to change."}
		}
		w.Phone = ""
		now := "You have no phone any more: no SMS and no call reaches you."
		if filed := p.Filed().Phone; filed != "" {
			now = fmt.Sprintf("Your phone is %s again, from the file.", filed)
		}
		return t.wished(b, "phone remove", w), Reply{OK: true, Text: "Removed. " + now}
	})
}

// phoneState says which number is the speaker's, and what to say to change it.
func (t turn) phoneState(ctx context.Context) Reply {
	_, roster, err := t.desk.Book(ctx)
	if err != nil {
		return broken(err)
	}
	t.roster = roster
	text := fmt.Sprintf("Your phone: %s. phone and a number with + links another: a code is sent to it.", t.phoneText())
	if p := t.roster.People[t.By.Person]; p.Linked() || p.Lost() != "" {
		text += " phone remove takes it back."
	}
	reply := Reply{OK: true, Text: text, Offers: []oncall.Offer{{Label: "Link a phone", Words: "phone link", Style: "primary"}}}
	if p := t.roster.People[t.By.Person]; p.Linked() || p.Lost() != "" {
		reply.Offers = append(reply.Offers, oncall.Offer{Label: "Back to the file's", Words: "phone remove"})
	}
	return reply
}

// phoneForm asks for a number.
func (t turn) phoneForm() Reply {
	return t.missing("Which number?", Form{
		Title: "Link a phone", Submit: "Send a code", Words: "phone {number} {via}",
		Note: "Nothing changes before you have typed the code that is sent to it.",
		Fields: []Field{
			{Name: "number", Label: "Your number, with + and the country code", Kind: Line, Hint: "+1 617 555 0199"},
			{Name: "via", Label: "How the code comes", Kind: Choice, Value: "sms", Options: []Option{{"sms", "By SMS"}, {"call", "Read in a call, for a landline"}}},
		},
	})
}

// codeForm asks for the code that was sent.
func (t turn) codeForm() Reply {
	return t.missing("Which code?", Form{
		Title: "Prove your phone", Submit: "Verify", Words: "verify {code}",
		Fields: []Field{{Name: "code", Label: "The six digits that were sent to it", Kind: Line, Hint: "123456"}},
	})
}

// phoneText reads "+1617…01, linked in chat".
func (t turn) phoneText() string {
	p := t.roster.People[t.By.Person]
	switch filed := p.Filed().Phone; {
	case p.Lost() != "" && filed != "":
		return fmt.Sprintf("%s, from the file (%s)", p.Phone, p.Lost())
	case p.Lost() != "":
		return fmt.Sprintf("none (%s)", p.Lost())
	case p.Phone == "":
		return "none"
	case p.Linked() && filed != "":
		return fmt.Sprintf("%s, linked in chat (the file has %s)", p.Phone, filed)
	case p.Linked():
		return p.Phone.String() + ", linked in chat"
	}
	return p.Phone.String() + ", from the file"
}

// mayLink refuses whoever can't have a number of their own, and the phone itself: who
// holds it for a moment must not make it theirs.
func (t turn) mayLink() (refusal Reply, ok bool) {
	switch {
	case t.Source != "slack" && t.Source != "discord":
		return refuse("Phones are linked in chat alone: say it there."), false
	case !t.roster.Active(t.By.Person):
		return refuse("You are not in Earshot's configuration: an admin has to add you there."), false
	}
	return Reply{}, true
}

// taken reports whether a number is somebody else's, now or in the file. One's own is
// not, even where the file gives it to two.
func (t turn) taken(phone oncall.Phone) bool {
	has := func(p oncall.Person) bool { return p.Phone == phone || p.Filed().Phone == phone }
	if has(t.roster.People[t.By.Person]) {
		return false
	}
	return slices.ContainsFunc(slices.Collect(maps.Values(t.roster.People)), has)
}

// phoneMoved tells the speaker in chat, and whoever has the old number, that another
// one is the speaker's: it may not have been them.
func (t turn) phoneMoved(was, is oncall.Phone) []oncall.Letter {
	now, name := "none", t.name(t.By.Person)
	if is != "" {
		now = is.String()
	}
	help := "tell an admin at once"
	if admins := t.names(t.roster.Admins); admins != "" {
		help = "tell " + admins + " at once"
	}
	before := "none"
	if was != "" {
		before = was.String()
	}
	letters := []oncall.Letter{{To: t.By.Person, Text: fmt.Sprintf("Your phone at Earshot is %s from now on; before, it was %s. If that wasn't you, %s.", now, before, help)}}
	if was != "" {
		letters = append(letters, oncall.Letter{
			To: t.By.Person, Via: oncall.SMS, Phone: was,
			Text: fmt.Sprintf("%s is no longer the number of %s at Earshot. If that wasn't you, %s.", was, name, help),
		})
	}
	return letters
}
