/** Whether a value is a Response, by its shape. */
export const isResponse = (value) => typeof value?.status === "number" && typeof value.headers?.get === "function";
