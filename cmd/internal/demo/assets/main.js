import * as chat from "./chat.js";
import * as clock from "./clock.js";
import * as composer from "./composer.js";
import * as form from "./form.js";
import * as phone from "./phone.js";
import * as sender from "./sender.js";
import * as speech from "./speech.js";

for (const part of [chat, clock, composer, form, phone, sender, speech]) part.begin();

// Each part of the page has a name; the stream sends those that changed, whole.
const stream = new EventSource("/demo/events");
stream.addEventListener("now", (ev) => clock.sync(Number(ev.data)));
stream.addEventListener("part", (ev) => {
  const { name, value } = JSON.parse(ev.data);
  const [kind, id] = name.split(/:(.*)/);
  if (kind === "clock") clock.update(value);
  if (kind === "oncall") sender.duty(value);
  if (kind === "room") chat.update(id, value);
  if (kind === "home") chat.home(id, value);
  if (kind === "slack" || kind === "discord") chat.rooms(kind, value.rooms);
  if (kind === "discord") composer.learn(value);
  if (kind === "form") form.opened(id, value);
  if (kind === "phone") phone.update(id, value);
});
stream.addEventListener("open", () => { document.body.dataset.live = "yes"; });
stream.addEventListener("error", () => { document.body.dataset.live = "no"; });
