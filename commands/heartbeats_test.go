package commands

import (
	"testing"
	"time"
)

func TestHeartbeatsAreListedOnTheReadersClock(t *testing.T) {
	k := newTalk(t)
	k.says("ben", "heartbeats")
	k.desk.hearts = []Heartbeat{
		{Name: "backup", Team: "platform", Allowed: 25 * time.Hour, Last: night.Add(-3 * time.Hour)},
		{Name: "cron", Team: "platform", Allowed: 12 * time.Minute, Last: night.Add(-20 * time.Minute), Silent: true},
		{Name: "mail", Team: "platform", Allowed: time.Hour},
		{Name: "shop", Team: "web", Allowed: time.Minute, Last: night.Add(-30 * time.Second)},
	}
	k.says("ben", "heartbeats")
	k.says("ana", "heartbeat platform")
	k.says("wes", "heartbeats all")
	k.says("wes", "heartbeats web")
	k.says("ben", "heartbeats nowhere")
	k.is("heartbeats")
}

func TestHeartbeatsThatCannotBeLookedUp(t *testing.T) {
	d := newDesk(t)
	d.broken = errStore
	if reply := d.run(t, from("ben", "heartbeats")); reply.OK || reply.Err == nil {
		t.Errorf("reply %q, %v", reply, reply.Err)
	}
}
