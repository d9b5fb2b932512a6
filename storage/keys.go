package storage

import (
	"crypto/sha256"
	"encoding/hex"
	"hash/fnv"
	"strconv"
	"strings"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// shards is the number of shards, for ever: another number would lose every
// incident from sight.
const shards = 16

// A shard is the part of the keys that one script may touch: what stands in
// braces decides the slot, and with it the server.
type shard int

// shardOf returns the shard of a team.
func shardOf(team oncall.TeamID) shard {
	h := fnv.New32a()
	_, _ = h.Write([]byte(strings.ToLower(string(team)))) // a hash takes everything
	return shard(h.Sum32() % shards)
}

func (s shard) key(rest string) string { return "earshot:{s" + strconv.Itoa(int(s)) + "}:" + rest }

// due holds the ids of incidents by when somebody has to look at them, in ms.
func (s shard) due() string { return s.key("due") }

// open and all hold the ids of incidents by when they opened, in ms.
func (s shard) open() string { return s.key("open") }
func (s shard) all() string  { return s.key("all") }

// openOf and allOf are the same for what a team owns now, of those that live here.
func (s shard) openOf(team oncall.TeamID) string { return s.key("open:" + string(team)) }
func (s shard) allOf(team oncall.TeamID) string  { return s.key("all:" + string(team)) }

// counts holds the number of open incidents by "state team".
func (s shard) counts() string { return s.key("counts") }

// ended holds the id and, on a second line, the team of resolved incidents by when
// they may be forgotten, in ms.
func (s shard) ended() string { return s.key("ended") }

// loose holds the index keys, by incident id, that a resolve has yet to limit.
func (s shard) loose() string { return s.key("loose") }

// pending holds the ids that were numbered and not committed, by index key.
func (s shard) pending() string { return s.key("pending") }

// ready is written to find out whether writing works.
func (s shard) ready() string { return s.key("ready") }

// numberKey counts a team's incidents.
func numberKey(team oncall.TeamID) string {
	return shardOf(team).key("number:" + strings.ToLower(string(team)))
}

// homeOf returns the shard in which an incident was opened and stays.
func homeOf(id incident.ID) shard { return shardOf(id.Home()) }

// bodyKey and timelineKey belong to one incident.
func bodyKey(id incident.ID) string     { return homeOf(id).key("incident:" + string(id)) }
func timelineKey(id incident.ID) string { return homeOf(id).key("timeline:" + string(id)) }

// indexKey holds the id of the incident of a sender's key. What the sender wrote
// is foreign text of any length, hence the digest.
func indexKey(k incident.Key) string {
	return "earshot:{i:" + k.Integration + "}:dedup:" + digest(k.Dedup)
}

// membersKey holds the incidents in which the members of an integration's groups
// stand, by a digest of the fingerprint: one of two routes stands in two.
func membersKey(integration string) string { return "earshot:{i:" + integration + "}:members" }

// groupKey holds the incident that alerts of a team with the same values share.
func groupKey(team oncall.TeamID, name string) string {
	return shardOf(team).key("group:" + digest(string(team)+" "+name))
}

// rateKey holds how much of its allowance an integration has used.
func rateKey(integration string) string { return "earshot:{i:" + integration + "}:rate" }

// budgetKey holds how much of what a chat platform bears is used up, restsKey what is
// to be left alone there by when that ends, in ms.
func budgetKey(platform, key string) string {
	return "earshot:{chat:" + platform + "}:budget:" + digest(key)
}
func restsKey(platform string) string { return "earshot:{chat:" + platform + "}:rests" }

// beatSpot is where heartbeats are kept, by the names of their integrations.
const beatSpot = "earshot:{beats}:"

// beatsKey holds when each beat last, in ms; beatsDueKey when it is missed, or its
// claim over; beatsSilentKey those whose alert was fired.
func beatsKey() string       { return beatSpot + "last" }
func beatsDueKey() string    { return beatSpot + "due" }
func beatsSilentKey() string { return beatSpot + "silent" }

// beatKeys are all of them, as the scripts count them, with the tokens of claims and
// when a file last named each.
func beatKeys() []string {
	return []string{beatsKey(), beatsDueKey(), beatsSilentKey(), beatSpot + "claims", beatSpot + "named"}
}

func personKey(p oncall.PersonID, rest string) string { return "earshot:{p:" + string(p) + "}:" + rest }

// bundleKey holds the page limit of a person and method.
func bundleKey(p oncall.PersonID, via oncall.Method) string {
	return personKey(p, "bundle:"+string(via))
}

// poolKey holds the pages that wait for whichever is let through next.
func poolKey(p oncall.PersonID, via oncall.Method) string { return personKey(p, "pool:"+string(via)) }

// ownKey holds the incidents that page a person or that they acknowledged.
func ownKey(p oncall.PersonID) string { return personKey(p, "own") }

// stormsKey holds the channels in which a storm is not dissolved yet, as
// "board channel".
func stormsKey() string { return "earshot:storms" }

func placeKey(p incident.Place, rest string) string {
	return "earshot:{w:" + p.Board + ":" + p.Channel + "}:" + rest
}

// stormKey holds the storm of a channel, glimpsesKey what its summary shows by
// incident id, and changesKey how often that has changed.
func stormKey(p incident.Place) string           { return placeKey(p, "storm") }
func glimpsesKey(p incident.Place, n int) string { return placeKey(p, "glimpses:"+strconv.Itoa(n)) }
func changesKey(p incident.Place) string         { return placeKey(p, "changes") }

// slotsKey holds the incidents a person may name by a number on the phone.
func slotsKey(p oncall.PersonID) string { return personKey(p, "slots") }

// echoKey counts the answers in a row to a person's phone that nothing came of.
func echoKey(p oncall.PersonID) string { return personKey(p, "echo") }

// proofKey holds the code by which a person proves a number.
func proofKey(p oncall.PersonID) string { return personKey(p, "proof") }

// reachKey holds what is known of whether a person can be reached.
func reachKey(p oncall.PersonID) string { return personKey(p, "reach") }

// spentKey holds what was spent of a kind by one of those whose spending is bounded;
// all lie together, since one script looks at several.
func spentKey(kind oncall.Spending, of string) string {
	return "earshot:{caps}:" + string(kind) + ":" + digest(of)
}

// paceKey holds how much somebody has asked, who may be a stranger of any name.
func paceKey(who string) string { return "earshot:pace:" + digest(who) }

// bookSpot is where what people change in chat is kept, of all teams: any policy may
// name another team's schedule, so that every page reads all of it.
const bookSpot = "earshot:{book}:"

// bookKey holds the book; auditKey the rows of who changed what, oldest first.
func bookKey() string  { return bookSpot + "book" }
func auditKey() string { return bookSpot + "audit" }

// lettersKey holds the letters that are not delivered by id, lettersDueKey their ids
// by when they are due, in ms, and lettersTriedKey how often each was tried.
func lettersKey() string      { return bookSpot + "letters" }
func lettersDueKey() string   { return bookSpot + "letters:due" }
func lettersTriedKey() string { return bookSpot + "letters:tried" }

// letterRefKey holds the platform's name for the message of a letter.
func letterRefKey(id string) string { return bookSpot + "ref:" + digest(id) }

// homesKey holds who has opened their home lately, by when, in ms; homeKey what one
// shows.
func homesKey() string           { return "earshot:{homes}:opened" }
func homeKey(user string) string { return "earshot:{homes}:shows:" + digest(user) }

// onceKey remembers that something was seen.
func onceKey(scope, id string) string { return "earshot:once:" + scope + ":" + digest(id) }

// keptKey holds a text that stands behind a token.
func keptKey(token string) string { return "earshot:kept:" + token }

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}
