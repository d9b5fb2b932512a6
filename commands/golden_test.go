package commands

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

var update = flag.Bool("update", false, "write the golden files anew")

// A talk is what people said one after the other, with all that came of it.
type talk struct {
	t    *testing.T
	desk *desk
	text strings.Builder
}

func newTalk(t *testing.T) *talk {
	t.Helper()
	k := &talk{t: t, desk: newDesk(t)}
	return k
}

// says has somebody say something in platform's channel.
func (k *talk) says(person oncall.PersonID, words string) Reply {
	k.t.Helper()
	return k.asks(from(person, words))
}

// asks has a request carried out and writes down what came of it.
func (k *talk) asks(r Request) Reply {
	k.t.Helper()
	rows, letters := len(k.desk.rows), len(k.desk.letters)
	reply := k.desk.run(k.t, r)
	ok := "no "
	if reply.OK {
		ok = "ok "
	}
	who := string(r.By.Person)
	if who == "" {
		who = r.By.Name
	}
	fmt.Fprintf(&k.text, "%s> %s\n", who, r.Text)
	for i, line := range strings.Split(reply.String(), "\n") {
		fmt.Fprintf(&k.text, "%s %s\n", []string{ok, "   "}[min(i, 1)], line)
	}
	if reply.Field != "" {
		fmt.Fprintf(&k.text, "    at the field %s\n", reply.Field)
	}
	k.offers(reply.Offers)
	if f := reply.Form; f != nil {
		fmt.Fprintf(&k.text, "    form %q: %s [%s] %s\n", f.Title, f.Words, f.Submit, f.Note)
		for _, field := range f.Fields {
			fmt.Fprintf(&k.text, "      %s %q (%s) = %q %s %v\n", field.Name, field.Label, field.Kind, field.Value, field.Hint, field.Options)
		}
	}
	for _, l := range k.desk.letters[letters:] {
		to := "#" + string(l.Team)
		if l.To != "" {
			to = "@" + string(l.To)
		}
		if l.Key != "" {
			to += " (" + l.Key + ")"
		}
		fmt.Fprintf(&k.text, "    letter to %s: %s\n", to, strings.Join(append([]string{l.Text}, l.Lines...), " / "))
		k.offers(l.Offers)
	}
	for _, r := range k.desk.rows[rows:] {
		fmt.Fprintf(&k.text, "    audit: %s %s (%s): %s: %s -> %s\n", r.Team, r.By, r.From, r.What, r.Before, r.After)
	}
	return reply
}

func (k *talk) offers(offers []oncall.Offer) {
	for _, o := range offers {
		fmt.Fprintf(&k.text, "    [%s] %s\n", o.Label, o.Words)
	}
}

// later lets time pass.
func (k *talk) later(d time.Duration) {
	k.desk.now = k.desk.now.Add(d)
	fmt.Fprintf(&k.text, "-- %s later\n", oncall.FormatDuration(d))
}

// stranger is somebody whom no file knows.
func stranger(words string) Request {
	return Request{Text: words, By: incident.Actor{Name: "mallory"}, Source: "slack", Team: "platform"}
}

// is compares all that was said with a golden file.
func (k *talk) is(name string) {
	k.t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.MkdirAll("testdata", 0o750); err != nil {
			k.t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(k.text.String()), 0o600); err != nil {
			k.t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		k.t.Fatal(err)
	}
	if got := k.text.String(); got != string(want) {
		k.t.Errorf("%s differs; look at it and run go test ./commands -update\n%s", file, got)
	}
}
