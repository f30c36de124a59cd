/** The part of TypeBox that checks values, loaded on first use (validation.ts). */
export { Compile } from 'typebox/compile';
export { Value } from 'typebox/value';
