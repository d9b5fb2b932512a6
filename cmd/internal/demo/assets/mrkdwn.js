import { h, nameOf, world } from "./dom.js";
import { now } from "./clock.js";

const emoji = {
  white_check_mark: "✅", rotating_light: "🚨", warning: "⚠", bell: "🔔", no_bell: "🔕", zzz: "💤", phone: "☎", speech_balloon: "💬",
  mega: "📣", hourglass: "⌛", arrow_right: "→", eyes: "👀", fire: "🔥", wave: "👋", x: "✗", information_source: "ℹ",
};

// Circles say the state of an incident, so they are drawn and need no font.
const orbs = { red_circle: "red", large_yellow_circle: "yellow", large_green_circle: "green", white_circle: "white" };

const plain = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
const withEmoji = (text) => text.replace(/:([a-z0-9_+-]+):/g, (all, name) => emoji[name] ?? all);

// plainText is the text of an object of type plain_text.
export const plainText = (object) => withEmoji(object?.text ?? "");

const inline = new RegExp(
  [
    "`([^`\\n]+)`",
    "<([^<>\\n]+)>",
    "(?<![\\w*])\\*(?=\\S)([^*\\n]*?\\S)\\*(?![\\w*])",
    "(?<!\\w)_(?=\\S)([^_\\n]*?\\S)_(?!\\w)",
    ":(red_circle|large_yellow_circle|large_green_circle|white_circle):",
    "(?<![\\w~])~(?=\\S)([^~\\n]*?\\S)~(?![\\w~])",
  ].join("|"),
  "g",
);

// mrkdwn turns Slack's markup into elements.
export function mrkdwn(text) {
  const out = [];
  text.split(/```\n?([\s\S]*?)\n?```/).forEach((piece, i) => {
    if (i % 2) out.push(h("pre", {}, plain(piece)));
    else out.push(...quotes(piece));
  });
  return out;
}

function quotes(text) {
  const out = [];
  let quoted = null;
  text.split("\n").forEach((line, i, all) => {
    const match = /^(?:&gt;|>) ?(.*)$/.exec(line);
    if (match) {
      if (quoted) quoted.append(h("br"));
      else out.push((quoted = h("blockquote")));
      quoted.append(...spans(match[1]));
      return;
    }
    if (i > 0 && !quoted) out.push(h("br"));
    quoted = null;
    if (line || i < all.length - 1) out.push(...spans(line));
  });
  return out;
}

function spans(text) {
  const out = [];
  let from = 0;
  for (const m of text.matchAll(inline)) {
    if (m.index > from) out.push(withEmoji(plain(text.slice(from, m.index))));
    from = m.index + m[0].length;
    if (m[1] !== undefined) out.push(h("code", {}, plain(m[1])));
    else if (m[2] !== undefined) out.push(token(m[2]));
    else if (m[3] !== undefined) out.push(h("b", {}, spans(m[3])));
    else if (m[4] !== undefined) out.push(h("i", {}, spans(m[4])));
    else if (m[5] !== undefined) out.push(h("span", { class: `orb ${orbs[m[5]]}`, role: "img", "aria-label": orbs[m[5]] }));
    else out.push(h("s", {}, spans(m[6])));
  }
  if (from < text.length) out.push(withEmoji(plain(text.slice(from))));
  return out;
}

// token is what stands between angle brackets: a mention, a moment or a link.
function token(body) {
  const bar = body.indexOf("|");
  const target = bar < 0 ? body : body.slice(0, bar);
  const label = bar < 0 ? "" : plain(body.slice(bar + 1));
  if (target.startsWith("@")) return h("span", { class: "mention" }, `@${nameOf(target.slice(1))}`);
  if (target.startsWith("#")) {
    const room = world.Channels.find((c) => c.ID === target.slice(1));
    return h("span", { class: "mention" }, `#${room?.Name ?? (label || target.slice(1))}`);
  }
  if (target.startsWith("!date^")) return moment(target.split("^"), label);
  if (target.startsWith("!")) return h("span", { class: "mention loud" }, `@${target.slice(1).split("^")[0]}`);
  const url = plain(target);
  if (!/^(https?|mailto):/i.test(url)) return label || url;
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, label || url);
}

const forms = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: { month: "long", day: "numeric", year: "numeric" },
  date_short: { month: "short", day: "numeric" },
  date_long: { weekday: "long", month: "long", day: "numeric" },
  time: { hour: "2-digit", minute: "2-digit", hour12: false },
  time_secs: { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false },
};

function moment([, seconds, format = "{date_short} {time}"], fallback) {
  const at = new Date(Number(seconds) * 1000);
  if (Number.isNaN(at.getTime())) return fallback;
  const shown = format.replace(/\{(\w+?)(_pretty)?\}/g, (all, name, pretty) =>
    (pretty && near(at)) || (forms[name] ? new Intl.DateTimeFormat(undefined, forms[name]).format(at) : all),
  );
  return h("time", { datetime: at.toISOString(), title: fallback || at.toString() }, shown);
}

// near names a day next to the present one.
function near(at) {
  const day = 24 * 60 * 60 * 1000;
  const names = { [-1]: "yesterday", 0: "today", 1: "tomorrow" };
  return names[Math.round((new Date(at).setHours(0, 0, 0, 0) - new Date(now()).setHours(0, 0, 0, 0)) / day)];
}
