// SPDX-License-Identifier: Apache-2.0
// The official SDK as a filter: one call a line of JSON in, one outcome a line out.
//
// {"call": {"endpoint", "port", "region", "action", "params", "credential", "language"}} calls the server on that port of
// this machine, under the endpoint's name whether it resolves or not, and gives {"response"} or {"error": {"code",
// "message", "requestId"}}.
// {"sign": {"url", "payload_base64", "timestamp", "service", "secretId", "secretKey", "headers", "method"}} gives
// {"authorization"}.
"use strict";

const http = require("http");
const readline = require("readline");
const common = require("tencentcloud-sdk-nodejs-common/tencentcloud/common/sign");
const { Client } = require("tencentcloud-sdk-nodejs-ses").ses.v20201002;

const LOOPBACK = { address: "127.0.0.1", family: 4 };

function lookup(host, options, done) {
  return options.all ? done(null, [LOOPBACK]) : done(null, LOOPBACK.address, LOOPBACK.family);
}

const agent = new http.Agent({ lookup, keepAlive: true });

function client({ endpoint, port, region, credential, language }) {
  const httpProfile = { endpoint: `${endpoint}:${port}`, protocol: "http://", reqTimeout: 30, agent };
  return new Client({ credential, region, profile: { httpProfile, language } });
}

async function call(request) {
  try {
    return { response: await client(request)[request.action](request.params) };
  } catch (error) {
    return { error: { code: error.code || "", message: error.message, requestId: error.requestId } };
  }
}

function sign({ payload_base64, ...request }) {
  return { authorization: common.default.sign3({ ...request, payload: Buffer.from(payload_base64, "base64") }) };
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { call: request, sign: unsigned } = JSON.parse(line);
    const outcome = request ? await call(request) : sign(unsigned);
    process.stdout.write(JSON.stringify(outcome) + "\n");
  }
  agent.destroy();
}

main();
