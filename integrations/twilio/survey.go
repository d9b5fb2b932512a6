package twilio

import (
	"context"
	"net/http"
	"slices"
	"strings"

	api "github.com/twilio/twilio-go/rest/api/v2010"
	messaging "github.com/twilio/twilio-go/rest/messaging/v1"

	"github.com/earshot-oncall/earshot/integrations/breaker"
)

// mostServices bounds how many messaging services are asked whether our number is
// theirs.
const mostServices = 20

// mostNumbers bounds how many numbers of a messaging service are looked at.
const mostNumbers = 100

// verified is the status of a campaign under which carriers take messages.
const verified = "VERIFIED"

// Survey looks at the account, at each of our senders and, where Twilio tells, at
// their registration for the United States. It returns what is to be mended, each in
// one line.
func (c *Client) Survey(ctx context.Context) []string {
	if err := c.Check(ctx); err != nil {
		return []string{err.Error()}
	}
	senders, err := ParseSenders(c.opts.From)
	if err != nil {
		return []string{"TWILIO_FROM_NUMBER: " + err.Error()}
	}
	var found []string
	if senders.Service != "" {
		found = append(found, c.surveyService(ctx, senders.Service)...)
	}
	for _, number := range senders.Numbers {
		name := "TWILIO_FROM_NUMBER"
		if len(senders.Numbers) > 1 || senders.Service != "" {
			name += " (the one that ends in " + number[len(number)-4:] + ")"
		}
		found = append(found, c.surveyNumber(ctx, name, number, senders.Service == "")...)
	}
	if len(senders.Numbers) == 0 {
		found = append(found, "TWILIO_FROM_NUMBER names no number that can call: add one beside the messaging service")
	}
	return found
}

// surveyNumber looks at one number, which has to send SMS only where no service does.
func (c *Client) surveyNumber(ctx context.Context, name, number string, sms bool) []string {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	service, w := c.dial(ctx)
	page, err := service.PageIncomingPhoneNumber((&api.ListIncomingPhoneNumberParams{}).SetPhoneNumber(number), "", "")
	if err != nil {
		f := w.fault("request", err)
		c.opts.Observe("numbers", breaker.Outcome(f.Fault))
		return []string{"look at " + name + ": " + f.Error()}
	}
	c.opts.Observe("numbers", "ok")
	i := slices.IndexFunc(page.IncomingPhoneNumbers, func(n api.ApiV2010IncomingPhoneNumber) bool { return value(n.PhoneNumber) == number })
	if i < 0 {
		return []string{name + " is not a number of the account: name one that is"}
	}
	var found []string
	can := value(page.IncomingPhoneNumbers[i].Capabilities)
	if sms && !can.Sms {
		found = append(found, name+" can't send SMS: name a number that can")
	}
	if !can.Voice {
		found = append(found, name+" can't call: name a number that can")
	}
	if !sms || !can.Sms || !longCode(number) {
		return found
	}
	status, told := c.campaign(ctx, value(page.IncomingPhoneNumbers[i].Sid))
	return append(found, unregistered(name, status, told)...)
}

// surveyService looks at a messaging service and the numbers that it has.
func (c *Client) surveyService(ctx context.Context, sid string) []string {
	const name = "the messaging service of TWILIO_FROM_NUMBER"
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	_, w := c.dial(ctx)
	service := messaging.NewApiService(c.handler(w))
	page, err := service.PagePhoneNumber(sid, (&messaging.ListPhoneNumberParams{}).SetPageSize(mostNumbers), "", "")
	switch {
	case err != nil && w.status == http.StatusNotFound:
		return []string{name + " is not one of the account's: name one that is"}
	case err != nil:
		f := w.fault("request", err)
		c.opts.Observe("numbers", breaker.Outcome(f.Fault))
		return []string{"look at " + name + ": " + f.Error()}
	}
	c.opts.Observe("numbers", "ok")
	if len(page.PhoneNumbers) == 0 {
		return []string{name + " has no number: add one to it"}
	}
	if !slices.ContainsFunc(page.PhoneNumbers, func(n messaging.MessagingV1PhoneNumber) bool { return longCode(value(n.PhoneNumber)) }) {
		return nil
	}
	status, told := campaignOf(service, sid)
	return unregistered(name, status, told)
}

// unregistered says what is wrong with the registration of a sender.
func unregistered(name, status string, told bool) []string {
	switch {
	case !told, status == verified:
		return nil
	case status == "":
		return []string{name + " has no A2P 10DLC campaign: carriers in the United States filter its SMS; register one"}
	}
	return []string{"the A2P 10DLC campaign of " + name + " is " + oneLine(status) + ", not " + verified +
		": carriers in the United States filter its SMS until it is"}
}

// campaign returns the status of the registration under which a number sends to
// the United States; none where its messaging service has no campaign. Where the
// number is in no service, or Twilio doesn't say, nothing is told.
func (c *Client) campaign(ctx context.Context, number string) (status string, told bool) {
	_, w := c.dial(ctx)
	service := messaging.NewApiService(c.handler(w))
	page, err := service.PageService((&messaging.ListServiceParams{}).SetPageSize(mostServices), "", "")
	if err != nil {
		return "", false
	}
	for _, s := range page.Services {
		if _, err := service.FetchPhoneNumber(value(s.Sid), number); err == nil {
			return campaignOf(service, value(s.Sid))
		}
	}
	return "", false
}

// campaignOf is campaign for the numbers of a service.
func campaignOf(service *messaging.ApiService, sid string) (status string, told bool) {
	campaigns, err := service.PageUsAppToPerson(sid, nil, "", "")
	if err != nil {
		return "", false
	}
	for _, one := range campaigns.Compliance {
		if status = value(one.CampaignStatus); status == verified {
			break
		}
	}
	return status, true
}

// longCode reports whether a number is an ordinary one of North America, of which
// carriers want a registration: not elsewhere's, no short code and not toll-free.
func longCode(number string) bool {
	area, ok := strings.CutPrefix(number, "+1")
	if !ok || len(area) != 10 {
		return false
	}
	switch area[:3] {
	case "800", "833", "844", "855", "866", "877", "888":
		return false
	}
	return true
}
