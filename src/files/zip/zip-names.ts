const FORBIDDEN = /[<>:"|?*\\]/g;
const TRAILING = /[. ]+$/;
// Names of devices, which Windows opens instead of a file, with any extension.
const DEVICE = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;
const MAX_BYTES = 255;

/**
 * Names for one folder of an archive that every system can hold: what Windows refuses becomes “_”, and of names that
 * Windows or macOS take for one the later ones get a number. A name that is fine stays as it is.
 */
export function zipNames(): (name: string) => string {
  const taken = new Set<string>();
  return (name) => {
    const fits = portable(name);
    for (let number = 1; ; number++) {
      const candidate = number === 1 ? fits : numbered(fits, number);
      const key = candidate.normalize('NFC').toLowerCase();
      if (taken.has(key)) continue;
      taken.add(key);
      return candidate;
    }
  };
}

function portable(name: string): string {
  const replaced = name.replaceAll(FORBIDDEN, '_').replace(TRAILING, (end) => '_'.repeat(end.length));
  return DEVICE.test(replaced) ? shortened('_', replaced, '') : replaced;
}

/** `plan.pdf` -> `plan (2).pdf` */
function numbered(name: string, number: number): string {
  const dot = name.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  return shortened('', stem, ` (${number})${extension}`);
}

/** Cuts the stem by whole letters, so that the name stays within what a file system takes. */
function shortened(prefix: string, stem: string, end: string): string {
  let letters = Array.from(stem);
  while (letters.length > 1 && Buffer.byteLength(prefix + letters.join('') + end) > MAX_BYTES) {
    letters = letters.slice(0, -1);
  }
  return prefix + letters.join('') + end;
}
