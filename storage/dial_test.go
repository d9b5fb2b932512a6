package storage

import (
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/earshot-oncall/earshot/storage/redistest"
)

func TestDialReadsEveryForm(t *testing.T) {
	tests := []struct {
		url    string
		addr   string
		tls    bool
		user   string
		secret string
		db     int
	}{
		{"redis://localhost", "localhost:6379", false, "", "", 0},
		{"redis://ana:s3cret@db.example:7000/3", "db.example:7000", false, "ana", "s3cret", 3},
		{"redis://:s3cret@10.0.0.1:6379", "10.0.0.1:6379", false, "", "s3cret", 0},
		{"rediss://db.example", "db.example:6379", true, "", "", 0},
		{"unix:///run/my%20redis/redis.sock?db=2", "/run/my redis/redis.sock", false, "", "", 2},
		{"redis-sentinel://a:1,b:2,c?master=main", "FailoverClient", false, "", "", 0},
		{"redis-sentinel://:s3cret@a,b/4?master=main&tls=true", "FailoverClient", true, "", "s3cret", 4},
	}
	for _, tt := range tests {
		t.Run(tt.url, func(t *testing.T) {
			c, err := Dial(tt.url)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = c.Close() }()
			one, ok := c.(*redis.Client)
			if !ok {
				t.Fatalf("a %T", c)
			}
			o := one.Options()
			if o.Addr != tt.addr || (o.TLSConfig != nil) != tt.tls || o.Username != tt.user || o.Password != tt.secret || o.DB != tt.db {
				t.Errorf("%s, tls %v, %q %q, db %d", o.Addr, o.TLSConfig != nil, o.Username, o.Password, o.DB)
			}
			if o.ReadTimeout != time.Second || o.DialTimeout != 500*time.Millisecond {
				t.Errorf("timeouts %v and %v", o.ReadTimeout, o.DialTimeout)
			}
		})
	}
}

func TestDialReadsAListOfHosts(t *testing.T) {
	c, err := Dial("redis-cluster://ana:s3cret@a:7000, b,[::1]:7002,[::2]?tls=1&read_timeout=3s")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	o := c.(*redis.ClusterClient).Options()
	if got := strings.Join(o.Addrs, " "); got != "a:7000 b:6379 [::1]:7002 [::2]:6379" {
		t.Errorf("hosts %s", got)
	}
	if o.TLSConfig == nil || o.Username != "ana" || o.Password != "s3cret" || o.ReadTimeout != 3*time.Second {
		t.Errorf("tls %v, %q %q, timeout %v", o.TLSConfig != nil, o.Username, o.Password, o.ReadTimeout)
	}
}

func TestDialRefusesWhatItCannotRead(t *testing.T) {
	tests := []struct{ url, words string }{
		{"", "no scheme"},
		{"localhost:6379", "no scheme"},
		{"http://:s3cret@a", "scheme"},
		{"redis://:s3cret@a/notanumber", ""},
		{"redis://:s3cret@a:b:c:d%zz", ""},
		{"redis://:s3cret@a?unknown_option=1", ""},
		{"redis-sentinel://:s3cret@a,b", "master="},
		{"redis-sentinel://:s3cret@a,,b?master=m", "empty host"},
		{"redis-cluster://", "empty host"},
		{"redis-cluster://:s3cret@a?master=m", "redis-sentinel"},
	}
	for _, tt := range tests {
		_, err := Dial(tt.url)
		if err == nil || !strings.Contains(err.Error(), tt.words) {
			t.Errorf("%q: %v, want %q", tt.url, err, tt.words)
		} else if strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%q: the error tells the password: %v", tt.url, err)
		}
	}
}

func TestDialFollowsASentinel(t *testing.T) {
	master := redistest.Start(t)
	sentinel := redistest.StartSentinel(t, "main", master)
	s, _ := storeAt(t, sentinel.URL())
	lifeOf(t, s)
}
