package slackfake

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
)

// Limits of Block Kit.
const (
	maxBlocks      = 50
	maxViewBlocks  = 100
	maxBlockText   = 13_200 // all texts of a message together; undocumented
	maxAttachments = 100
)

// invalidBlocks is Slack's answer to a broken block: the place as a JSON pointer.
type invalidBlocks struct {
	code    string
	pointer string
	problem string
}

func (e invalidBlocks) Error() string {
	return fmt.Sprintf("%s: %s at %s", e.code, e.problem, e.pointer)
}

func (e invalidBlocks) reply() reply {
	where := e.problem + " [json-pointer:" + e.pointer + "]"
	return reply{
		"ok": false, "error": e.code, "errors": []string{where},
		"response_metadata": map[string]any{"messages": []string{"[ERROR] " + where}},
	}
}

// checkBlocks refuses blocks that Slack refuses and fills in missing ids.
func (s *Server) checkBlocks(raw json.RawMessage) (json.RawMessage, error) {
	if raw == nil {
		return nil, nil
	}
	var blocks []map[string]any
	if decodeExact(raw, &blocks) != nil {
		return nil, apiError("invalid_blocks_format")
	}
	c := blockCheck{code: "invalid_blocks", newID: s.newID, most: maxBlocks, shown: s.uploads.shown}
	if err := c.all(blocks, "/blocks"); err != nil {
		return nil, err
	}
	if c.size > maxBlockText {
		return nil, apiError("msg_blocks_too_long")
	}
	if len(blocks) == 0 {
		return nil, nil
	}
	return json.Marshal(blocks)
}

// checkAttachments does the same for attachments and the blocks in them.
func (s *Server) checkAttachments(raw json.RawMessage) (json.RawMessage, error) {
	if raw == nil {
		return nil, nil
	}
	var attachments []map[string]any
	if decodeExact(raw, &attachments) != nil {
		return nil, apiError("invalid_attachments")
	}
	if len(attachments) > maxAttachments {
		return nil, apiError("too_many_attachments")
	}
	c := blockCheck{code: "invalid_attachments", newID: s.newID, most: maxBlocks, shown: s.uploads.shown}
	for i, attachment := range attachments {
		attachment["id"] = i + 1
		if color, ok := attachment["color"].(string); ok && len(color) > 1 && color[0] == '#' {
			attachment["color"] = color[1:]
		}
		if _, ok := attachment["fallback"]; !ok {
			attachment["fallback"] = "[no preview available]"
		}
		c.seen = nil // ids are unique within one list of blocks
		blocks, err := objects(attachment["blocks"])
		if err != nil {
			return nil, invalidBlocks{c.code, fmt.Sprintf("/attachments/%d/blocks", i), "must be an array of blocks"}
		}
		if err := c.all(blocks, fmt.Sprintf("/attachments/%d/blocks", i)); err != nil {
			return nil, err
		}
	}
	if c.size > maxBlockText {
		return nil, apiError("msg_blocks_too_long")
	}
	if len(attachments) == 0 {
		return nil, nil
	}
	return json.Marshal(attachments)
}

// newID makes up an id for a block or an element that came without.
func (s *Server) newID() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serial++
	return "fake" + strconv.Itoa(s.serial)
}

// decodeExact keeps numbers as they were written.
func decodeExact(raw []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	return d.Decode(into)
}

// objects reads a decoded JSON array of objects; nil is an empty one.
func objects(value any) ([]map[string]any, error) {
	if value == nil {
		return nil, nil
	}
	items, ok := value.([]any)
	if !ok {
		return nil, fmt.Errorf("%T is no array", value)
	}
	list := make([]map[string]any, len(items))
	for i, item := range items {
		if list[i], ok = item.(map[string]any); !ok {
			return nil, fmt.Errorf("%T is no object", item)
		}
	}
	return list, nil
}
