/** The product's version; a test holds it against package.json, which is not read at run time to keep the start short. */
export const version = '0.1.0';
