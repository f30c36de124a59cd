/** The parts of a host that checks are about, by the letters of their ids; those of Windows have a W- before them. */
const SECTIONS: Readonly<Record<string, string>> = {
  FW: 'Firewall',
  NET: 'Network',
  KRN: 'Kernel',
  SSH: 'SSH',
  ACC: 'Accounts',
  FIL: 'Files',
  BKD: 'Back doors',
  PRC: 'Processes',
  CRD: 'Credentials',
  SQL: 'Databases',
  SYS: 'System',
  SMB: 'File sharing',
  AUT: 'Signing in',
  UAC: 'Accounts',
  RDP: 'Remote access',
  RM: 'Remote access',
  PS: 'PowerShell',
  DEF: 'Protection from malware',
  PRN: 'Printing',
  AUD: 'What is logged',
  INS: 'System',
  AUP: 'System',
  PER: 'Back doors',
  SVC: 'Services',
  UPD: 'System',
};

export function sectionOf(check: string): string {
  return SECTIONS[check.replace(/^W-/, '').split('-')[0] ?? ''] ?? 'Own checks';
}
