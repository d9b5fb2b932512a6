package commands

import (
	"context"
	"strings"

	"github.com/agext/levenshtein"
)

// A word is a first word that people can say.
type word struct {
	head    string // begins a group of words in the list of them
	name    string
	aliases []string
	usage   string
	example string
	help    string
	done    string // what became of several incidents: "Acknowledged"
	changes bool   // for those alone whom may allows
	duty    bool   // about who is on call or paged, with rules of its own for who may
	looks   bool   // changes nothing: for guests too
	hidden  bool   // said by buttons: no line in the list of words
	run     func(turn, context.Context) Reply
	blank   func(turn) Reply // asks with a form that the roster alone is enough for; nil: there is none
}

// words are all that can be said, in the order of help.
func words() []word {
	return []word{
		{
			name: "who", usage: "who [team] [at TIME]", example: "who platform at 18:00",
			help: "who is on call now and next, per schedule", looks: true, run: turn.who,
		},
		{
			head: "Incidents:",
			name: "list", usage: "list [team]", example: "list platform",
			help: "the open incidents", looks: true, run: turn.list,
		},
		{
			name: "ack", aliases: []string{"acknowledge"}, usage: "ack ID", example: "ack PLATFORM-42",
			help: "take an incident on; everybody else's pages stop", done: "Acknowledged", changes: true, run: turn.ack,
		},
		{
			name: "unack", aliases: []string{"unacknowledge"}, usage: "unack ID", example: "unack PLATFORM-42",
			help: "give an incident back, or end its snooze: paging starts anew", done: "Given back", changes: true, run: turn.unack,
		},
		{
			name: "resolve", aliases: []string{"close"}, usage: "resolve ID [note]", example: "resolve PLATFORM-42 disk replaced",
			help: "end an incident for good", done: "Resolved", changes: true, run: turn.resolve,
		},
		{
			name: "escalate", usage: "escalate ID", example: "escalate PLATFORM-42",
			help: "page the next tier now", done: "Escalated", changes: true, run: turn.escalate,
		},
		{
			name: "snooze", usage: "snooze ID DURATION", example: "snooze PLATFORM-42 1h",
			help: "silence an incident for a while", changes: true, run: turn.snooze, blank: blankFor(turn.snoozeForm),
		},
		{
			name: "reassign", usage: "reassign ID TEAM|policy:NAME|@person", example: "reassign PLATFORM-42 @ana",
			help: "hand an incident to another team, policy or person", changes: true, run: turn.reassign, blank: blankFor(turn.reassignForm),
		},
		{
			name: "add", usage: "add ID @person", example: "add PLATFORM-42 @ana",
			help: "page one more person", changes: true, run: turn.add, blank: blankFor(turn.addForm),
		},
		{
			name: "note", usage: "note ID text", example: "note PLATFORM-42 the disk is on its way",
			help: "add words to an incident's timeline", changes: true, run: turn.note, blank: blankFor(turn.noteForm),
		},
		{
			name: "room", usage: "room ID", example: "room PLATFORM-42",
			help: "open a channel for a big incident", duty: true, run: turn.room,
		},
		{
			name: "status", usage: "status ID [investigating|identified|monitoring|resolved] [next 30m] text", example: "status PLATFORM-42 identified next 30m a disk is full",
			help: "tell the team's stakeholders how an incident stands", duty: true, run: turn.status, blank: blankFor(turn.firstStatus),
		},
		{
			name: "page", usage: "page @person|TEAM message", example: "page platform checkout answers 500",
			help: "raise an incident by hand; without a message it says who would be paged", duty: true, run: turn.raise, blank: blankRaise,
		},
		{
			name: "heartbeats", aliases: []string{"heartbeat"}, usage: "heartbeats [team]", example: "heartbeats platform",
			help: "who has to be heard of again and again, the last beat and the next deadline", duty: true, looks: true, run: turn.heartbeats,
		},
		{
			head: "Who is on call:",
			name: "override", usage: "override TEAM[/SCHEDULE] @person SPAN", example: "override platform @ana fri 18:00 - sat 9:00",
			help: "put somebody on call for a while; override list, override cancel ID", duty: true, run: turn.override, blank: blankOverride,
		},
		{
			name: "take", usage: "take [TEAM[/SCHEDULE]] for DURATION", example: "take platform for 2h",
			help: "be on call yourself for a while", duty: true, run: turn.take, blank: blankTake,
		},
		{
			name: "next", usage: "next [team]", example: "next platform",
			help: "your own next shifts, and the coming handoffs", duty: true, looks: true, run: turn.nextShifts,
		},
		{
			name: "swap", usage: "swap @person SHIFT [for THEIRS|nothing]", example: "swap @ana fri",
			help: "ask somebody to trade a shift for their next one", duty: true, run: turn.swap, blank: blankSwap,
		},
		{
			name: "cover", usage: "cover SHIFT", example: "cover fri 18:00 - sat 9:00",
			help: "ask the channel for somebody to take a shift of yours", duty: true, run: turn.cover,
		},
		{
			name: "accept", usage: "accept ID", example: "accept 12", hidden: true,
			help: "say yes to a swap", duty: true, run: turn.accept,
		},
		{
			name: "decline", usage: "decline ID", example: "decline 12", hidden: true,
			help: "say no to a swap", duty: true, run: turn.decline,
		},
		{
			name: "volunteer", usage: "volunteer ID", example: "volunteer 12", hidden: true,
			help: "take a shift for which cover is asked", duty: true, run: turn.volunteer,
		},
		{
			name: "withdraw", usage: "withdraw ID", example: "withdraw 12", hidden: true,
			help: "take your question for a swap or for cover back", duty: true, run: turn.withdraw,
		},
		{
			name: "takeover", usage: "takeover ID|TEAM", example: "takeover PLATFORM-42",
			help: "make what somebody else has acknowledged your own", done: "Taken over", changes: true, duty: true, run: turn.takeover,
		},
		{
			name: "leave", usage: "leave TEAM", example: "leave platform", hidden: true,
			help: "after a handoff, leave incidents with whoever has them", duty: true, run: turn.leave,
		},
		{
			name: "maintenance", usage: "maintenance TEAM [integration NAME|route N] SPAN [reason]", example: "maintenance platform for 2h database upgrade",
			help: "alerts are stored and posted, nobody is paged; maintenance list, maintenance end ID", duty: true, run: turn.maintenance,
		},
		{
			name: "gaps", usage: "gaps [team]", example: "gaps platform",
			help: "when nobody is on call in the next 30 days", duty: true, looks: true, run: turn.gaps,
		},
		{
			name: "explain", usage: "explain ID|TEAM", example: "explain PLATFORM-42",
			help: "who was paged, or would be, and why", duty: true, looks: true, run: turn.explain,
		},
		{
			name: "writeup", usage: "writeup ID", example: "writeup PLATFORM-42",
			help: "all that happened to an incident, as a Markdown file in its thread", duty: true, run: turn.writeup,
		},
		{
			name: "mark", usage: "mark ID", example: "mark PLATFORM-42", hidden: true,
			help: "put a message of the chat on an incident's timeline", changes: true, duty: true, run: turn.mark,
		},
		{
			name: "report", usage: "report [team] [7d]", example: "report platform 7d",
			help: "figures and a chart of the last days: how many, how fast, who was woken", duty: true, looks: true, run: turn.report,
		},
		{
			name: "undo", usage: "undo ID", example: "undo 12", hidden: true,
			help: "take a change back that was just made", duty: true, run: turn.undo,
		},
		{
			name: "audit", usage: "audit [team]", example: "audit platform",
			help: "who changed what, and when", duty: true, run: turn.audit,
		},
		{
			head: "Yourself, and the words:",
			name: "me", usage: "me [paging …|lead 2h|calendar [revoke]|reset]", example: "me lead 2h",
			help: "your own paging, phone, shifts, reminders and calendar", duty: true, run: turn.me, blank: blankMe,
		},
		{
			name: "phone", usage: "phone [+NUMBER [call]|remove]", example: "phone +16175550101",
			help: "your phone, or another one: a code is sent to it", duty: true, run: turn.phone, blank: blankPhone,
		},
		{
			name: "verify", usage: "verify CODE", example: "verify 123456",
			help: "link the phone to which that code was sent", duty: true, run: turn.verify, blank: blankVerify,
		},
		{
			name: "test", usage: "test me", example: "test me",
			help: "page yourself by every way at once, and see what comes back", duty: true, run: turn.test,
		},
		{
			name: "here", usage: "here", example: "here", hidden: true,
			help: "say that a test page reached you, or that you are there for your shift", duty: true, run: turn.here,
		},
		{
			name: "help", aliases: []string{"?"}, usage: "help [word]", example: "help ack",
			help: "the words, or one of them in full", looks: true, run: turn.helping,
		},
	}
}

