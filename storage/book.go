package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/redis/go-redis/v9"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// auditRows is how many rows of the audit are kept: years of changes.
const auditRows = 50_000

// A shelf is the book as it was read last. The bytes are kept, so that whoever asks
// gets a book of their own.
type shelf struct {
	version int64
	body    []byte
	book    oncall.Book // read by rosters, written by nobody
}

// Book returns what people changed in chat, as it is now, and the roster with it.
func (s *Store) Book(ctx context.Context) (oncall.Book, oncall.Roster, error) {
	if err := s.Refresh(ctx); err != nil {
		return oncall.Book{}, oncall.Roster{}, err
	}
	at := s.shelf.Load()
	book, err := readBook(at.body, at.version)
	return book, s.roster(at.book), err
}

// Roster returns the roster with what people changed, as of the last time that
// anything was loaded.
func (s *Store) Roster() oncall.Roster { return s.roster(s.shelf.Load().book) }

// Refresh makes Roster know what people have changed by now.
func (s *Store) Refresh(ctx context.Context) error {
	version, err := versionOf(s.redis.HGet(ctx, bookKey(), "version"))
	if err != nil {
		return fmt.Errorf("read the version of the on-call book: %w", err)
	}
	return s.fetch(ctx, version)
}

// fetch reads the book where what is known of it is not that version.
func (s *Store) fetch(ctx context.Context, version int64) error {
	if s.shelf.Load().version == version {
		return nil
	}
	fields, err := s.redis.HMGet(ctx, bookKey(), "body", "version").Result()
	if err != nil {
		return fmt.Errorf("read the on-call book: %w", err)
	}
	at := &shelf{}
	if body, ok := text(fields, 0); ok {
		at.body = []byte(body)
		number, _ := text(fields, 1)
		if at.version, err = strconv.ParseInt(number, 10, 64); err != nil {
			return fmt.Errorf("on-call book: stored version: %w", err)
		}
	}
	if at.book, err = readBook(at.body, at.version); err != nil {
		return err
	}
	s.shelf.Store(at)
	return nil
}

// versionOf reads the version of a book, 0 where there is none.
func versionOf(cmd *redis.StringCmd) (int64, error) {
	version, err := cmd.Int64()
	if errors.Is(err, redis.Nil) {
		return 0, nil
	}
	return version, err
}

func readBook(body []byte, version int64) (oncall.Book, error) {
	book := oncall.Book{Version: version}
	if body == nil {
		return book, nil
	}
	if err := json.Unmarshal(body, &book); err != nil {
		return book, fmt.Errorf("on-call book: stored body: %w", err)
	}
	return book, nil
}

// Write saves a change that was decided on what Book returned, its rows and letters
// with it, or answers oncall.ErrChanged when somebody else was faster.
func (s *Store) Write(ctx context.Context, c oncall.Change) error {
	body, err := json.Marshal(c.Book)
	if err != nil {
		return fmt.Errorf("write the on-call book: %w", err)
	}
	args := []any{c.Book.Version, newToken(), body, s.now().UnixMilli(), auditRows, len(c.Rows)}
	for _, row := range c.Rows {
		line, err := json.Marshal(row)
		if err != nil {
			return fmt.Errorf("write the audit: %w", err)
		}
		args = append(args, line)
	}
	for i, letter := range c.Letters {
		line, err := json.Marshal(letter)
		if err != nil {
			return fmt.Errorf("write a letter: %w", err)
		}
		args = append(args, letterID(letter, c.Book.Version+1, i), line)
	}
	keys := []string{bookKey(), lettersKey(), lettersDueKey(), auditKey()}
	ok, err := bookScript.Run(ctx, s.redis, keys, args...).Bool()
	if err != nil {
		return fmt.Errorf("write the on-call book: %w", err)
	}
	if !ok {
		return oncall.ErrChanged
	}
	return nil
}

// Record adds a row to the audit that belongs to no change of the book.
func (s *Store) Record(ctx context.Context, row oncall.Row) error {
	line, err := json.Marshal(row)
	if err == nil {
		_, err = s.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
			p.RPush(ctx, auditKey(), line)
			p.LTrim(ctx, auditKey(), -auditRows, -1)
			return nil
		})
	}
	if err != nil {
		return fmt.Errorf("write the audit: %w", err)
	}
	return nil
}

// Audit returns the newest rows of a team, of all where it is empty, the newest
// first.
func (s *Store) Audit(ctx context.Context, team oncall.TeamID, limit int) ([]oncall.Row, error) {
	var rows []oncall.Row
	for end := int64(-1); len(rows) < limit; end -= batch {
		lines, err := s.redis.LRange(ctx, auditKey(), end-batch+1, end).Result()
		if err != nil {
			return nil, fmt.Errorf("read the audit: %w", err)
		}
		for i := len(lines) - 1; i >= 0 && len(rows) < limit; i-- {
			var row oncall.Row
			if err := json.Unmarshal([]byte(lines[i]), &row); err != nil {
				return nil, fmt.Errorf("read the audit: %w", err)
			}
			if team == "" || row.Team == team {
				rows = append(rows, row)
			}
		}
		if len(lines) < batch {
			break
		}
	}
	return rows, nil
}
