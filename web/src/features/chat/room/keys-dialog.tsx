import { Dialog } from '../../../base/dialogs/dialog.tsx';
import { sections } from '../../../base/pages/sections.ts';

const writing = [
  ['Enter', 'Send'],
  ['Shift Enter', 'A new line'],
  ['Up, in an empty field', 'Edit what you wrote last'],
  ['@ and letters', 'Name somebody; @room is everybody'],
  [': and letters', 'Emoji'],
  ['/ and letters, at the beginning', 'A command; /help lists them'],
] as const;
const reading = [
  ['Up, Down or k, j', 'From message to message'],
  ['End', 'To the newest message'],
  ['r', 'Reply in a thread'],
  ['+', 'React with 👍'],
  ['e', 'Edit, if it is yours'],
  ['Delete', 'Remove; there is an Undo'],
  ['s', 'Save for later'],
  ['p', 'Pin, or take the pin off'],
  ['c', 'Copy the text'],
  ['l', 'Copy the link'],
  ['Escape', 'Back to the list of messages'],
  ['?', 'This list'],
] as const;

/** What the keyboard does in a room. */
export function KeysDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog onClose={onClose} title="Keys">
      <div className={sections.dialog}>
        <Keys title="Where you write" keys={writing} />
        <Keys title="In the messages" keys={reading} />
      </div>
    </Dialog>
  );
}

function Keys({ title, keys }: { readonly title: string; readonly keys: readonly (readonly [string, string])[] }) {
  return (
    <section className={sections.section}>
      <h3>{title}</h3>
      <dl className={sections.facts}>
        {keys.map(([key, does]) => (
          <div key={key} style={{ display: 'contents' }}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
