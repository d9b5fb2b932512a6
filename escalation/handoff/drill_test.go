package handoff

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// drilled has a person's test asked for now, by those ways.
func (w *world) drilled(id oncall.PersonID, ways ...oncall.Method) {
	d := oncall.Drill{ID: "12", Person: id, Made: w.now}
	for _, via := range ways {
		d.Ways = append(d.Ways, oncall.DrillWay{Via: via, State: oncall.DrillQueued, At: w.now})
	}
	w.write(func(b oncall.Book) oncall.Book { return b.WithDrill(d) })
}

// news has something come back of the test.
func (w *world) news(id oncall.PersonID, via oncall.Method, state oncall.DrillState, words string) {
	w.write(func(b oncall.Book) oncall.Book {
		b, _ = b.Drilled(oncall.DrillNews{Drill: "12", Person: id, Via: via, State: state, Words: words}, w.now)
		return b
	})
}

// write has somebody else change the book.
func (w *world) write(change func(oncall.Book) oncall.Book) {
	w.store.mu.Lock()
	defer w.store.mu.Unlock()
	w.book = change(w.book)
	w.book.Version++
}

// said is what one person was told, in order, without what began.
func (w *world) said(id oncall.PersonID) []string {
	w.office.mu.Lock()
	defer w.office.mu.Unlock()
	got := slices.DeleteFunc(slices.Clone(w.got), func(s oncall.Sending) bool { return s.Letter.To != id })
	slices.SortStableFunc(got, func(a, b oncall.Sending) int { return int(a.Version - b.Version) })
	var texts []string
	for _, s := range got {
		texts = append(texts, s.Letter.Text)
	}
	return texts
}

func TestWhatComesBackOfATestIsOneMessageThatIsEdited(t *testing.T) {
	w := newWorld(t)
	one, other := w.desk(), w.desk()
	start := w.now
	w.pass(t, one, start)
	w.drilled("ana", oncall.Chat, oncall.SMS)
	w.pass(t, one, start)
	w.pass(t, other, start)
	w.news("ana", oncall.Chat, oncall.DrillDelivered, "")
	w.pass(t, other, start.Add(time.Second))
	w.now = start.Add(3 * time.Second)
	w.news("ana", oncall.SMS, oncall.DrillSent, "")
	w.pass(t, one, start.Add(3*time.Second))
	w.pass(t, one, start.Add(oncall.DrillTime-time.Second))
	w.pass(t, one, start.Add(oncall.DrillTime))
	w.pass(t, other, start.Add(oncall.DrillTime+time.Minute))
	want := []string{
		"Test of 15:00: chat on its way, SMS on its way.",
		"Test of 15:00: chat delivered, SMS on its way.",
		"Test of 15:00: chat delivered, SMS sent.",
		"Test of 15:00: chat delivered, SMS sent: no receipt within 3 minutes.",
	}
	if got := w.said("ana"); !slices.Equal(got, want) {
		t.Errorf("told:\n%s", strings.Join(got, "\n"))
	}
	for _, s := range w.got {
		if s.Letter.To == "ana" && s.Letter.Key != "drill 12" {
			t.Errorf("a message of its own: %+v", s.Letter)
		}
	}
	w.news("ana", oncall.SMS, oncall.DrillAnswered, "")
	w.pass(t, one, start.Add(oncall.DrillTime+2*time.Minute))
	if got := w.said("ana"); len(got) != 5 || !strings.Contains(got[4], "SMS answered") {
		t.Errorf("a late answer is not shown: %q", got)
	}
}

func TestWhoHasNoChatIsToldOfATestOnceAtTheEnd(t *testing.T) {
	tests := []struct {
		name  string
		voice oncall.DrillState
		words string
		ends  time.Duration
		want  string
	}{
		{"when all is answered", oncall.DrillAnswered, "with 4", 5 * time.Second, "Test of 09:00: SMS answered after 5s, call answered with 4 after 5s."},
		{"voicemail answered nothing", oncall.DrillFailed, "call answered by nobody, or by voicemail", 5 * time.Second,
			"Test of 09:00: SMS answered after 5s, call answered by nobody, or by voicemail."},
		{"when nothing more came for 3 minutes", oncall.DrillSent, "", oncall.DrillTime, "Test of 09:00: SMS answered after 5s, call sent: no receipt within 3 minutes."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			one, other := w.desk(), w.desk()
			start := w.now
			w.drilled("hal", oncall.SMS, oncall.Voice)
			w.pass(t, one, start)
			w.now = start.Add(5 * time.Second)
			w.news("hal", oncall.SMS, oncall.DrillAnswered, "")
			w.news("hal", oncall.Voice, tt.voice, tt.words)
			w.pass(t, one, start.Add(tt.ends-time.Second))
			if got := w.said("hal"); tt.ends == oncall.DrillTime && len(got) > 0 {
				t.Errorf("told before the end: %q", got)
			}
			w.pass(t, other, start.Add(tt.ends))
			w.pass(t, one, start.Add(time.Hour))
			if got := w.said("hal"); !slices.Equal(got, []string{tt.want}) {
				t.Errorf("told %q, want %q", got, tt.want)
			}
		})
	}
}

// TestProgramsThatDieTellOfATestOnce kills two instances at some of their steps.
func TestProgramsThatDieTellOfATestOnce(t *testing.T) {
	for seed := range uint64(30) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			w := newWorld(t)
			desks := []*Desk{w.desk(), w.desk()}
			start := w.now
			w.drilled("hal", oncall.SMS)
			w.dies = deaths(seed)
			for i := range 10 {
				w.rival = func() { _ = desks[(i+1)%2].Pass(t.Context()) }
				w.pass(t, desks[i%2], start.Add(time.Duration(i)*30*time.Second))
			}
			w.dies, w.rival = nil, nil
			w.pass(t, desks[0], start.Add(time.Hour/2))
			if got := w.said("hal"); len(got) != 1 || len(w.letters) > 0 {
				t.Errorf("told %q, and %d letters are left", got, len(w.letters))
			}
		})
	}
}
