import { $ } from "./dom.js";

const said = new Map(); // call -> how many of its sentences were spoken
const allowed = () => $("aloud").checked && "speechSynthesis" in window;

// speak reads out what a call has said since the last time, where that is wanted.
export function speak(call, sentences) {
  const from = said.get(call) ?? 0;
  said.set(call, sentences.length);
  if (!allowed()) return;
  for (const text of sentences.slice(from)) {
    const words = new SpeechSynthesisUtterance(text);
    words.lang = "en-US";
    window.speechSynthesis.speak(words);
  }
}

// hush stops in the middle of a word.
export const hush = () => window.speechSynthesis?.cancel();

export function begin() {
  if (!("speechSynthesis" in window)) $("aloud").disabled = true;
  $("aloud").addEventListener("change", () => { if (!$("aloud").checked) hush(); });
}
