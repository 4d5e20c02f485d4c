// What the typings offer, by kind, as the compiler sees it.

/** The members of an exported type, those of its bases included. */
function members(ts, checker, exported, name) {
  const symbol = exported.get(name);
  return checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol)).map((property) => property.getName());
}

export function typed(ts, file) {
  const program = ts.createProgram([file], { target: ts.ScriptTarget.ES2020, lib: ["lib.es2020.d.ts"], strict: true });
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(file));
  const exported = new Map(checker.getExportsOfModule(module).map((symbol) => [symbol.getName(), symbol]));
  const of = (name) => members(ts, checker, exported, name);
  const less = (names, base) => names.filter((name) => !base.includes(name));
  const statics = checker.getPropertiesOfType(checker.getTypeOfSymbolAtLocation(exported.get("Shardd"), module.valueDeclaration))
    .map((property) => property.getName()).filter((name) => name !== "prototype");
  const call = of("CallOptions");
  const errors = [...exported.keys()].filter((name) => /^[A-Z]\w*Error$/.test(name));
  return {
    client: ["new Shardd", ...statics.map((name) => `Shardd.${name}`)],
    options: of("ShardOptions"),
    // The compiler's own name for a symbol's member.
    calls: of("Shardd").map((name) => (name.startsWith("__@dispose") ? "[Symbol.dispose]" : name)),
    "options of any call": call,
    "options of getAccount": less(of("GetAccountOptions"), call),
    "options of a write": less(of("CreateEventOptions"), call),
    "filters of listMyBuckets": less(of("MyBucketsFilter"), call),
    "filters of listMyBucketEvents": less(of("MyBucketEventsFilter"), call),
    "filters of listMyEvents": less(of("MyEventsFilter"), call),
    errors: [...errors, "isShardError"],
    "on errors": [...new Set([...of("ShardError"), ...of("InsufficientFundsError"), ...of("RateLimitedError"), ...of("TimeoutError")])]
      .filter((name) => !["name", "message", "stack"].includes(name)),
  };
}
