# id: W-AUT-03
# title: Passwords of people who are signed in lie in memory in clear (WDigest)
# severity: high
# rationale: Whoever becomes administrator here reads the passwords of all who are signed in, a domain administrator's
#   among them. Intruders turn it on for that.
# references: CIS Windows Server 2022 18.4.7; ATT&CK T1003.001
# applies: windows
# needs: nothing
# fix: M
# remedy: Set-ItemProperty HKLM:\SYSTEM\CurrentControlSet\Control\SecurityProviders\WDigest -Name UseLogonCredential
#   -Value 0 -Type DWord. Find out who set it: Windows does not by itself.
# timeout: 30 s
# tested: no

function Detect {
  # Not set means 0 since Windows 8.1 and Server 2012 R2, build 9600.
  $missing = 0
  if ($BUILD -lt 9600) { $missing = 1 }
  $path = 'HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\WDigest'
  JudgeRegistry $path 'UseLogonCredential' $missing 0 'passwords are kept in clear'
}
