// A throwaway certificate for 127.0.0.1, signed by its own key: DER by hand (RFC 5280), since Node signs but writes no certificates.
import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

const HOUR_MS = 3_600_000;

export function certificate() {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    NAME,
    sequence(time(Date.now() - HOUR_MS), time(Date.now() + 24 * HOUR_MS)),
    NAME,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(SUBJECT_ALT_NAME)),
  );
  const signature = der(0x03, Buffer.from([0]), sign("sha256", body, privateKey));
  const base64 = sequence(body, ECDSA_WITH_SHA256, signature).toString("base64").replace(/.{64}/g, "$&\n");
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }),
    cert: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
  };
}

function der(tag, ...parts) {
  const content = Buffer.concat(parts);
  const size = content.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

const sequence = (...parts) => der(0x30, ...parts);
const integer = (bytes) => der(0x02, bytes);
const identifier = (...bytes) => der(0x06, Buffer.from(bytes));
/** UTCTime: YYMMDDHHMMSSZ. */
const time = (unixMs) => der(0x17, Buffer.from(new Date(unixMs).toISOString().replace(/[-:T]|\.\d+/g, "").slice(2)));

const ECDSA_WITH_SHA256 = sequence(identifier(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
const NAME = sequence(der(0x31, sequence(identifier(0x55, 0x04, 0x03), der(0x0c, Buffer.from("local shardd")))));
const SUBJECT_ALT_NAME = sequence(identifier(0x55, 0x1d, 0x11), der(0x04, sequence(der(0x87, Buffer.from([127, 0, 0, 1])))));
