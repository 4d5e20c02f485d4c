// A client component.
"use client";
import * as shardd from "shardd-wasm";
import { useEffect, useState } from "react";
import { setting, tale } from "../../stage.mjs";

export default function Page() {
  const [text, setText] = useState("");
  useEffect(() => {
    tale(shardd, setting()).then(setText);
  }, []);
  return <main>{text}</main>;
}
