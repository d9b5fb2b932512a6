package twilio

import (
	"context"
	"strings"

	api "github.com/twilio/twilio-go/rest/api/v2010"
	messaging "github.com/twilio/twilio-go/rest/messaging/v1"
)

// mostServices bounds how many messaging services are asked whether our number is
// theirs.
const mostServices = 20

// verified is the status of a campaign under which carriers take messages.
const verified = "VERIFIED"

// Survey looks at the account, the number that we send from and, where Twilio
// tells, its registration for the United States. It returns what is to be mended,
// each in one line.
func (c *Client) Survey(ctx context.Context) []string {
	if err := c.Check(ctx); err != nil {
		return []string{err.Error()}
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	service, w := c.dial(ctx)
	params := (&api.ListIncomingPhoneNumberParams{}).SetPhoneNumber(c.opts.From)
	page, err := service.PageIncomingPhoneNumber(params, "", "")
	if err != nil {
		f := w.fault("request", err)
		c.opts.Observe("numbers", result(f))
		return []string{"look at TWILIO_FROM_NUMBER: " + f.Error()}
	}
	c.opts.Observe("numbers", "ok")
	for _, number := range page.IncomingPhoneNumbers {
		if value(number.PhoneNumber) == c.opts.From {
			return c.surveyNumber(ctx, number)
		}
	}
	return []string{"TWILIO_FROM_NUMBER is not a number of the account: name one that is"}
}

func (c *Client) surveyNumber(ctx context.Context, number api.ApiV2010IncomingPhoneNumber) []string {
	var found []string
	can := value(number.Capabilities)
	if !can.Sms {
		found = append(found, "TWILIO_FROM_NUMBER can't send SMS: name a number that can")
	}
	if !can.Voice {
		found = append(found, "TWILIO_FROM_NUMBER can't call: name a number that can")
	}
	if !can.Sms || !longCode(c.opts.From) {
		return found
	}
	switch status, told := c.campaign(ctx, value(number.Sid)); {
	case !told, status == verified:
	case status == "":
		found = append(found, "TWILIO_FROM_NUMBER has no A2P 10DLC campaign: carriers in the United States filter its SMS; register one")
	default:
		found = append(found, "the A2P 10DLC campaign of TWILIO_FROM_NUMBER is "+oneLine(status)+", not "+verified+
			": carriers in the United States filter its SMS until it is")
	}
	return found
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
		sid := value(s.Sid)
		if _, err := service.FetchPhoneNumber(sid, number); err != nil {
			continue
		}
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
	return "", false
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
