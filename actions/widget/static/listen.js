// Reading aloud: what was recorded, else a voice on this device. Never a voice of the network, so often there is no button.

import { h, icon, t } from "./ui.js";

const speech = globalThis.speechSynthesis;
const spoken = (language) => speech?.getVoices().find(({ localService, lang }) => localService && lang.split(/[-_]/)[0] === language.split("_")[0]);
let stop = () => {};

/** The button of a message, hidden until there is something to play. */
export function listening({ audio = [], text, language }, base) {
  const play = () => {
    const mine = toggle.getAttribute("aria-pressed") === "true";
    stop();
    if (!mine) stop = (audio.length ? recorded : aloud)(toggle, audio.length ? audio.map((path) => base + path) : text, language);
  };
  const toggle = h("button", { type: "button", class: "listen", "aria-label": t("Listen"), "aria-pressed": "false", hidden: !audio.length, onclick: play }, icon("listen"));
  const look = () => (toggle.hidden = !audio.length && !spoken(language));
  look();
  speech?.addEventListener?.("voiceschanged", look);
  return toggle;
}

const press = (toggle, on) => toggle.setAttribute("aria-pressed", String(on));

/** One recording after the other. */
function recorded(toggle, [first, ...rest]) {
  const sound = new Audio(first);
  const end = () => (sound.pause(), press(toggle, false));
  sound.onended = () => (rest.length ? (stop = recorded(toggle, rest)) : end());
  sound.onerror = () => (toggle.hidden = true);
  sound.play().catch(end);
  press(toggle, true);
  return end;
}

function aloud(toggle, text, language) {
  const words = new SpeechSynthesisUtterance(text);
  words.voice = spoken(language);
  words.lang = words.voice.lang;
  words.onend = words.onerror = () => press(toggle, false);
  speech.speak(words);
  press(toggle, true);
  return () => (speech.cancel(), press(toggle, false));
}

export const hush = () => stop();
