/** Whether the body of a Request or Response was read, or is being read. */
export const isUsed = ({ bodyUsed, body }) => bodyUsed === true || body?.locked === true;
