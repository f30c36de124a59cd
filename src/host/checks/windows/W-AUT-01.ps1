# id: W-AUT-01
# title: Old ways to sign in (LM, NTLM 1) are taken
# severity: high
# rationale: What goes over the line with them can be turned into the password within hours, and be passed on to
#   another computer.
# references: CIS Windows Server 2022 2.3.11.7; ATT&CK T1557.001
# applies: windows
# needs: nothing
# fix: M
# remedy: Look for who still uses it (event 4624 with NTLM V1 in the security log), then Set-ItemProperty
#   HKLM:\SYSTEM\CurrentControlSet\Control\Lsa -Name LmCompatibilityLevel -Value 5 -Type DWord
# timeout: 30 s
# tested: no

function Detect {
  $path = 'HKLM\SYSTEM\CurrentControlSet\Control\Lsa'
  $resource = "registry:$path\LmCompatibilityLevel"
  $level = RegistryValue $path 'LmCompatibilityLevel'
  $seen = "it is $level"
  if ($null -eq $level) {
    # Since Windows Vista and Server 2008.
    $level = 3
    $seen = 'it is not set, which means 3'
  }
  if ($level -lt 3) {
    Fail $resource "${seen}: this computer sends NTLM 1 itself"
  }
  elseif ($level -eq 5) {
    Pass $resource $seen
  }
  elseif ($BUILD -ge 26100) {
    # Windows 11 24H2 and Server 2025 know NTLM 1 no more.
    Pass $resource "$seen, and this Windows has no NTLM 1"
  }
  else {
    Fail $resource "${seen}: NTLM 1 is taken from others" -Severity medium
  }
}
