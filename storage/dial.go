package storage

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// Dial returns a client for one of
//
//	redis://user:password@host:6379/0      rediss:// with TLS
//	unix:///run/redis/redis.sock?db=0
//	redis-sentinel://host:26379,host:26379/0?master=NAME&tls=true
//	redis-cluster://host:6379,host:6379?tls=true
//
// It connects only when it is used. The timeouts are a pager's, not a batch
// job's; the URL may name others (read_timeout=2s). A Sentinel's own credentials
// are sentinel_username and sentinel_password.
func Dial(address string) (redis.UniversalClient, error) {
	// Every failure comes back as an error as well, and would be told twice.
	logging.Disable()
	scheme, rest, ok := strings.Cut(address, "://")
	if !ok {
		return nil, errors.New(`redis url: no scheme such as redis:// in front`)
	}
	var o *redis.UniversalOptions
	var err error
	switch scheme {
	case "redis", "rediss", "unix":
		o, err = single(address)
	case "redis-sentinel":
		o, err = several(rest, "26379")
		if err == nil && o.MasterName == "" {
			err = errors.New("redis url: redis-sentinel:// needs ?master=NAME")
		}
	case "redis-cluster":
		o, err = several(rest, "6379")
		if err == nil && o.MasterName != "" {
			err = errors.New("redis url: a cluster has no master=; that is redis-sentinel://")
		}
		if err == nil {
			o.IsClusterMode = true
		}
	default:
		err = fmt.Errorf("redis url: scheme %q is none of redis, rediss, unix, redis-sentinel, redis-cluster", scheme)
	}
	if err != nil {
		return nil, err
	}
	return redis.NewUniversalClient(o), nil
}

func single(address string) (*redis.UniversalOptions, error) {
	o, err := redis.ParseURL(address)
	if err != nil {
		return nil, redact(err)
	}
	return universal(o), nil
}

// several reads a list of hosts, which no URL parser takes.
func several(rest, port string) (*redis.UniversalOptions, error) {
	end := len(rest)
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		end = i
	}
	authority, tail := rest[:end], rest[end:]
	login, hosts := "", authority
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		login, hosts = authority[:i+1], authority[i+1:]
	}
	u, err := url.Parse("redis://" + login + "several" + tail)
	if err != nil {
		return nil, redact(err)
	}
	query := u.Query()
	own := url.Values{}
	for _, name := range []string{"master", "tls", "sentinel_username", "sentinel_password"} {
		own.Set(name, query.Get(name))
		query.Del(name)
	}
	u.RawQuery = query.Encode()
	parsed, err := redis.ParseURL(u.String())
	if err != nil {
		return nil, redact(err)
	}
	o := universal(parsed)
	o.MasterName = own.Get("master")
	o.SentinelUsername, o.SentinelPassword = own.Get("sentinel_username"), own.Get("sentinel_password")
	if on := own.Get("tls"); on == "true" || on == "1" {
		o.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	o.Addrs = nil
	for _, host := range strings.Split(hosts, ",") {
		if host = strings.TrimSpace(host); host == "" {
			return nil, errors.New("redis url: an empty host in the list")
		}
		if _, _, err := net.SplitHostPort(host); err != nil {
			host = net.JoinHostPort(strings.Trim(host, "[]"), port)
		}
		o.Addrs = append(o.Addrs, host)
	}
	return o, nil
}

// universal takes from what was parsed all that a URL can say, and fills in what
// it left out.
func universal(p *redis.Options) *redis.UniversalOptions {
	o := &redis.UniversalOptions{
		Addrs: []string{p.Addr}, ClientName: p.ClientName, DB: p.DB, Protocol: p.Protocol,
		Username: p.Username, Password: p.Password, TLSConfig: p.TLSConfig,
		MaxRetries: p.MaxRetries, MinRetryBackoff: p.MinRetryBackoff, MaxRetryBackoff: p.MaxRetryBackoff,
		DialTimeout: p.DialTimeout, ReadTimeout: p.ReadTimeout, WriteTimeout: p.WriteTimeout,
		PoolFIFO: p.PoolFIFO, PoolSize: p.PoolSize, PoolTimeout: p.PoolTimeout, MinIdleConns: p.MinIdleConns,
		MaxIdleConns: p.MaxIdleConns, MaxActiveConns: p.MaxActiveConns,
		ConnMaxIdleTime: p.ConnMaxIdleTime, ConnMaxLifetime: p.ConnMaxLifetime,
		DialerRetries:            1, // a command is repeated anyway
		ContextTimeoutEnabled:    true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	}
	if o.DialTimeout == 0 {
		o.DialTimeout = 500 * time.Millisecond
	}
	if o.ReadTimeout == 0 {
		o.ReadTimeout = time.Second
	}
	if o.WriteTimeout == 0 {
		o.WriteTimeout = time.Second
	}
	if o.PoolSize == 0 {
		o.PoolSize = 64
	}
	return o
}

// redact keeps the URL, which holds the password, out of the error.
func redact(err error) error {
	var wrong *url.Error
	if errors.As(err, &wrong) {
		err = wrong.Err
	}
	return fmt.Errorf("redis url: %w", err)
}
