import assert from "node:assert/strict";
import { test } from "node:test";
import { eachOnce, opens, safeLinks, underBase } from "./link";

test("a link opens pages and nothing else", () => {
  for (const href of ["https://example.com", "HTTP://example.com/a:b", "/d/x?at=12:00", "d/x", "?a=b:c", "#a:b", "//example.com", ""])
    assert.ok(opens(href), href);
  for (const href of ["javascript:1", " java\nscript:1", "\u0001JaVaScRiPt:1", "data:text/html,x", "vbscript:1", "blob:https://x/1", "file:///x", "mailto:a@b", "intent://x"])
    assert.ok(!opens(href), href);
  assert.deepEqual(safeLinks([{ title: "a", href: "javascript:1" }, { title: "b", href: "/b" }]), [{ title: "b", href: "/b" }]);
  assert.deepEqual(safeLinks(null), []);
});

test("an address from the root lies below the page's own path", () => {
  for (const [href, base, want] of [
    ["/d/x?a=1", "http://h/", "/d/x?a=1"], ["/d/x?a=1", "http://h/desk/", "/desk/d/x?a=1"], ["/desk/d/x", "http://h/desk/", "/desk/d/x"],
    ["d/x", "http://h/desk/", "d/x"], ["https://o/d/x", "http://h/desk/", "https://o/d/x"], ["//o/x", "http://h/desk/", "//o/x"],
  ]) assert.equal(underBase(href, base), want);
});

test("the same link of two values is one", () => {
  assert.deepEqual(eachOnce([{ title: "a", href: "/a" }, { title: "a", href: "/a" }, { title: "b", href: "/a" }]).map((l) => l.title), ["a", "b"]);
});
