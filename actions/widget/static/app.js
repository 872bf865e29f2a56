import { Api, patiently, Store } from "./api.js";
import { Conversation } from "./conversation.js";
import { codeBox, header, help, languageButtons, ordered, page, Panel } from "./panels.js";
import { button, dir, h, t, tag, useLanguage } from "./ui.js";
import { hush } from "./listen.js";
import { asksLanguage, Composer, Log } from "./view.js";

const POLL = 20000;

export class App {
  /** `wanted`: language, stage, municipality, code, foldable (beside another page). */
  constructor(base, wanted, fold) {
    Object.assign(this, { wanted, fold, api: new Api(base), store: new Store(), languages: [], conversation: null });
    this.main = h(wanted.foldable ? "div" : "main", { class: "main" });
    this.body = h("div", { class: "body" }, this.main);
    this.element = h(wanted.foldable ? "section" : "div", { class: "shell", "aria-label": wanted.foldable && "Navet" });
    this.panel = new Panel(this.main);
    this.timer = setInterval(() => this.refresh(), POLL);
  }

  refresh() {
    if (document.visibilityState !== "visible") this.conversation?.hush();
    else if (this.log) this.conversation?.refresh();
  }

  stop() {
    hush();
    clearInterval(this.timer);
    this.conversation?.stop();
  }

  /** Leave fast: no trace in page, storage, Back or page cache. The conversation stays: help may be on its way. */
  leave() {
    this.stop();
    this.store.close();
    document.title = "";
    document.documentElement.replaceChildren();
    const { origin, pathname, href } = new URL(`${this.api.base}/widget/neutral`);
    // first the present entry, should the neutral page not load
    if (origin === location.origin) history.replaceState(null, "", pathname);
    location.replace(href);
  }

  async start(notice) {
    this.frame();
    try {
      this.languages = ordered(await patiently(() => this.api.languages()));
    } catch {
      return this.failed(() => this.start());
    }
    const { chat } = this.store.data;
    const known = this.languages.find(({ code }) => code === (chat || this.wanted).language);
    await this.speak(known || this.languages[0]);
    if (chat) return this.resume();
    if (known && !notice) return this.begin(known);
    return this.choose(notice);
  }

  async speak(language) {
    this.language = language;
    const keep = async () => this.store.save({ help: await this.api.help(language.code, this.wanted.municipality) });
    keep().catch(() => {}); // what was kept before is shown, else 112
    await useLanguage(this.api, language.code);
    this.frame();
  }

  choose(notice) {
    const buttons = languageButtons(this.languages, (language) => this.begin(language));
    this.show(page(t("Choose your language"), notice && h("p", { class: "notice", role: "status" }, notice), buttons, button(t("I have a code"), () => codeBox(this))));
  }

  /** From paper or typed: for the chat that is open, else for the next one. */
  useCode(code) {
    this.wanted.code = "";
    if (this.conversation) return this.change({ access_code: code });
    this.wanted.code = code;
    return this.choose(code);
  }

  async begin(language) {
    if (this.beginning) return;
    this.beginning = this.used = true;
    const { stage, municipality, code } = this.wanted;
    try {
      await this.speak(language);
      this.show(page(t("One moment")));
      await this.newConversation().open({ language: language.code, stage, municipality, access_code: code });
      this.wanted.code = "";
      this.talk();
    } catch (problem) {
      this.beginning = false;
      if (problem.status !== 422 || !(stage || municipality)) return this.failed(() => this.begin(language));
      // a wrong stage or municipality in the page must not keep a child out
      Object.assign(this.wanted, { stage: null, municipality: null });
      return this.begin(language);
    }
    this.beginning = false;
    return null;
  }

  async resume() {
    const conversation = this.newConversation();
    try {
      await conversation.resume();
      this.talk();
      this.log.element.lastChild.scrollIntoView();
      if (this.wanted.code) this.useCode(this.wanted.code);
      conversation.deliver();
    } catch (problem) {
      if (problem.gone) conversation.end();
      else this.failed(() => this.start());
    }
  }

