package twilio

import (
	"fmt"
	"strconv"

	"github.com/twilio/twilio-go/twiml"
)

// How long a call waits for a key, in seconds.
const keyTimeout = 10

// document writes the elements, each with its attributes in alphabetical order: the
// library leaves that to chance.
func document(elements ...twiml.Element) (string, error) {
	doc, response := twiml.CreateDocument()
	twiml.AddAllVerbs(response, elements)
	for _, e := range doc.FindElements("//*") {
		e.SortAttrs()
	}
	text, err := twiml.ToXML(doc)
	if err != nil {
		return "", fmt.Errorf("write twiml: %w", err)
	}
	return text, nil
}

// sms answers an incoming message.
func sms(text string) (string, error) {
	return document(&twiml.MessagingMessage{Body: text})
}

// farewell says the texts and hangs up.
func farewell(texts ...string) (string, error) {
	var elements []twiml.Element
	for _, text := range texts {
		if text != "" {
			elements = append(elements, say(text))
		}
	}
	return document(append(elements, say("Goodbye."), &twiml.VoiceHangup{})...)
}

// menu says the script and takes one key, even while it is being read; the key,
// or none, is sent to action. The first is said before everything else.
func menu(first string, s script, action string) (string, error) {
	var words []twiml.Element
	if first != "" {
		words = append(words, say(first))
	}
	return ask(action, append(words, say(s.news), &twiml.VoicePause{Length: "1"}, say(s.keys))...)
}

// question says the text and takes one key, as menu does.
func question(text, action string) (string, error) { return ask(action, say(text)) }

func ask(action string, words ...twiml.Element) (string, error) {
	return document(&twiml.VoiceGather{
		Input:               "dtmf",
		NumDigits:           "1",
		Timeout:             strconv.Itoa(keyTimeout),
		ActionOnEmptyResult: "true",
		Action:              action,
		Method:              "POST",
		InnerElements:       words,
	})
}

// told says the text twice and hangs up: a call without a menu.
func told(text string) (string, error) {
	return document(say(text), &twiml.VoicePause{Length: "1"}, say(text), say("Goodbye."), &twiml.VoiceHangup{})
}

func say(text string) twiml.Element { return &twiml.VoiceSay{Message: text, Language: "en-US"} }
