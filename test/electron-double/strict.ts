/**
 * A view of `target` on which every member that is not there throws, so that no test passes on a silent no-op.
 * Methods are bound to the target, because private fields do not work through a proxy.
 */
export function strict<T extends object>(name: string, target: T): T {
  return new Proxy(target, {
    get(inner, key) {
      // Promise resolution and inspection ask for these of anything.
      if (!(key in inner) && (typeof key === 'symbol' || key === 'then' || key === 'toJSON')) return undefined;
      if (!(key in inner)) throw missing(`${name}.${String(key)}`);
      const value: unknown = Reflect.get(inner, key, inner);
      return typeof value === 'function' ? value.bind(inner) : value;
    },
    set(_inner, key) {
      throw missing(`assignment to ${name}.${String(key)}`);
    },
  });
}

/** Throws for the first key of `options` that is not known. */
export function onlyKnown(name: string, options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown !== undefined) throw missing(`option ${unknown} of ${name}`);
}

function missing(what: string): Error {
  return new Error(`electron double: ${what} is not there`);
}
