/** How a host without Node is looked at, with the commands as `holdfast host scan --bundle` names them. */
import { CommandLine } from '../../../base/saving/command-line.tsx';
import styles from '../hosts.module.css';

export function StepsOfAScan({ platform }: { readonly platform: 'linux' | 'windows' }) {
  return platform === 'linux' ? (
    <ol className={styles.steps}>
      <li>
        On a computer with Holdfast, make the archive, and carry it to the host.
        <CommandLine label="Make the archive" command="holdfast host scan --bundle scan.tar.gz" />
      </li>
      <li>
        On the host, run it. It changes nothing, and names its result file at the end.
        <CommandLine
          label="Run it on the host"
          command="sudo tar xzf scan.tar.gz -C /root && sudo bash /root/holdfast-scan/holdfast-scan.sh"
        />
      </li>
      <li>Bring that file back, and choose it below. Only root can read it.</li>
    </ol>
  ) : (
    <>
      <p className={styles.untested}>
        The checks of Windows were written from documentation: nobody has run them on a Windows machine yet.
      </p>
      <ol className={styles.steps}>
        <li>
          On a computer with Holdfast, make the archive, and carry it to the host.
          <CommandLine label="Make the archive" command="holdfast host scan --bundle scan.zip --platform windows" />
        </li>
        <li>
          On the host, in a terminal of an administrator and a folder that nobody else can write, run it.
          <CommandLine label="Unpack it on the host" command="Expand-Archive scan.zip ." />
          <CommandLine
            label="Run it on the host"
            command={'powershell -NoProfile -ExecutionPolicy Bypass -File holdfast-scan\\holdfast-scan.ps1'}
          />
        </li>
        <li>Bring the file back that it names at its end, and choose it below.</li>
      </ol>
    </>
  );
}
