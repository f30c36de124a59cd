import { UnstyledButton } from '@mantine/core';
import IconArrowDown from '@tabler/icons-react/icons/IconArrowDown';
import IconArrowUp from '@tabler/icons-react/icons/IconArrowUp';
import type { Sorting } from './sorted-list.ts';
import type { Column } from './sorting.ts';
import { table } from './table.ts';

export interface SortableHeadProps<Row> extends Sorting {
  readonly columns: readonly Column<Row>[];
  /** A last column with what can be done to a row. */
  readonly withActs?: boolean;
}

/** A press sorts up, another down, a third goes back to the server's own order. */
export function SortableHead<Row>({ columns, sort, onSort, withActs = false }: SortableHeadProps<Row>) {
  return (
    <thead>
      <tr>
        {columns.map(({ key, label, className }) => {
          const isBy = sort.by === key;
          return (
            <th
              key={key}
              scope="col"
              className={className}
              aria-sort={isBy ? (sort.down === true ? 'descending' : 'ascending') : 'none'}
            >
              <UnstyledButton className={table.sort} onClick={() => onSort(key)}>
                {label}
                {isBy &&
                  (sort.down === true ? (
                    <IconArrowDown size={14} aria-hidden />
                  ) : (
                    <IconArrowUp size={14} aria-hidden />
                  ))}
              </UnstyledButton>
            </th>
          );
        })}
        {withActs && (
          <th scope="col" className={table.acts}>
            <span className="hidden-text">What to do</span>
          </th>
        )}
      </tr>
    </thead>
  );
}
