/** What every page in the frame is built of: a head with one title and one main action, and a body. */
export { default as page } from './page.module.css';
