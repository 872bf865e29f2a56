import { patiently, uuid } from "./api.js";

const PAGE = 500; // messages the server gives at most a call

export class Conversation {
  constructor(api, store, on) {
    Object.assign(this, { api, store, on, items: [], queue: [], seen: new Set(), cursor: "", last: "" });
  }

  get chat() {
    return this.store.data.chat;
  }

  // as the newest message says
  get stage() {
    return this.items.map((item) => item.message?.meta?.stage).filter(Boolean).pop() || this.chat.stage;
  }

  async open(wanted) {
    const { conversation_id: id, token, language, stage, messages } = await patiently(() => this.api.open(wanted));
    this.store.save({ chat: { id, token, language, stage }, pending: [] });
    this.receive(messages, "history");
    this.cursor = this.last;
  }

  /** After a reload. `deliver` then sends what was not answered. */
  async resume() {
    this.queue = (this.store.data.pending || []).map((kept) => ({ ...kept, state: "waiting" }));
    await patiently(() => this.fetchNew("history"));
    this.items.push(...this.queue.filter((echo) => !this.items.includes(echo)));
  }

  /** body: { text } or { choice } */
  say(body, label) {
    const echo = { cid: uuid(), body, label, after: this.last, state: "waiting" };
    this.queue.push(echo);
    this.items.push(echo);
    this.keepPending();
    this.on.added([echo], "mine");
    this.deliver();
  }

  /** One after the other: what cannot be sent now holds back the rest. */
  async deliver() {
    if (this.running) return;
    this.running = true;
    while (this.queue.length && !this.ended && (await this.deliverOne(this.queue[0])));
    this.running = false;
    this.on.idle();
    this.listen();
  }

  async deliverOne(echo) {
    this.mark(echo, "sending");
    try {
      const body = { client_message_id: echo.cid, ...echo.body };
      const { messages } = await patiently(() => this.api.send(this.chat, body), () => this.mark(echo, "retrying"));
      if (this.ended) return false;
      this.done(echo, "sent");
      this.receive(messages, "reply");
      // leads nowhere: perhaps everything was deleted
      if (!messages.some((message) => message.choices.length)) this.sync();
      return true;
    } catch (problem) {
      if (problem.gone) this.end();
      if (this.ended) return false;
      echo.problem = problem.status;
      const refused = problem.status === 413 || problem.status === 422;
      if (refused) this.done(echo, "refused");
      else this.mark(echo, "failed");
      return refused;
    }
  }

  done(echo, state) {
    this.queue.shift();
    this.keepPending();
    this.mark(echo, state);
  }

  mark(echo, state) {
    echo.state = state;
    if (!this.ended) this.on.changed(echo);
  }

  keepPending() {
    this.store.save({ pending: this.queue.map(({ cid, body, label, after }) => ({ cid, body, label, after })) });
  }

  receive(messages, how) {
    const fresh = messages.map((message) => this.take(message)).filter(Boolean);
    this.items.push(...fresh);
    if (fresh.length) this.on.added(fresh, how);
  }

  /** What to add for a message; the child's own come back as their echo. */
  take(message) {
    if (this.seen.has(message.id)) return null;
    const echo = message.from === "child" && this.echoOf(message);
    this.seen.add(message.id);
    this.last = message.id;
    if (!echo) return { message };
    echo.id = message.id;
    return this.items.includes(echo) ? null : echo;
  }

  echoOf({ text }) {
    const mine = (echo) => echo.cid && !echo.id && (!echo.after || this.seen.has(echo.after)) && bare(echo.label) === bare(text);
    return this.items.find(mine) || this.queue.find(mine);
  }

  async sync() {
    if (this.syncing || this.ended) return;
    this.syncing = true;
    try {
      await this.fetchNew("news");
    } catch (problem) {
      if (problem.gone) this.end();
    }
    this.syncing = false;
  }

  // the cursor follows history only, never a reply: a person may have written just before it
  async fetchNew(how) {
    let messages;
    do {
      ({ messages } = await this.api.history(this.chat, this.cursor));
      if (this.ended) return;
      this.receive(messages, how);
      this.cursor = messages.length ? messages[messages.length - 1].id : this.cursor;
    } while (messages.length >= PAGE);
  }

  /** A line where a person may answer; else, or when it is silent, ask. */
  refresh() {
    if (this.line && this.alive) this.alive = false;
    else {
      this.hush();
      this.sync();
      this.listen();
    }
  }

  async listen() {
    if (this.line || this.ended || !this.items.some(({ message }) => message?.meta?.handoff_id)) return;
    const line = (this.line = new AbortController());
    const heard = (message) => {
      this.alive = true;
      if (!message || line !== this.line) return;
      this.receive([message], "news");
      this.cursor = message.id;
    };
    try {
      await this.api.listen(this.chat, this.cursor, line.signal, heard);
    } catch {}
    if (line === this.line) this.line = null;
  }

  hush() {
    this.line?.abort();
    this.line = null;
  }

  async change(wanted) {
    const { language, stage, messages } = await patiently(() => this.api.change(this.chat, wanted));
    this.store.save({ chat: { ...this.chat, language, stage } });
    for (const item of this.items) item.old = true;
    this.receive(messages, "reply");
  }

  async erase() {
    try {
      await patiently(() => this.api.erase(this.chat));
    } catch (problem) {
      if (!problem.gone) throw problem;
    }
    this.close();
  }

  end() {
    if (this.ended) return;
    const unsent = this.queue.map((echo) => echo.body.text).filter(Boolean);
    this.close();
    this.on.gone(unsent.join("\n"));
  }

  stop() {
    this.ended = true;
    this.hush();
  }

  close() {
    this.stop();
    this.store.clear();
  }
}

// the server tidies spaces and control characters
const bare = (text) => text.replace(/[^\p{L}\p{N}]/gu, "");
