/** The error of a call that must fail. */
export const failure = (call) => call.then(() => { throw new Error("it succeeded"); }, (error) => error);
