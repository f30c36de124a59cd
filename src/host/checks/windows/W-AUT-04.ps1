# id: W-AUT-04
# title: The process that knows all sign-ins (LSASS) is not protected
# severity: high
# rationale: Any program with administrator's rights can read the hashes and tickets of all who are signed in out of
#   its memory.
# references: CIS Windows Server 2022 18.9.25.2; ATT&CK T1003.001
# applies: windows
# needs: nothing
# fix: M
# remedy: Set-ItemProperty HKLM:\SYSTEM\CurrentControlSet\Control\Lsa -Name RunAsPPL -Value 1 -Type DWord, and
#   restart. Drivers of smart cards and password filters that are not signed for it stop loading: event 3065 and 3066
#   of CodeIntegrity name them.
# timeout: 30 s
# tested: no

function Detect {
  $path = 'HKLM\SYSTEM\CurrentControlSet\Control\Lsa'
  $value = FirstSet @('HKLM\SOFTWARE\Policies\Microsoft\Windows\System', 'RunAsPPL', $path, 'RunAsPPL')
  # Windows 11 22H2 and later may turn it on by itself (build 22621); before, not set means off.
  $missing = 0
  if ($BUILD -ge 22621) { $missing = $null }
  Judge "registry:$path\RunAsPPL" $value $missing 1, 2 'programs of an administrator can read its memory'
}
