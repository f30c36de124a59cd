/** The part of TypeBox that checks values against plain JSON Schema, loaded on first use (validation.ts). */
export { Compile } from 'typebox/schema';
