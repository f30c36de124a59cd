/**
 * Tables that are read rather than worked in. On a phone the columns marked `wide` go, and what matters of them stands
 * under the first one, marked `narrow`.
 */
export { default as table } from './table.module.css';
