package storage

import (
	_ "embed"
	"encoding/json"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// dictionary is what stored values look like. It never changes: what was written with
// it is read with it. Another one gets a number of its own beside it.
//
//go:embed dictionary.txt
var dictionary []byte

const dictionaryID = 1

// codec packs what is stored of incidents: a hundred thousand open ones cost a third
// of what their JSON would.
var codec = sync.OnceValues(func() (*zstd.Encoder, *zstd.Decoder) {
	encoder, err := zstd.NewWriter(nil,
		zstd.WithEncoderDictRaw(dictionaryID, dictionary), zstd.WithEncoderLevel(zstd.SpeedFastest),
		zstd.WithEncoderCRC(false), zstd.WithLowerEncoderMem(true), zstd.WithWindowSize(1<<17))
	if err != nil {
		panic(err) // the options are constants
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderDictRaw(dictionaryID, dictionary), zstd.WithDecoderConcurrency(0))
	if err != nil {
		panic(err)
	}
	return encoder, decoder
})

// pack encodes a value.
func pack(v any) ([]byte, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	encoder, _ := codec()
	return encoder.EncodeAll(plain, make([]byte, 0, len(plain)/2)), nil
}

// unpack decodes what pack made, or JSON that was stored before there was a pack.
func unpack(stored string, v any) error {
	plain := []byte(stored)
	if len(plain) > 0 && plain[0] != '{' {
		_, decoder := codec()
		var err error
		if plain, err = decoder.DecodeAll(plain, make([]byte, 0, 4*len(plain))); err != nil {
			return err
		}
	}
	return json.Unmarshal(plain, v)
}
