package intake

import (
	"net/http"
	"slices"
)

// opsgenieBeat is the ping of Opsgenie's Heartbeat API.
var opsgenieBeat = pinging()

func pinging() dialect {
	d := opsgenie(func(from Integration, _ call, _ []byte) (said, error) { return said{beat: from.Name}, nil })
	d.named, d.sender = nil, pinged
	return d
}

// pinged finds the heartbeat that a call names. The key is its own, or that of an
// Opsgenie integration of the same team; one without a team belongs to all.
func pinged(s Setup, c call) (Integration, *refusal) {
	own, isOwn := s.integration(Heartbeat, c.key)
	genie, isGenie := s.integration(Opsgenie, c.key)
	if !isOwn && !isGenie {
		return Integration{}, wrongKey("is not one of this heartbeat, or of an integration of type opsgenie")
	}
	i := slices.IndexFunc(s.Integrations, func(i Integration) bool { return i.Kind == Heartbeat && i.Name == c.parts["name"] })
	if i < 0 {
		return Integration{}, &refusal{&mistake{"name", "is not one of an integration of type heartbeat"}, http.StatusNotFound, WrongName}
	}
	beat := s.Integrations[i]
	related := genie.Team == beat.Team || genie.Team == "" || beat.Team == ""
	if isOwn && own.Name == beat.Name || isGenie && related {
		return beat, nil
	}
	return Integration{}, wrongKey("is of another heartbeat, or of another team")
}