// find returns the word that is spelled so, in any case.
func find(s string) (word, bool) {
	for _, w := range words() {
		for _, name := range append([]string{w.name}, w.aliases...) {
			if strings.EqualFold(name, s) {
				return w, true
			}
		}
	}
	return word{}, false
}

// nearest returns the word that was probably meant.
func nearest(s string) (word, bool) {
	s = strings.ToLower(s)
	var best word
	least := len(s)
	for _, w := range words() {
		for _, name := range append([]string{w.name}, w.aliases...) {
			if len(s) > 1 && strings.HasPrefix(name, s) {
				return w, true
			}
			if d := levenshtein.Distance(s, name, nil); d < least {
				best, least = w, d
			}
		}
	}
	return best, best.name != "" && least <= 2
}

// unknown answers a wrong word with the nearest right one.
func (t turn) unknown(ctx context.Context, s string) Reply {
	text := "There is no word \"" + tidy(s, 30) + "\"."
	if _, isKey := parseDigits(s); isKey && t.Slots != nil && t.rest != "" {
		return t.codes(ctx, "Nothing is changed: please reply "+tidy(s, 8)+" alone.")
	}
	if w, ok := nearest(s); ok {
		text += " Did you mean \"" + w.name + "\"? For example: " + w.example
	} else {
		text += " \"help\" lists the words."
	}
	if t.Slots != nil {
		return t.codes(ctx, strings.TrimSuffix(text, ".")+".")
	}
	return refuse(text)
}

