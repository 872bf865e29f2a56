// <navet-chat api language stage municipality open page>, see docs/widget.md. page: the chat is the whole page.

import { Store } from "./api.js";
import { App } from "./app.js";
import { h, icon, t } from "./ui.js";

const HERE = new URL(import.meta.url);
const SETTINGS = ["language", "stage", "municipality"];
const TWICE_WITHIN = 1000;

class NavetChat extends HTMLElement {
  static observedAttributes = ["open"];

  connectedCallback() {
    this.isPage = this.hasAttribute("page");
    this.root = h("div", { class: "root", hidden: true });
    const style = h("link", { rel: "stylesheet", href: new URL("navet.css", HERE).href });
    // without styles too: help without colours is better than none
    for (const ready of ["load", "error"]) style.addEventListener(ready, () => (this.root.hidden = false));
    (this.shadowRoot || this.attachShadow({ mode: "open" })).replaceChildren(style, this.root);
    this.gone = new AbortController();
    const on = (name, act) => addEventListener(name, act, { capture: true, signal: this.gone.signal });
    on("keydown", (event) => this.key(event));
    on("visibilitychange", () => this.app?.refresh());
    on("online", () => this.app?.conversation?.deliver());
    on("pagehide", () => (this.root.hidden = true));
    on("pageshow", (event) => event.persisted && this.restored());
    if (this.isPage) this.asPage();
    else this.draw();
  }

  disconnectedCallback() {
    this.gone.abort();
    this.app?.stop();
    this.app = null;
  }

  attributeChangedCallback() {
    if (this.root) this.draw();
  }

  draw() {
    const fold = (closed) => this.toggleAttribute("open", !closed);
    if (!this.hasAttribute("open")) {
      return this.root.replaceChildren(h("button", { type: "button", class: "launch", onclick: () => fold(false) }, icon("hub"), t("Ask Navet")));
    }
    if (!this.app) {
      const api = this.getAttribute("api");
      const wanted = Object.fromEntries(SETTINGS.map((name) => [name, this.getAttribute(name)]));
      this.app = new App(new URL(api || "..", api ? document.baseURI : HERE).href, { ...wanted, code: this.code, foldable: !this.isPage }, () => fold(true));
      this.app.start();
    }
    return this.root.replaceChildren(this.app.element);
  }

  /** /chat?municipality=… sets attributes. A code leaves the address. Back to a chat that was left fast shows nothing of it. */
  asPage() {
    const given = new URLSearchParams(location.search);
    for (const name of SETTINGS) if (/^[\w-]{1,40}$/.test(given.get(name) ?? "")) this.setAttribute(name, given.get(name));
    this.code = location.hash.match(/^#code=([\w-]{9,99})$/)?.[1];
    if (this.code) history.replaceState(null, "", location.pathname + location.search);
    const [visit] = performance.getEntriesByType("navigation");
    if (visit?.type === "back_forward" && !Object.keys(new Store().data).length) location.replace("/widget/neutral");
    else this.setAttribute("open", "");
  }

  key(event) {
    if (event.key !== "Escape" || event.repeat || event.isComposing || !this.app || !this.hasAttribute("open")) return;
    if (event.timeStamp - this.escaped < TWICE_WITHIN) return this.app.leave();
    this.escaped = event.timeStamp;
    return this.app.panel.close();
  }

  /** Back from the page cache: what this tab left fast must not come with it. */
  restored() {
    if (!new Store().data.chat && (this.app?.conversation || this.isPage)) return this.app.leave();
    this.root.hidden = false;
    return this.app?.refresh();
  }
}

customElements.define("navet-chat", NavetChat);
