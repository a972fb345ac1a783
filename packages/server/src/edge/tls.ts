import { constants } from "node:crypto";
import type { SecureServerOptions } from "node:http2";
import type { EdgeLimits } from "./limits.ts";

/** PEM: the leaf first, then what leads to its authority. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

// mozilla/ssl-config-generator guidelines 6.0, "intermediate", with the post-quantum group first and no finite-field groups.
const GROUPS = "X25519MLKEM768:X25519:P-256:P-384";
const CIPHERS = [
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
  "TLS_AES_128_GCM_SHA256",
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-CHACHA20-POLY1305",
  "ECDHE-RSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES256-GCM-SHA384",
  "ECDHE-RSA-CHACHA20-POLY1305",
].join(":");

/** What a context is made of: the same words at start and at a hot reload. */
export function contextOptions({ key, cert }: Certificate) {
  return {
    key,
    cert,
    minVersion: "TLSv1.2",
    maxVersion: "TLSv1.3",
    ecdhCurve: GROUPS,
    ciphers: CIPHERS,
    honorCipherOrder: true,
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION | constants.SSL_OP_NO_COMPRESSION,
  } as const;
}

const HTTP2_DEFAULT_WINDOW_BYTES = 65_535;
const HTTP2_DEFAULT_FRAME_BYTES = 16_384;
const HPACK_TABLE_BYTES = 4_096;

/** Every option by name, so that a change of a default shows in a diff and not in production. */
export function serverOptions(certificate: Certificate, limits: EdgeLimits, headerBytesMax: number): SecureServerOptions {
  const http1 = {
    maxHeaderSize: headerBytesMax,
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: limits.checkEveryMs,
    keepAliveTimeout: limits.keepAliveMs,
    // The runtime would answer by itself and go on reading; the head's own rule refuses and closes.
    requireHostHeader: false,
    joinDuplicateHeaders: false,
    insecureHTTPParser: false,
    rejectNonStandardBodyWrites: true,
  };
  return {
    ...contextOptions(certificate),
    ...http1,
    http1Options: http1,
    allowHTTP1: true,
    ALPNProtocols: ["h2", "http/1.1"],
    handshakeTimeout: limits.handshakeMs,
    requestCert: false,
    strictFieldWhitespaceValidation: true,
    maxDeflateDynamicTableSize: HPACK_TABLE_BYTES,
    maxSettings: limits.settingsEntriesMax,
    maxSessionMemory: limits.sessionMemoryMegabytes,
    maxHeaderListPairs: limits.headerListPairsMax,
    maxOutstandingPings: 1,
    maxSessionInvalidFrames: limits.invalidFramesMax,
    maxSessionRejectedStreams: limits.rejectedStreamsMax,
    streamResetBurst: limits.resetBurst,
    streamResetRate: limits.resetsPerSecond,
    unknownProtocolTimeout: limits.handshakeMs,
    settings: {
      headerTableSize: HPACK_TABLE_BYTES,
      enablePush: false,
      initialWindowSize: HTTP2_DEFAULT_WINDOW_BYTES,
      maxFrameSize: HTTP2_DEFAULT_FRAME_BYTES,
      maxConcurrentStreams: limits.streamsPerSessionMax,
      maxHeaderListSize: headerBytesMax,
      enableConnectProtocol: false,
    },
  };
}
