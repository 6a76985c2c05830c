import assert from "node:assert/strict";
import test from "node:test";
import { kioskZoom } from "./zoom";

test("kiosk mode grows with the screen and never shrinks the page", () => {
  assert.equal(kioskZoom(3840), 3);
  assert.equal(kioskZoom(1920), 1.5);
  assert.equal(kioskZoom(1280), 1);
  assert.equal(kioskZoom(390), 1);
});
