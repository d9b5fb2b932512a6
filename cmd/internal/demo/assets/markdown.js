import { h, nameOf, world } from "./dom.js";
import { now } from "./clock.js";

const roles = new Map();

// learnRoles takes the names of the server's roles.
export function learnRoles(names) {
  for (const [id, name] of Object.entries(names)) roles.set(id, name);
}

const inner = "((?:\\\\.|[^\\\\])+?)";
const inline = new RegExp(
  [
    "\\\\(.)",
    "`([^`\\n]+)`",
    "\\[((?:\\\\.|[^\\]\\\\])+)\\]\\((https?:[^\\s)]+)\\)",
    "<([@#t:][^<>\\n]+)>",
    `\\*\\*${inner}\\*\\*`,
    `__${inner}__`,
    `\\*(?=\\S)${inner}\\*`,
    `(?<!\\w)_(?=\\S)${inner}_(?!\\w)`,
    `~~${inner}~~`,
    "(🔴|🟡|🟢|⚪)",
    "(@everyone|@here)\\b",
    "(https?:\\/\\/[^\\s<>)]+)",
  ].join("|"),
  "gu",
);

// Circles say the state of an incident, so they are drawn and need no font.
const orbs = { "🔴": "red", "🟡": "yellow", "🟢": "green", "⚪": "white" };

// markdown turns Discord's markup into elements.
export function markdown(text) {
  const out = [];
  text.split(/```(?:\w*\n)?([\s\S]*?)\n?```/).forEach((piece, i) => {
    if (i % 2) out.push(h("pre", {}, piece));
    else out.push(...lines(piece));
  });
  return out;
}

function lines(text) {
  const out = [];
  let quoted = null;
  text.split("\n").forEach((line, i, all) => {
    const quote = /^> ?(.*)$/.exec(line);
    if (quote) {
      if (quoted) quoted.append(h("br"));
      else out.push((quoted = h("blockquote")));
      quoted.append(...spans(quote[1]));
      return;
    }
    if (i > 0 && !quoted) out.push(h("br"));
    quoted = null;
    const heading = /^(#{1,3}|-#) (.*)$/.exec(line);
    if (heading) out.push(h(heading[1] === "-#" ? "small" : "b", {}, spans(heading[2])));
    else if (/^[-*] /.test(line)) out.push("• ", ...spans(line.slice(2)));
    else if (line || i < all.length - 1) out.push(...spans(line));
  });
  return out;
}

function spans(text) {
  const out = [];
  let from = 0;
  for (const m of text.matchAll(inline)) {
    if (m.index > from) out.push(text.slice(from, m.index));
    from = m.index + m[0].length;
    out.push(span(m));
  }
  if (from < text.length) out.push(text.slice(from));
  return out;
}

function span([all, escaped, code, label, href, token, bold, under, star, slant, gone, orb, loud, url]) {
  if (escaped !== undefined) return escaped;
  if (code !== undefined) return h("code", {}, code);
  if (label !== undefined) return link(href, spans(label));
  if (token !== undefined) return mention(token) ?? all;
  if (bold !== undefined) return h("b", {}, spans(bold));
  if (under !== undefined) return h("u", {}, spans(under));
  if (star !== undefined || slant !== undefined) return h("i", {}, spans(star ?? slant));
  if (gone !== undefined) return h("s", {}, spans(gone));
  if (orb !== undefined) return h("span", { class: `orb ${orbs[orb]}`, role: "img", "aria-label": orbs[orb] });
  if (loud !== undefined) return h("span", { class: "mention loud" }, loud);
  return link(url, url);
}

const link = (href, label) => h("a", { href, target: "_blank", rel: "noopener noreferrer" }, label);

// mention is what stands between angle brackets; undefined where it is nothing known.
function mention(token) {
  const moment = /^t:(-?\d+)(?::([tTdDfFR]))?$/.exec(token);
  if (moment) return when(new Date(Number(moment[1]) * 1000), moment[2] ?? "f");
  const role = /^@&(\d+)$/.exec(token);
  if (role) return h("span", { class: "mention" }, `@${roles.get(role[1]) ?? "role"}`);
  const user = /^@!?(\d+)$/.exec(token);
  if (user) return h("span", { class: "mention" }, `@${nameOf(user[1])}`);
  const room = /^#(\d+)$/.exec(token);
  if (room) return h("span", { class: "mention" }, `#${world.Channels.find((c) => c.Discord === room[1])?.Name ?? "channel"}`);
  return undefined;
}

const clock = { hour: "2-digit", minute: "2-digit", hour12: false };
const date = { day: "numeric", month: "long", year: "numeric" };
const forms = {
  t: clock, T: { ...clock, second: "2-digit" }, d: { day: "2-digit", month: "2-digit", year: "numeric" }, D: date,
  f: { ...date, ...clock }, F: { weekday: "long", ...date, ...clock },
};

function when(at, form) {
  if (Number.isNaN(at.getTime())) return "Invalid date";
  const shown = form === "R" ? relative(at) : new Intl.DateTimeFormat(undefined, forms[form]).format(at);
  return h("time", { class: "moment", datetime: at.toISOString(), title: at.toString() }, shown);
}

function relative(at) {
  const minutes = Math.round((at - now()) / 60000);
  const [n, unit] = Math.abs(minutes) < 60 ? [minutes, "minute"] : Math.abs(minutes) < 1440 ? [minutes / 60, "hour"] : [minutes / 1440, "day"];
  return new Intl.RelativeTimeFormat(undefined, { numeric: "auto" }).format(Math.round(n), unit);
}