// helpSMS is all that fits into two messages.
const helpSMS = "An incident's number, then 4 ack, 6 resolve, 5 escalate: 14 acks number 1; 04 acks all, 4 the only one. * lists yours. " +
	"Or say: ack PLATFORM-42, snooze 1 1h, note 1 TEXT, who, help ack. Not your phone? Reply WRONG. No more SMS: STOP."

func (t turn) helping(context.Context) Reply {
	if t.rest == "" {
		if t.Slots != nil {
			return Reply{Text: helpSMS, OK: true}
		}
		reply := Reply{Text: "What you can say:", OK: true}
		for _, w := range words() {
			if w.head != "" {
				reply.Lines = append(reply.Lines, w.head)
			}
			if !w.hidden {
				reply.Lines = append(reply.Lines, w.usage+": "+w.help)
			}
		}
		return reply
	}
	s, _ := cutWord(t.rest)
	w, ok := find(s)
	if !ok {
		if near, ok := nearest(s); ok {
			return refuse("There is no word \"" + tidy(s, 30) + "\". Did you mean \"" + near.name + "\"? For example: help " + near.name)
		}
		return refuse("There is no word \"" + tidy(s, 30) + "\". \"help\" lists the words.")
	}
	return Reply{Text: w.usage + ": " + w.help + ". For example: " + w.example, OK: true}
}
