import { showToast } from '../../app/toasts.ts';
import { counted } from '../../base/text/format.ts';
import { approvePresentState } from './api.ts';
import { DecisionDialog } from './decision-dialog.tsx';
import { type FindingsFilter, isNarrowed, severitiesOf } from './filter.ts';
import { severityWords, sourceWords } from './words.ts';

/** Accepts all that is open and fits the filter of the list. */
export function BaselineDialog({ filter, onClose }: { readonly filter: FindingsFilter; readonly onClose: () => void }) {
  const done = ({ accepted }: { readonly accepted: number }): void => {
    showToast({
      text:
        accepted === 0
          ? 'Nothing open fitted, so nothing was accepted.'
          : `Accepted ${counted(accepted, 'finding')}. What comes new from now on is open.`,
    });
  };
  return (
    <DecisionDialog
      title="Approve the present state"
      act="Accept all of it"
      reasonHint="The state at the hand-over; what is new counts"
      endHint="After that, whatever is still so opens by itself."
      run={(decision) => approvePresentState(filter, decision)}
      onDone={done}
      onClose={onClose}
    >
      <p>
        Accepts everything that is open{isNarrowed(filter) ? ' and fits the filters of the list' : ''}, so that only
        what comes new is open. Nothing is mended by it.
      </p>
      {isNarrowed(filter) && (
        <ul>
          {filterWords(filter).map((words) => (
            <li key={words}>
              <bdi>{words}</bdi>
            </li>
          ))}
        </ul>
      )}
    </DecisionDialog>
  );
}

function filterWords({ severity, verdict, source, check, resource, text }: FindingsFilter): string[] {
  return [
    ...(severity === undefined
      ? []
      : [
          `Severity: ${severitiesOf(severity)
            .map((each) => severityWords[each].toLowerCase())
            .join(', ')}`,
        ]),
    ...(verdict === undefined ? [] : ['Result: could not look']),
    ...(source === undefined ? [] : [`Guard: ${sourceWords(source)}`]),
    ...(check === undefined ? [] : [`Check: ${check}`]),
    ...(resource === undefined ? [] : [`Resource: ${resource}`]),
    ...(text === undefined ? [] : [`Words: ${text}`]),
  ];
}
