import { fromDialog, type Given } from './given-files.ts';

/** The one that is asked with: some browsers forget a field that nothing holds. */
let asking: HTMLInputElement | undefined;

/**
 * Asks for files, or for a folder with all that is in it, by the browser's own dialog. Browsers show it only while a key or
 * a click is being handled.
 */
export function chooseFiles(what: 'files' | 'folder', onGiven: (given: Given) => void): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  input.webkitdirectory = what === 'folder';
  input.addEventListener('change', () => onGiven(fromDialog(input.files)));
  asking = input;
  asking.click();
}
