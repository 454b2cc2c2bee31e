// Calls the platform's interfaces with the npm package co-wechat-api: one job as JSON on standard input, what became of
// every step as JSON on standard output. NODE_PATH says where the package is.
//
// A job has `root` (the simulator, its interfaces below /api), `control` (its control interface), `appId`, `secret` and
// `steps`. A step is [method, arguments...] of the package, or ["control", path, body]. An argument
// {"of": n, "at": "name"} stands for that field of what the nth step gave, {"file": path} for the octets of a file.
'use strict';

const fs = require('fs');
const API = require('co-wechat-api');

const OFFICIAL = ['https://api.weixin.qq.com', 'http://file.api.weixin.qq.com'];

const job = JSON.parse(fs.readFileSync(0, 'utf8'));
const told = [];

class Redirected extends API {
  // The package has attributes for most of its hosts and writes out the rest: the host is all that is changed.
  request(url, ...rest) {
    const official = OFFICIAL.find((host) => url.startsWith(host));
    return super.request(official ? `${job.root}/api${url.slice(official.length)}` : url, ...rest);
  }
}

function meant(argument) {
  if (argument === null || typeof argument !== 'object') return argument;
  if (Array.isArray(argument)) return argument.map(meant);
  if ('of' in argument) return told[argument.of].value[argument.at];
  if ('file' in argument) return fs.readFileSync(argument.file);
  return Object.fromEntries(Object.entries(argument).map(([name, value]) => [name, meant(value)]));
}

function shown(value) {
  return Buffer.isBuffer(value) ? { octets: value.toString('base64') } : value;
}

async function control(path, body) {
  const answer = await fetch(`${job.control}/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body || {}),
  });
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  return answer.json();
}

async function main() {
  const api = new Redirected(job.appId, job.secret);
  for (const [method, ...given] of job.steps) {
    const args = given.map(meant);
    try {
      const value = await (method === 'control' ? control(...args) : api[method](...args));
      told.push({ value: shown(value) });
    } catch (problem) {
      told.push({ value: null, errcode: problem.code || null, error: `${problem.name}: ${problem.message}` });
    }
  }
  fs.writeSync(1, JSON.stringify(told));
}

main().then(
  () => process.exit(0), // connections are kept open for a next call that does not come
  (problem) => {
    process.stderr.write(`${problem.stack}\n`);
    process.exit(1);
  },
);
