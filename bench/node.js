// SPDX-License-Identifier: Apache-2.0
// node.js PORT TIMES: GetEmailIdentity through the official SDK, over a connection that is kept. Prints what measure.c
// prints.
"use strict";

const fs = require("fs");
const http = require("http");
const { Client } = require("tencentcloud-sdk-nodejs-ses").ses.v20201002;

async function main(port, times) {
  const agent = new http.Agent({ keepAlive: true });
  const client = new Client({
    credential: { secretId: process.env.TENCENTCLOUD_SECRET_ID, secretKey: process.env.TENCENTCLOUD_SECRET_KEY },
    region: "ap-guangzhou",
    profile: { httpProfile: { endpoint: `127.0.0.1:${port}`, protocol: "http://", agent } },
  });
  const call = () => client.GetEmailIdentity({ EmailIdentity: "mail.example.com" });
  const start = process.cpuUsage();
  await call();
  const first = process.cpuUsage(start);
  const begin = process.cpuUsage();
  const beginWall = process.hrtime.bigint();
  for (let i = 1; i < times; i++) await call();
  const used = process.cpuUsage(begin);
  const wall = Number(process.hrtime.bigint() - beginWall) / 1e3;
  const peak = /VmHWM:\s*(\d+)/.exec(fs.readFileSync("/proc/self/status", "utf8"))[1];
  console.log(JSON.stringify({
    first_cpu_us: first.user + first.system, times: times - 1, cpu_us: used.user + used.system, wall_us: wall,
    allocations: 0, own_allocations: 0, peak_kb: Number(peak),
  }));
  agent.destroy();
}

main(Number(process.argv[2]), Number(process.argv[3]));
