/** What the pages of Settings, Admin and Activity are built of: sections, lists of facts, rows of buttons, dialogs. */
export { default as sections } from './sections.module.css';
