// Loaded by every Node inside a machine through NODE_OPTIONS: before a program is started or a signal sent, writes down
// where in the source that happens.
"use strict";
const fs = require("fs");
const children = require("child_process");

const trace = "@TRACE@";
const frameLimit = 24;
let number = 0;

const stat = (pid) => fs.readFileSync(`/proc/${pid}/stat`, "latin1").split(") ").pop().split(" ");
const start = stat("self")[19];

function frames() {
  const limit = Error.stackTraceLimit;
  const prepare = Error.prepareStackTrace;
  Error.stackTraceLimit = frameLimit + 10;
  Error.prepareStackTrace = (_, sites) => sites;
  const sites = new Error().stack;
  Error.prepareStackTrace = prepare;
  Error.stackTraceLimit = limit;
  const own = sites.filter((site) => site.getFileName() && !site.getFileName().startsWith("node:"));
  return own
    .filter((site) => site.getFileName() !== __filename)
    .slice(0, frameLimit)
    .flatMap((site) => [
      site.getFileName().startsWith("file://") ? decodeURI(site.getFileName().slice(7)) : site.getFileName(),
      site.getLineNumber(),
      site.getFunctionName() || "<module>",
    ]);
}

function note(what, argv, targets) {
  try {
    const found = frames();
    const fields = [++number, 0, what, found.length / 3, ...found, argv.length, ...argv, targets.length, ...targets];
    fs.appendFileSync(`${trace}/${process.pid}.${start}.hook`, fields.map((field) => `${field}\0`).join(""));
    fs.appendFileSync(`${trace}/order`, `hook ${process.pid} ${start} ${number}\n`);
  } catch {
    try {
      fs.appendFileSync(`${trace}/incomplete`, "");
    } catch {
      return; // nowhere to write at all: the reader finds the folder gone
    }
  }
}

function group(wanted) {
  return fs.readdirSync("/proc").filter((name) => {
    try {
      return /^[0-9]+$/.test(name) && Number(stat(name)[2]) === wanted;
    } catch {
      return false; // it ended while we looked
    }
  });
}

const asynchronous = children.ChildProcess.prototype.spawn;
children.ChildProcess.prototype.spawn = function (options) {
  note("launch", [options.file, ...(options.args || []).slice(1)], []);
  return asynchronous.apply(this, arguments);
};

for (const name of ["spawnSync", "execFileSync"]) {
  const original = children[name];
  children[name] = function (file, args, options) {
    const words = Array.isArray(args) ? args : [];
    const settings = (Array.isArray(args) ? options : args) || {};
    note("launch", settings.shell ? ["/bin/sh", "-c", [file, ...words].join(" ")] : [file, ...words], []);
    return original.apply(this, arguments);
  };
}

const execSync = children.execSync;
children.execSync = function (command) {
  note("launch", ["/bin/sh", "-c", command], []);
  return execSync.apply(this, arguments);
};

const kill = process.kill;
process.kill = function (pid, signal) {
  if (signal !== 0) {
    note("kill", ["kill", `-${signal || "SIGTERM"}`, pid], pid > 0 ? [pid] : group(-pid));
  }
  return kill.apply(this, arguments);
};

require("module").syncBuiltinESMExports();
