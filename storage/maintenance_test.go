package storage

import (
	"reflect"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/storage/redistest"
)

// TestTheNextLoadKnowsAMaintenance is what makes one that is set, or ended, on one
// instance hold for the next alert on any.
func TestTheNextLoadKnowsAMaintenance(t *testing.T) {
	server := redistest.Start(t)
	here, _ := storeAt(t, server.URL())
	there, _ := storeAt(t, server.URL())
	m := oncall.Maintenance{
		ID: "7", Team: "platform", Integration: "prom", Route: `severity="info"`, Start: nine, End: nine.Add(time.Hour),
		Reason: "new disks", By: "ana", Made: nine, Begun: true,
	}
	early := m
	early.End, early.EndedBy, early.Over = nine.Add(time.Minute), "ben", true
	tests := []struct {
		name string
		book []oncall.Maintenance
		held bool // half an hour after nine
	}{
		{"none", nil, false},
		{"set", []oncall.Maintenance{m}, true},
		{"ended early", []oncall.Maintenance{early}, false},
		{"one of two is left", []oncall.Maintenance{early, m}, true},
		{"struck off", nil, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			mustWrite(t, here, func(b oncall.Book) oncall.Change {
				b.Maintenance = tt.book
				return oncall.Change{Book: b}
			})
			_, roster, err := there.Load(t.Context(), incident.Subject{Key: incident.Key{Integration: "prom", Dedup: "disk"}})
			if err != nil {
				t.Fatal(err)
			}
			if _, held := roster.Quiet("platform", "prom", `severity="info"`, nine.Add(30*time.Minute)); held != tt.held {
				t.Errorf("held = %t, want %t", held, tt.held)
			}
			b, _, err := there.Book(t.Context())
			if err != nil || !reflect.DeepEqual(b.Maintenance, tt.book) {
				t.Errorf("the book has %+v, %v; want %+v", b.Maintenance, err, tt.book)
			}
		})
	}
}
