package twiliofake

import (
	"net/url"
	"testing"
)

func TestAnAccountWithSeveralNumbers(t *testing.T) {
	const second, phone = "+15005550007", "+16175550108"
	s := New(Options{})
	defer s.Close()
	s.AddNumber(second, Number{NoVoice: true, Service: true})
	send := func(form url.Values) error {
		form.Set("To", phone)
		form.Set("Body", "hello")
		_, err := s.createMessage("", form)
		return err
	}
	if err := send(url.Values{"From": {second}}); err != nil {
		t.Errorf("the second number can't send: %v", err)
	}
	if err := send(url.Values{"From": {"+15005550008"}}); err == nil {
		t.Error("a number that is nobody's can send")
	}
	if err := s.checkCall(url.Values{"From": {second}, "To": {phone}, "Twiml": {"<Response/>"}}); err == nil {
		t.Error("a number without voice can call")
	}
	if form := s.Phone(phone).ReplyForm("14"); form.Get("To") != second || form.Get("MessagingServiceSid") != Service {
		t.Errorf("the phone answers %v", form)
	}
	if err := send(url.Values{"MessagingServiceSid": {Service}}); err != nil {
		t.Errorf("the service can't send: %v", err)
	}
	if got := s.Phone(phone).Messages(); got[len(got)-1].From != second {
		t.Errorf("the service sent from %s", got[len(got)-1].From)
	}
}
