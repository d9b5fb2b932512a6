// Package bot says what people see of an incident, the same on every platform.
//
//	Incident --View--> Card -----+
//	Entries ---Story-> Notes ----+--> bot/slack, bot/discord: blocks, embeds
//	Notice ----Page--> Message --+
//
// A Card has words, moments and buttons; how they are escaped, cut to a
// platform's limits and sent is the adapter's business. What a button says when
// it is pressed is written by EncodeAction and read by DecodeAction, or by
// EncodeWords and DecodeWords where it stands for words that need not be typed.
//
// Nothing here reads a clock, so the same incident always looks the same.
package bot
