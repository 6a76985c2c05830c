import type { Alert, Silence, SilenceWish, Silencing } from "../base/api";
import { type Child, el, fill } from "../base/dom";
import { addressInstant, timeText, timeWords } from "../base/time";
import { typedEnd } from "../base/typedtime";
import { openDialog } from "./dialog";

/** untilText says until when: only the clock if that is today. */
export function untilText(until: number, now: number, zone: string): string {
  const [at, today] = [timeText(until, zone), timeText(now, zone)];
  return `until ${at.slice(0, 10) === today.slice(0, 10) ? at.slice(11, 16) : at.slice(0, 16)}`;
}

/** silencedWords says which alerts a silence is for. */
export function silencedWords({ rule, subject }: Pick<Silence, "rule" | "subject">): string {
  if (rule === "") return `All alerts of ${subject}`;
  return subject === "" ? `All alerts of the rule ${rule}` : `${rule} of ${subject}`;
}

/** silenceFacts says until when a silence holds, who made it, and why. */
export function silenceFacts(q: Silence, now: number, zone: string): string {
  return `Silenced ${untilText(q.until, now, zone)} by ${q.by}${q.reason ? `: ${q.reason}` : ""}`;
}

/** others are the silences that no alert in the list shows. */
export function others(silences: readonly Silence[], alerts: readonly Pick<Alert, "silence">[]): Silence[] {
  const shown = new Set(alerts.map((a) => a.silence?.id));
  return silences.filter((q) => !shown.has(q.id));
}

/** ownEnd reads the end of a silence as a reader types it. A day alone means its end. */
export function ownEnd(text: string, now: number, zone: string): { until: string } | { wrong: string } {
  const typed = typedEnd(text, zone, true);
  if ("wrong" in typed) return text.trim() === "" ? { wrong: "Say until when." } : { wrong: `“${text.trim()}” is not a time. Try 2026-01-05 18:00.` };
  const at = addressInstant(typed.value, zone);
  if (at == null) return { wrong: `“${text.trim()}” is not a time. Try 2026-01-05 18:00.` };
  if (at <= now) return { wrong: "This time is over." };
  return { until: new Date(at).toISOString() };
}

/** SilenceBoxOptions say what the box begins with, and what it does. */
export interface SilenceBoxOptions {
  silencing: Silencing;
  zone: string;
  now: number;
  rule: string;
  subject: string;
  /** send makes the silence. It throws an error whose message the reader sees. */
  send(wish: SilenceWish): Promise<void>;
  /** made is called when the silence is made and the box is closed. */
  made(): void;
}

/** openSilenceBox asks what is to be silent, until when and why. */
export function openSilenceBox(o: SilenceBoxOptions): void {
  const rule = el("select", { class: "field", id: "silence-rule", name: "rule" }, el("option", { value: "" }, "Every rule"),
    ...o.silencing.rules.map((r) => el("option", { value: r, selected: r === o.rule }, r)));
  const subject = el("input", { class: "field", id: "silence-subject", name: "subject", value: o.subject, maxlength: "200", autocomplete: "off", "aria-describedby": "silence-subject-note" });
  const own = el("input", { class: "field", id: "silence-own", name: "own", value: timeText(o.now + 24 * 3600e3, o.zone).slice(0, 16), autocomplete: "off", "aria-label": `Until, in ${o.zone}` });
  const reason = el("input", { class: "field", id: "silence-reason", name: "reason", maxlength: "500", required: true, autocomplete: "off" });
  const wrong = el("p", { class: "wrong", role: "alert", hidden: true });
  const submit = el("button", { type: "submit", class: "button is-primary" }, "Silence");
  const choice = (value: string, label: Child, checked = false) =>
    el("label", { class: "silence-choice" }, el("input", { type: "radio", name: "length", value, checked }), label);
  const chosen = () => form.querySelector<HTMLInputElement>("input[name=length]:checked")?.value ?? "";
  own.addEventListener("focus", () => {
    const radio = form.querySelector<HTMLInputElement>("input[value=own]");
    if (radio) radio.checked = true;
  });
  const form: HTMLFormElement = el("form", { class: "silence-form", novalidate: true },
    el("label", {}, "Rule", rule),
    el("label", {}, "Subject", subject),
    el("p", { class: "silence-note", id: "silence-subject-note" }, "A * stands for any text, as in VaR*. Empty means every subject."),
    el("fieldset", {}, el("legend", {}, "For how long"),
      choice("1h", "1 hour", true), choice("4h", "4 hours"),
      choice("opening", `Until the desk opens, ${timeWords(o.silencing.opening, o.zone)}`),
      el("div", { class: "silence-own" }, choice("own", "Until"), own)),
    el("label", {}, "Reason", reason),
    el("p", { class: "silence-note" }, "The alerts stay on the page, with your name and the reason. What still fires at the end is told then."),
    wrong, el("div", { class: "silence-buttons" }, submit, el("button", { type: "button", class: "button", onclick: () => dialog.close() }, "Cancel")));
  const say = (text: string, at?: HTMLElement) => {
    fill(wrong, text);
    wrong.hidden = text === "";
    for (const field of [subject, own, reason]) field.setAttribute("aria-invalid", String(field === at));
    at?.focus();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const wish: SilenceWish = { rule: rule.value, subject: subject.value.trim(), reason: reason.value.trim() };
    if (wish.rule === "" && /^\**$/.test(wish.subject!)) return say("Choose a rule or name a subject, or nobody would hear of anything.", subject);
    const length = chosen();
    if (length === "own") {
      const end = ownEnd(own.value, o.now, o.zone);
      if ("wrong" in end) return say(end.wrong, own);
      wish.until = end.until;
    } else if (length === "opening") wish.until = new Date(o.silencing.opening).toISOString();
    else wish.for = length;
    if (wish.reason === "") return say("Say why; others read it.", reason);
    say("");
    submit.disabled = true;
    o.send(wish).then(() => {
      dialog.close();
      o.made();
    }, (error: Error) => {
      submit.disabled = false;
      say(error.message);
    });
  });
  const dialog = openDialog({ class: "silence-box", "aria-labelledby": "silence-heading", "data-testid": "silence-box" }, el("h2", { id: "silence-heading" }, "Silence alerts"), form);
  reason.focus();
}
