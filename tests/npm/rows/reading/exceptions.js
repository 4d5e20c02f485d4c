// Where the hands are right and the package is not: each with the reason, and with nothing else let through.
import { shapeOf } from "./template/client/shapes.js";
import { endOf } from "./alike.js";

const MONEY = /^(amount|holdAmount|reservedAmount|(available|total)?balance|activeHoldTotal|(holdE|e)xpiresAtUnixMs|(next|latest)ExpiryUnixMs)$/i;
const FRACTION = /":\s*-?\d+(\.\d+)?(e[+-]?\d+)?[\s,}]/gi;
const isWhole = (number) => /^":\s*-?\d+[\s,}]$/.test(number);

/** In bigint mode the package makes a bigint of whatever text of digits bears a name of money, in members that nobody promised too. */
function textsOfMoney({ ours, answer, request }) {
  if (answer.integers !== "bigint" || ours.error) return undefined;
  return { value: revived(ours.value, shapeOf(request.reads)), error: undefined };
}

function revived(value, shape, name) {
  if (typeof value === "string") return shape === undefined && MONEY.test(name) && /^-?\d+$/.test(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map((each, at) => revived(each, shape, String(at)));
  if (Object(value) !== value) return value;
  const partOf = (key) => {
    const field = shape?.fields?.find((each) => each.name === key);
    if (field) return field.kind === "%" ? { of: field.part } : typeof field.part === "object" ? field.part : "plain";
    return shape?.of;
  };
  return Object.fromEntries(Object.keys(value).map((key) => [key, revived(value[key], partOf(key), key)]));
}

/** Of lists the package takes `1.0` and `1e3` for whole numbers. */
function fractionsInLists({ ours, theirs, text, request }) {
  const isList = ["events", "balances"].includes(request.reads);
  return isList && ours.error && !theirs.error && text.match(FRACTION)?.some((number) => !isWhole(number)) ? theirs : undefined;
}

/** The package leaves `"deduplicated": null` as it is where another member follows. */
function nullDeduplicated({ ours, theirs, text, answer }) {
  const isNull = theirs.value && theirs.value.deduplicated === null && /"deduplicated"\s*:\s*null/.test(text);
  return isNull && ours.value?.deduplicated === (answer.status === 200) ? { value: { ...ours.value, deduplicated: null }, error: undefined } : undefined;
}

/** Of a nonce that comes twice in an event the last one counts, as for every reader of JSON. The package takes the last one that is a text. */
function doubledNonce({ ours, theirs, text, request }) {
  if (ours.error?.outcome !== "unknown" || theirs.error?.outcome !== "applied") return undefined;
  return JSON.parse(text).event.idempotency_nonce === request.nonce ? undefined : { value: undefined, error: { ...ours.error, outcome: "applied" } };
}

/** The same of the member by which a refusal says that funds are short: the package takes any of them. */
function doubledWords({ ours, theirs, text, answer }) {
  if (answer.status < 300 || theirs.error.holdBlocking === undefined || ours.error.holdBlocking !== undefined) return undefined;
  const { error, code, message } = JSON.parse(text);
  const isShort = [error, code, message].some((said) => typeof said === "string" && /insufficient.?funds/i.test(said));
  return isShort ? undefined : theirs;
}

const EXCEPTIONS = [textsOfMoney, fractionsInLists, nullDeduplicated, doubledNonce, doubledWords];

/** Whether one of them explains the difference. */
export function isExplained(said, isGoodStatus) {
  const theirs = endOf(said.theirs, isGoodStatus);
  return EXCEPTIONS.some((exception) => {
    const end = exception(said);
    return end !== undefined && endOf(end, isGoodStatus) === theirs;
  });
}
