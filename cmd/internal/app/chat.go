package app

import (
	"context"
	"errors"
	"log/slog"
	"strings"

	"github.com/earshot-oncall/earshot/bot/discord"
	"github.com/earshot-oncall/earshot/bot/slack"
	"github.com/earshot-oncall/earshot/escalation"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// chat is the platforms that are set up: each may be nil. A person of both is told in
// Slack, and in Discord where Slack fails; a team of both, in both channels.
type chat struct {
	slack   *slack.Client
	discord *discord.Client
	log     *slog.Logger
}

// A platform is one chat, as far as pages and letters go.
type platform interface {
	escalation.Pager
	Deliver(context.Context, oncall.Sending, oncall.Roster) (ref string, err error)
}

var errNoChat = &incident.Fault{Reason: "no chat is set up"}

// up reports whether there is any.
func (c chat) up() bool { return c.slack != nil || c.discord != nil }

// any is the platform to ask where none fits: it says what is missing.
func (c chat) any() platform {
	if c.slack != nil {
		return c.slack
	}
	return c.discord
}

// of are the platforms on which a person has an account.
func (c chat) of(p oncall.Person) (all []platform) {
	if c.slack != nil && p.Slack != "" {
		all = append(all, c.slack)
	}
	if c.discord != nil && p.Discord != "" {
		all = append(all, c.discord)
	}
	return all
}

// in are the platforms on which a team has a channel, or what a letter keeps there.
func (c chat) in(t oncall.Team, show oncall.Showing) (all []platform) {
	if c.slack != nil && (t.SlackChannel != "" || show == oncall.ShowGroup && t.Announce.Usergroup != "") {
		all = append(all, c.slack)
	}
	if c.discord != nil && t.DiscordChannel != "" {
		all = append(all, c.discord)
	}
	return all
}

// outside are the platforms on which a team's stakeholders have a channel.
func (c chat) outside(t oncall.Team) (all []platform) {
	if c.slack != nil && t.Stakeholders.Slack != "" {
		all = append(all, c.slack)
	}
	if c.discord != nil && t.Stakeholders.Discord != "" {
		all = append(all, c.discord)
	}
	return all
}

// Page implements escalation.Pager.
func (c chat) Page(ctx context.Context, n incident.Notice) (ref string, receipt bool, err error) {
	if !c.up() {
		return "", false, errNoChat
	}
	everywhere := n.Via == oncall.Channel && len(n.Incidents) > 0
	to := c.of(n.To)
	if everywhere {
		to = c.in(n.Roster.Teams[n.Incidents[0].Team], "")
	}
	if len(to) == 0 {
		return c.any().Page(ctx, n)
	}
	var faults []error
	for _, p := range to {
		at, got, err := p.Page(ctx, n)
		if errors.Is(err, incident.ErrWithdrawn) {
			return ref, receipt, err
		}
		if err != nil {
			faults = append(faults, err)
			continue
		}
		if ref == "" {
			ref, receipt = at, got
		}
		if !everywhere {
			break
		}
	}
	return ref, receipt, c.unless(ctx, ref != "", faults)
}

// Deliver tells a letter: to a person where they are reached first, to a team in each
// of its channels. The message of a key is edited where it stands.
func (c chat) Deliver(ctx context.Context, s oncall.Sending, roster oncall.Roster) (ref string, err error) {
	if !c.up() {
		return "", errNoChat
	}
	everywhere := s.Letter.To == ""
	to := c.of(roster.People[s.Letter.To])
	if everywhere {
		to = c.in(roster.Teams[s.Letter.Team], s.Letter.Show)
	}
	if s.Letter.Stakeholders {
		to = c.outside(roster.Teams[s.Letter.Team])
	}
	if len(to) == 0 {
		return c.any().Deliver(ctx, s, roster)
	}
	known := strings.Fields(s.Ref)
	var (
		refs   []string
		faults []error
		told   bool
	)
	for _, p := range to {
		one := s
		one.Ref = c.its(p, known)
		at, err := p.Deliver(ctx, one, roster)
		if at != "" {
			refs = append(refs, at)
		}
		if err != nil {
			faults = append(faults, err)
			continue
		}
		if told = true; !everywhere {
			break
		}
	}
	// What keeps a place in step may be done again; what was told in one channel is told.
	return strings.Join(refs, " "), c.unless(ctx, told && s.Letter.Show == "", faults)
}

// its is the name of a message that is a platform's own: Discord's are of digits.
func (c chat) its(p platform, refs []string) string {
	for _, ref := range refs {
		if digits := ref[0] >= '0' && ref[0] <= '9'; digits == (p == platform(c.discord)) {
			return ref
		}
	}
	return ""
}

// unless is the fault of all attempts together, or nothing but a line in the log
// where one of them did.
func (c chat) unless(ctx context.Context, done bool, faults []error) error {
	if len(faults) == 0 {
		return nil
	}
	if done {
		c.log.WarnContext(ctx, "told on one platform alone", "err", errors.Join(faults...))
		return nil
	}
	if len(faults) == 1 {
		return faults[0]
	}
	all := &incident.Fault{Down: true}
	for _, err := range faults {
		f, ok := errors.AsType[*incident.Fault](err)
		if !ok {
			return err
		}
		all.Reason = strings.TrimPrefix(all.Reason+"; "+f.Reason, "; ")
		all.Unknown, all.Down = all.Unknown || f.Unknown, all.Down && f.Down
		if f.Retry > 0 && (all.Retry == 0 || f.Retry < all.Retry) {
			all.Retry = f.Retry
		}
		if all.Admin == "" {
			all.Admin = f.Admin
		}
	}
	return all
}

// Tell sends somebody plain words.
func (c chat) Tell(ctx context.Context, to oncall.Person, text string) error {
	err := error(errNoChat)
	if c.slack != nil && to.Slack != "" {
		if err = c.slack.Tell(ctx, to.Slack, text); err == nil {
			return nil
		}
	}
	if c.discord != nil && to.Discord != "" {
		err = c.discord.Tell(ctx, to.Discord, text)
	}
	return err
}
