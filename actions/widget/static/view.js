import { listening } from "./listen.js";
import { button, day, h, icon, isolated, linkOut, nameOf, number, t, tag, webAddress } from "./ui.js";

const LIMIT = 1000;
const NEAR = 150;
// the notice before the first words: it is kept, an adult reads it after a yes, danger is told
const SAVED = "ask_what_is_saved";

export class Log {
  constructor(act) {
    this.act = act;
    this.places = new Map();
    this.element = h("div", { class: "log", role: "log", tabindex: "0", "aria-label": t("Messages"), onscroll: () => this.scrolled() });
    this.status = h("p", { class: "status", role: "status" });
    this.down = h("button", { type: "button", class: "newest", hidden: true, "aria-label": t("Go to the newest message"), onclick: () => this.toEnd() }, icon("down"));
  }

  /** how: "history" is not announced; "mine", "reply" and "news" are. */
  add(items, all, how) {
    const quiet = how === "history";
    this.element.setAttribute("aria-live", quiet ? "off" : "polite");
    for (const item of items) {
      this.places.set(item, this.element.appendChild(h("div", { tabindex: "-1" })));
      this.draw(item);
    }
    this.settle(all);
    const first = how === "mine" ? this.element.lastChild : this.places.get(items[0]);
    // a long answer is read from its beginning
    if (first) scrollTo(first, "start", quiet);
  }

  draw(item) {
    const place = this.places.get(item);
    if (item.message && item.message.from !== "child") drawMessage(place, item.message, this.act);
    else if (place) drawMine(place, item, this.act);
  }

  settle(all) {
    const now = answerable(all);
    for (const [item, place] of this.places) {
      const shown = place.querySelector(".choices");
      if (!now.has(item)) shown?.remove();
      else if (!shown) place.append(...choices(item.message, (body, label) => this.say(body, label), this.act.again));
    }
  }

  // the tapped button goes away: the focus moves on to the words it sent
  say(body, label) {
    this.act.say(body, label);
    this.element.lastChild.focus({ preventScroll: true });
  }

  tell(state) {
    const text = { sending: t("Navet is writing"), retrying: t("The internet is slow. Trying again.") }[state];
    this.status.replaceChildren(...(text ? [text, h("span", { class: "dots", "aria-hidden": "true" }, "•••")] : []));
  }

  toEnd(quiet) {
    scrollTo(this.element.lastChild, "end", quiet);
    this.element.focus({ preventScroll: true });
  }

  scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.element;
    this.down.hidden = scrollHeight - scrollTop - clientHeight < 120;
  }
}

function scrollTo(place, block, quiet) {
  place.scrollIntoView({ block, behavior: quiet ? "instant" : "auto" });
}

function drawMessage(place, message, act) {
  const { from, at, meta, language, dir, text, contacts: calls, sources: list } = message;
  const danger = meta?.kind === "danger";
  const cards = contacts(calls, danger);
  place.className = `turn ${from} ${meta?.kind || ""}`;
  place.replaceChildren(
    from === "staff" ? h("p", { class: "by" }, [t("Written by a person"), nameOf(language), day(at.slice(0, 10))].map(isolated).join(" · ")) : h("span", { class: "vh" }, t("Navet says:")),
    h("div", { class: "bubble", lang: tag(language), dir }, meta?.intent === SAVED && h("p", { class: "picture" }, ["kept", "read", "danger"].map(icon)), danger && cards, paragraphs(text), !danger && cards, sources(list), act.drafts?.includes(language) && from === "bot" && beside(message, act), listening(message, act.base)));
}

/** The Swedish of a translation that nobody has reviewed, fetched on tap. Its label is for the adult who is shown it. */
function beside({ id }, act) {
  const place = h("div");
  const fetched = async () => place.firstChild || place.replaceChildren(...paragraphs(await act.swedish(id)));
  return h("details", { class: "sources", lang: "sv", dir: "ltr", ontoggle: fetched }, h("summary", {}, "Svenska"), place);
}

// the words are drawn once, or a screen reader would read them out at every change
function drawMine(place, item, act) {
  place.className = `turn mine ${item.state || "sent"}`;
  if (!place.firstChild) {
    place.append(h("span", { class: "vh" }, t("You say:")), h("div", { class: "bubble", dir: "auto" }, paragraphs(item.message ? item.message.text : item.label)));
  }
  place.querySelector(".trouble")?.remove();
  const told = trouble(item, () => (place.focus(), act.retry()));
  place.append(...told);
  if (told.length) scrollTo(place, "nearest");
}

