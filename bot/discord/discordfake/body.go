package discordfake

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"strings"
)

// A file is what came beside a message's JSON as files[number].
type file struct {
	number string
	name   string
	kind   string
	data   []byte
}

// parse takes a body apart: JSON alone, or multipart with payload_json and files.
func parse(contentType string, raw []byte) (body []byte, files []file, err error) {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil || kind != "multipart/form-data" {
		return raw, nil, nil // Discord reads everything else as JSON, or not at all
	}
	reader := multipart.NewReader(bytes.NewReader(raw), params["boundary"])
	for {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			return body, files, nil
		}
		if err != nil {
			return nil, nil, fmt.Errorf("multipart: %w", err)
		}
		data, err := io.ReadAll(io.LimitReader(part, maxBody))
		if err != nil {
			return nil, nil, fmt.Errorf("multipart: %w", err)
		}
		number, isFile := strings.CutPrefix(part.FormName(), "files[")
		switch {
		case part.FormName() == "payload_json":
			body = data
		case isFile:
			files = append(files, file{strings.TrimSuffix(number, "]"), part.FileName(), part.Header.Get("Content-Type"), data})
		}
	}
}
