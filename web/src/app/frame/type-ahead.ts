/**
 * Whoever presses Ctrl-K goes on typing at once, and the search box is there a moment later, the first time after its script
 * has come. What is typed meanwhile is kept for it and goes nowhere else, least of all into a message.
 */
let typed = '';

export function beginTypingAhead(): void {
  typed = '';
  addEventListener('keydown', take, true);
}

/** Answers what was typed so far; keys go where they always go again. */
export function endTypingAhead(): string {
  removeEventListener('keydown', take, true);
  const all = typed;
  typed = '';
  return all;
}

function take(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const { key } = event;
  if (key === 'Backspace') typed = typed.replace(/.$/su, '');
  else if (/^.$/su.test(key)) typed += key;
  // Enter is for the search box as well: here it would send what somebody began to write.
  else if (key !== 'Enter') return;
  event.preventDefault();
  event.stopPropagation();
}
