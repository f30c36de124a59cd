import { SegmentedControl, useMantineColorScheme } from '@mantine/core';
import { sections as styles } from '../../../base/pages/sections.ts';

/** Kept by this browser; another one may look different. */
export function Appearance() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <section className={styles.section} aria-labelledby="appearance">
      <h2 id="appearance">Appearance</h2>
      <div className={styles.row}>
        <SegmentedControl
          aria-labelledby="appearance"
          value={colorScheme}
          onChange={(chosen) => setColorScheme(chosen)}
          data={[
            { value: 'auto', label: 'As the system' },
            { value: 'light', label: 'Light' },
            { value: 'dark', label: 'Dark' },
          ]}
        />
      </div>
    </section>
  );
}
