import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import IconDownload from '@tabler/icons-react/icons/IconDownload';
import { csvOf } from './csv.ts';
import { ProblemNote } from '../requests/problem-note.tsx';
import { saveText } from './save-text.ts';
import type { Column } from '../lists/sorting.ts';

export interface SaveCsvProps<Row> {
  readonly fileName: string;
  readonly columns: readonly Column<Row>[];
  /** All of them, also those that are not on the screen yet. */
  readonly fetchRows: () => Promise<readonly Row[]>;
}

/** Just what the list shows, in its order, as a spreadsheet. */
export function SaveCsv<Row>({ fileName, columns, fetchRows }: SaveCsvProps<Row>) {
  const save = useMutation({
    mutationFn: async () => {
      const rows = await fetchRows();
      const lines = rows.map((row) => columns.map(({ value }) => value(row)));
      saveText(fileName, csvOf([columns.map(({ label }) => label), ...lines]), 'text/csv');
    },
  });
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconDownload size={16} aria-hidden />}
        loading={save.isPending}
        onClick={() => save.mutate()}
      >
        Save as CSV
      </Button>
      {save.error && <ProblemNote error={save.error} tried="Save the list" />}
    </>
  );
}