  newConversation() {
    this.log = null;
    this.conversation = new Conversation(this.api, this.store, {
      added: (items, how) => this.added(items, how),
      changed: (item) => this.changed(item),
      idle: () => this.log?.tell(),
      gone: (unsent) => this.gone(unsent),
    });
    return this.conversation;
  }

  added(items, how) {
    this.log?.add(items, this.conversation.items, how);
    const said = items.map(({ message }) => message).filter((message) => message?.from === "bot" && !asksLanguage(message)).pop();
    const next = how === "reply" && said?.language !== this.language.code && this.languages.find(({ code }) => code === said?.language);
    if (next) this.follow(next);
  }

  /** The chat goes on in another language: so do header, buttons and direction. */
  async follow(language) {
    const written = this.composer.box.value;
    this.store.save({ chat: { ...this.store.data.chat, language: language.code } });
    await this.speak(language);
    this.talk();
    this.log.toEnd(true);
    this.composer.put(written);
  }

  frame() {
    this.element.lang = tag();
    this.element.dir = dir();
    this.element.replaceChildren(header(this), this.body);
  }

  show(...content) {
    this.panel.close();
    this.main.replaceChildren(...content);
    // loading a page must not grab the focus
    if (this.used) this.main.querySelector("h2, [role=log]")?.focus({ preventScroll: true });
  }

  instead(title, label, act, ...content) {
    this.conversation = null;
    this.frame();
    this.show(page(title, content, button(label, act, { class: "strong" })));
  }

  failed(again) {
    this.instead(t("Navet does not answer. Is the internet on?"), t("Try again"), again, h("p", {}, t("You can call {number} without internet.", { number: 112 })));
  }

  gone(unsent) {
    const again = async () => {
      await this.begin(this.language);
      if (this.log) this.composer.put(unsent);
    };
    this.instead(t("Everything in this chat is deleted."), t("Start again"), again);
  }

  talk() {
    const { items } = this.conversation;
    const say = (body, label) => this.conversation.say(body, label);
    const drafts = this.languages.filter(({ status }) => status === "draft").map(({ code }) => code);
    const swedish = (id) => this.api.swedish(this.conversation.chat, id).then(({ text }) => text, () => t("That did not work. Try again in a while."));
    this.log = new Log({ say, retry: () => this.conversation.deliver(), again: () => this.again(), drafts, swedish, base: this.api.base });
    this.composer = new Composer(say);
    const note = h("p", { class: "draft", hidden: this.language.status !== "draft" }, t("This translation is new. Some words may be wrong."));
    this.frame();
    this.show(note, h("div", { class: "talk" }, this.log.element, this.log.down, this.log.status), this.composer.element);
    this.log.add(items, items, "history");
  }

  changed(item) {
    if (!this.log) return;
    this.log.draw(item);
    this.log.settle(this.conversation.items);
    this.log.tell(item.state);
  }

  // a broken part answered with the fixed text: the same words as a new message
  again() {
    const { body, label, message } = this.conversation.items.filter((item) => item.cid || item.message.from === "child").pop();
    this.conversation.say(body || { text: message.text }, label || message.text);
  }

  showHelp() {
    this.panel.show("helping", t("Help now"), help(this.store.data.help));
  }

  map() {
    return patiently(() => this.api.map(this.language.code, this.conversation.stage));
  }

  async changeLanguage(language) {
    this.used = true;
    if (!this.conversation) {
      await this.speak(language);
      return this.choose();
    }
    return this.attempt(async () => {
      await this.conversation.change({ language: language.code });
      if (language !== this.language) await this.follow(language);
    });
  }

  change(wanted) {
    return this.attempt(async () => {
      await this.conversation.change(wanted);
      this.panel.close();
    });
  }

  erase() {
    return this.attempt(async () => {
      await this.conversation.erase();
      this.conversation = null;
      this.used = true;
      await this.start(t("Everything is deleted."));
    });
  }

  /** For dialogs: says so there when it fails. */
  async attempt(work) {
    try {
      await work();
    } catch (problem) {
      if (problem.gone && this.conversation) this.conversation.end();
      else this.panel.element?.lastChild.replaceChildren(h("p", { role: "alert" }, t("That did not work. Try again in a while.")));
    }
  }
}
