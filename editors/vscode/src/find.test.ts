import * as assert from "node:assert/strict";
import { test } from "node:test";

import { find, type Surroundings } from "./find";

const around: Surroundings = {
  stated: "",
  trusted: true,
  python: "/venvs/shop/bin/python",
  folders: ["/shop"],
  windows: false,
  exists: () => true,
};

test("what is stated wins", () => {
  assert.equal(find({ ...around, stated: "/opt/ecslint" }), "/opt/ecslint");
});

test("the Python of the workspace comes first, then .venv, then the PATH", () => {
  assert.equal(find(around), "/venvs/shop/bin/ecslint");
  assert.equal(find({ ...around, python: undefined }), "/shop/.venv/bin/ecslint");
  assert.equal(find({ ...around, exists: (file) => file.startsWith("/shop") }), "/shop/.venv/bin/ecslint");
  assert.equal(find({ ...around, exists: () => false }), "ecslint");
});

test("no program of a workspace is started that nobody trusts", () => {
  assert.equal(find({ ...around, trusted: false }), "ecslint");
  assert.equal(find({ ...around, trusted: false, stated: "/opt/ecslint" }), "/opt/ecslint");
});
