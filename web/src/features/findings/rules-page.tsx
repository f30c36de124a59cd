import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import IconEyeOff from '@tabler/icons-react/icons/IconEyeOff';
import { useState } from 'react';
import { showError, showToast } from '../../app/toasts.ts';
import { Time } from '../../base/text/bits.tsx';
import { Empty } from '../../base/pages/empty.tsx';
import { counted, formatDay } from '../../base/text/format.ts';
import { ProblemNote } from '../../base/requests/problem-note.tsx';
import { sections } from '../../base/pages/sections.ts';
import { table } from '../../base/lists/table.ts';
import { usePageTitle } from '../../base/pages/use-page-title.ts';
import { visible } from '../../base/text/visible.ts';
import { addRule, everyFinding, removeRule, rulesOptions, type RuleView } from './api.ts';
import { RuleDialog } from './rule-dialog.tsx';

/** What is suppressed, by whom, why and until when. */
export function RulesPage() {
  usePageTitle('Rules');
  const queries = useQueryClient();
  const [adding, setAdding] = useState(false);
  const { data, error, refetch } = useQuery(rulesOptions);
  const refresh = () => queries.invalidateQueries({ queryKey: everyFinding });
  const remove = useMutation({
    mutationFn: ({ ruleId }: RuleView) => removeRule(ruleId),
    onSuccess: ({ reopened }, rule) => {
      const said =
        reopened === 0 ? 'Removed the rule.' : `Removed the rule: ${counted(reopened, 'finding')} open again.`;
      const undo = async (): Promise<void> => {
        const { check, resource, path, tag, reason, until } = rule;
        await addRule({ check, resource, path, tag, reason, until });
        await refresh();
      };
      showToast(isOver(rule) ? { text: said } : { text: said, undo });
    },
    onError: (failed) => showError('Remove the rule', failed),
    onSettled: refresh,
  });
  return (
    <div className={sections.page}>
      <div className={sections.head}>
        <p className="soft">
          A rule keeps findings that do not matter here out of the list of what is open. They stay under “Suppressed”,
          and are open again when the rule goes or its time is over.
        </p>
        <Button onClick={() => setAdding(true)}>Add a rule</Button>
      </div>
      {error && <ProblemNote error={error} tried="List the rules" onRetry={() => void refetch()} />}
      {data?.length === 0 && (
        <Empty icon={<IconEyeOff size={40} stroke={1.3} />} title="No rules">
          <p>
            Rules by check, resource, path or tag will be listed here with their reasons: say, that test buckets need no
            log.
          </p>
        </Empty>
      )}
      {data && data.length > 0 && (
        <div className={table.scroll}>
          <table className={table.table} aria-label="Rules">
            <thead>
              <tr>
                <th scope="col">Covers</th>
                <th scope="col" className={table.wide}>
                  Why
                </th>
                <th scope="col" className={table.wide}>
                  Until
                </th>
                <th scope="col" className={table.acts}>
                  <span className="hidden-text">What to do</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {data.map((rule) => (
                <tr key={rule.ruleId}>
                  <td>
                    <Covers rule={rule} />
                    <span className={`${table.under} ${table.narrow}`}>
                      <bdi>{rule.reason}</bdi> · {untilWords(rule)}
                    </span>
                  </td>
                  <td className={table.wide}>
                    <bdi>{rule.reason}</bdi>
                    <span className={table.under}>
                      <bdi>{rule.by}</bdi>, <Time within>{rule.time}</Time>
                    </span>
                  </td>
                  <td className={table.wide}>{untilWords(rule)}</td>
                  <td className={table.acts}>
                    <Button
                      size="xs"
                      variant="default"
                      aria-label={`Remove the rule for ${coveredWords(rule)}`}
                      disabled={remove.isPending}
                      onClick={() => remove.mutate(rule)}
                    >
                      Remove
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {adding && <RuleDialog onClose={() => setAdding(false)} />}
    </div>
  );
}

function partsOf({ check, resource, path, tag }: RuleView): { readonly label: string; readonly value: string }[] {
  return [
    { label: 'Check', value: check },
    { label: 'Resource', value: resource },
    { label: 'Path', value: path },
    { label: 'Tag', value: tag },
  ].flatMap(({ label, value }) => (value === null ? [] : [{ label, value: visible(value) }]));
}

function coveredWords(rule: RuleView): string {
  return partsOf(rule)
    .map(({ value }) => value)
    .join(', ');
}

function Covers({ rule }: { readonly rule: RuleView }) {
  return (
    <dl className={sections.facts}>
      {partsOf(rule).map(({ label, value }) => [
        <dt key={label}>{label}</dt>,
        <dd key={`${label} value`}>
          <code>{value}</code>
        </dd>,
      ])}
    </dl>
  );
}

function isOver({ until }: RuleView): boolean {
  return until !== null && Date.parse(until) <= Date.now();
}

function untilWords(rule: RuleView): string {
  if (rule.until === null) return 'for good';
  return isOver(rule) ? `ended ${formatDay(rule.until)}` : `until ${formatDay(rule.until)}`;
}
