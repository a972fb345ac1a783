import assert from "node:assert/strict";
import { test } from "node:test";
import { EMPTY_PAYLOAD, signRequest } from "../../src/backup/s3-sign.ts";

/** The worked examples of the S3 reference, "Authenticating requests: using the Authorization header". */
const needs = {
  credentials: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" },
  region: "us-east-1",
  at: Date.UTC(2013, 4, 24),
};
const HOST = "https://examplebucket.s3.amazonaws.com";

const EXAMPLES = [
  {
    what: "a part of an object",
    request: { method: "GET", url: new URL(`${HOST}/test.txt`), headers: { range: "bytes=0-9" }, payload: EMPTY_PAYLOAD },
    signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    names: "host;range;x-amz-content-sha256;x-amz-date",
  },
  {
    what: "an object that is put",
    request: {
      method: "PUT",
      url: new URL(`${HOST}/test%24file.text`),
      headers: { date: "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY" },
      payload: "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
    },
    signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
    names: "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
  },
  {
    what: "a query without a value",
    request: { method: "GET", url: new URL(`${HOST}/?lifecycle`), headers: {}, payload: EMPTY_PAYLOAD },
    signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
    names: "host;x-amz-content-sha256;x-amz-date",
  },
  {
    what: "a list",
    request: { method: "GET", url: new URL(`${HOST}/?max-keys=2&prefix=J`), headers: {}, payload: EMPTY_PAYLOAD },
    signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
    names: "host;x-amz-content-sha256;x-amz-date",
  },
] as const;

for (const { what, request, signature, names } of EXAMPLES) {
  test(`Holdfast signs ${what} for object storage as the published example does`, () => {
    assert.equal(
      signRequest(request, needs)["authorization"],
      `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=${names},Signature=${signature}`,
    );
  });
}
