import type { Preparing } from "../base/api";
import { el } from "../base/dom";

/** PreparingView stands in place of the panels until the server's record is complete. It says what is being done. */
export class PreparingView {
  private readonly text = el("p", { role: "status" });
  private readonly bar = el("progress", { max: 100, "aria-label": "Progress" });
  readonly element = el("div", { class: "nothing", "data-testid": "preparing" }, el("h1", {}, "The dashboards are being prepared"),
    this.text, this.bar, el("p", {}, "This page shows them as soon as everything is there."));

  show({ text, percent }: Preparing): void {
    const said = `${text} …`;
    if (this.text.textContent !== said) this.text.textContent = said;
    this.bar.value = percent;
  }
}