function trouble({ state, problem }, again) {
  const failed = state === "failed" && t("Not sent. Is the internet on? You can call {number} without internet.", { number: 112 });
  const refused = problem === 413 ? t("Too long. Write a shorter text.") : t("That did not work. Choose a button, or write in another way.");
  const told = failed || (state === "refused" && refused);
  return told ? [h("div", { class: "trouble", role: "alert" }, h("p", {}, told), failed && button(t("Try again"), again))] : [];
}

const paragraphs = (text) => text.split(/\n{2,}/).map((part) => h("p", {}, part));

/** Whose choices count: the bot's messages since the child last spoke, in the language now spoken. */
function answerable(items) {
  const child = ({ message, state, old }) => old || (message ? message.from === "child" : state !== "refused");
  const newest = items.slice(items.map(child).lastIndexOf(true) + 1).filter(({ message }) => message?.from === "bot");
  const spoken = newest.filter(({ message }) => !asksLanguage(message)).pop()?.message.language;
  return new Set(newest.filter(({ message }) => message.language === spoken || asksLanguage(message)));
}

/** "Shall we go on in …?" stands in the other language. */
export const asksLanguage = ({ meta }) => meta?.intent === "chat_change_language";

function choices(message, say, again) {
  const buttons = message.choices.map(({ label, choice }) => button(label, () => say({ choice }, label)));
  const more = message.meta?.kind === "degraded" && button(t("Try again"), again);
  if (!more && !buttons.length) return [];
  const group = { class: "choices", role: "group", "aria-label": t("Choose an answer") };
  return [h("div", group, h("div", { lang: tag(message.language), dir: message.dir }, buttons, more))];
}

export function contacts(list, large) {
  return list.length > 0 && h("ul", { class: large ? "contacts large" : "contacts" }, list.map(contact));
}

function contact({ label, tel, note, href }) {
  const call = /^\+?[\d -]{2,20}$/.test(tel) && tel.replace(/[ -]/g, "");
  const url = webAddress(href);
  return h("li", {},
    call ? h("a", { class: "call", href: `tel:${call}` }, icon("help"), h("span", {}, t("Call {name}", { name: label }))) : h("strong", {}, label),
    note && h("span", { class: "note" }, note),
    // i18n: {name} is a web address such as www.bris.se
    url && h("span", { class: "site" }, linkOut(href, t("Website: {name}", { name: url.hostname }))));
}

export function sources(list) {
  return list.length > 0 && h("details", { class: "sources" }, h("summary", {}, t("How do I know this?")), h("ul", {}, list.map(source)));
}

function source({ title, organisation, year, url, checked_on: checked }) {
  return h("li", {},
    h("cite", {}, linkOut(url, title)),
    // i18n: nobody knows when the paper was written
    h("span", {}, isolated(organisation), ", ", year ? isolated(year) : t("no date")),
    // i18n: {date} is the day an adult last made sure that this is right
    h("span", { class: "note" }, t("Checked {date}", { date: day(checked) })));
}

export class Composer {
  constructor(say) {
    this.say = say;
    this.count = h("p", { class: "count", id: "count", role: "status" });
    this.box = h("textarea", {
      id: "box", rows: "1", maxlength: String(LIMIT), dir: "auto", autocomplete: "off", enterkeyhint: "send", "aria-describedby": "count",
      placeholder: t("Write here"), onkeydown: (event) => this.key(event), oninput: () => this.changed(),
    });
    this.element = h("form", { class: "composer", onsubmit: (event) => this.submit(event) },
      h("label", { for: "box", class: "vh" }, t("Write here")), this.box, button(t("Send"), null, { sign: "send", type: "submit" }), this.count);
  }

  key(event) {
    // while a word is being composed, Enter belongs to the keyboard
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) this.submit(event);
  }

  submit(event) {
    event.preventDefault();
    const text = this.box.value.trim();
    if (!text) return;
    this.put("");
    this.say({ text }, text);
  }

  put(text) {
    this.box.value = text;
    this.changed();
  }

  changed() {
    const left = LIMIT - this.box.value.length;
    this.count.textContent = left > NEAR ? "" : t("{count} characters left", { count: number(left) });
    const lines = this.box.value.split("\n").length + Math.floor(this.box.value.length / 34);
    this.box.rows = Math.min(5, lines);
  }
}
