package twilio

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/incident"
)

// The keys that a message offers; package commands gives them their meaning.
const (
	keyAck      = "4"
	keyEscalate = "5"
	keyResolve  = "6"
)

// message is the SMS that tells somebody about the incidents, the worst first.
// Slots holds the person's number of each; an incident without one is named in
// the reply that is offered. Without answers nothing is offered, since no reply
// would arrive.
func message(n incident.Notice, slots map[incident.ID]int, answers bool) string {
	if len(n.Incidents) == 0 || !answers {
		return news(n, "")
	}
	worst := n.Incidents[0]
	return news(n, offer(worst, slots[worst.ID], len(n.Incidents)+n.More > 1))
}

// Text is message for whatever takes no replies: they are for the chat.
func Text(n incident.Notice) string { return news(n, "No replies here: acknowledge in chat") }

// Fit is a text as an SMS takes it: one line in the cheapest characters, cut at a word
// where it would need more than two parts.
func Fit(text string) string { return fit("", forSMS(text), "") }

// news tells of the incidents, and at last how to answer.
func news(n incident.Notice, answer string) string {
	if len(n.Incidents) == 0 {
		return ""
	}
	worst := n.Incidents[0]
	head, total := heading(worst), len(n.Incidents)+n.More
	if total > 1 {
		head = fmt.Sprintf("%d incidents, worst %s", total, head)
	}
	if n.Fallback {
		head = "Nobody answered: " + head
	}
	tail := ""
	if answer != "" {
		tail = ". " + forSMS(answer)
	}
	title := sentence(forSMS(worst.Title))
	if title == "" { // then at least whence it comes
		title = "no summary"
		if from := forSMS(worst.Key.Integration); from != "" {
			title = "no summary, from " + from
		}
	}
	return fit(forSMS(head)+": ", title, tail)
}

// heading names an incident and says how bad it is.
func heading(in incident.Incident) string {
	return string(in.ID) + " " + strings.ToUpper(string(in.Severity))
}

// offer says what may be replied.
func offer(in incident.Incident, slot int, bundle bool) string {
	code := func(key string) string { return strconv.Itoa(slot) + key }
	switch {
	case bundle && slot > 0:
		return fmt.Sprintf("Reply 0%s ack all, %s ack %s", keyAck, code(keyAck), in.ID)
	case bundle:
		return fmt.Sprintf("Reply 0%s ack all, or: ack %s", keyAck, in.ID)
	case slot > 0:
		return fmt.Sprintf("Reply %s ack, %s resolve, %s escalate", code(keyAck), code(keyResolve), code(keyEscalate))
	}
	return fmt.Sprintf("Reply: ack %s", in.ID)
}

// answer is a reply by SMS in the words of the commands.
func answer(r commands.Reply) string {
	return Fit(r.Text + " " + strings.Join(r.Lines, "; "))
}
