// Names on the wire are snake_case, names that users see camelCase.

/** `hold_amount` of `holdAmount`. */
export const wireName = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** `holdAmount` of `hold_amount`. An underscore at the beginning stays. */
export const publicName = (wire) => wire.replace(/(?!^)_+([a-z]?)/g, (_, letter) => letter.toUpperCase());
