// Bluesky's own server of accounts on loopback, offline, in memory but for files in FOLDER: node bluesky_pds.mjs FOLDER
//
// It prints its address. Beside it stand a directory of DIDs (plc) and the one answer of an app view that the official
// client asks for when it signs in.
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { envToCfg, envToSecrets, PDS } from "@atproto/pds";

const plc = createRequire(import.meta.url)("@did-plc/server");
const folder = process.argv[2];

const directory = plc.PlcServer.create({ db: plc.Database.mock() });
directory.server = directory.app.listen(0, "127.0.0.1");
await new Promise((listening) => directory.server.once("listening", listening));

const view = createServer((request, response) => {
  const actor = new URL(request.url, "http://view").searchParams.get("actor");
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ did: actor, handle: "jane.test" }));
}).listen(0, "127.0.0.1");
await new Promise((listening) => view.once("listening", listening));

const free = createServer().listen(0, "127.0.0.1");
await new Promise((listening) => free.once("listening", listening));
const port = free.address().port;
await new Promise((closed) => free.close(closed));

const env = {
  port,
  hostname: "localhost",
  serviceDid: "did:web:localhost",
  devMode: true,
  disableSsrfProtection: true,
  dataDirectory: folder,
  blobstoreDiskLocation: `${folder}/blobs`,
  didPlcUrl: `http://127.0.0.1:${directory.server.address().port}`,
  serviceHandleDomains: [".test"],
  inviteRequired: false,
  rateLimitsEnabled: true,
  bskyAppViewUrl: `http://127.0.0.1:${view.address().port}`,
  bskyAppViewDid: "did:web:view.test",
  crawlers: [],
  jwtSecret: randomBytes(16).toString("hex"),
  adminPassword: randomBytes(16).toString("hex"),
  dpopSecret: randomBytes(32).toString("hex"),
  plcRotationKeyK256PrivateKeyHex: randomBytes(32).toString("hex"),
};
const pds = await PDS.create(envToCfg(env), envToSecrets(env));
await pds.start();
console.log(`http://127.0.0.1:${port}`);
