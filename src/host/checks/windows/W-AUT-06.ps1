# id: W-AUT-06
# title: Directory requests are not signed, or NTLM takes weak sessions
# severity: medium
# rationale: Without a signature somebody in between can change what is asked of a directory, and pass on a sign-in to
#   it.
# references: CIS Windows Server 2022 2.3.11.8; CIS Windows Server 2022 2.3.11.9; CIS Windows Server 2022 2.3.11.10;
#   ATT&CK T1557.001
# applies: windows
# needs: nothing
# fix: M
# remedy: Set-ItemProperty HKLM:\SYSTEM\CurrentControlSet\Services\LDAP -Name LDAPClientIntegrity -Value 1 -Type
#   DWord; Set-ItemProperty HKLM:\SYSTEM\CurrentControlSet\Control\Lsa\MSV1_0 -Name NtlmMinClientSec -Value 537395200
#   -Type DWord, and the same for NtlmMinServerSec. On a domain controller: LDAPServerIntegrity of
#   Services\NTDS\Parameters to 2, once event 2889 names nobody any more.
# timeout: 30 s
# tested: no

# 128 bits (0x20000000) and NTLM 2 (0x80000).
$STRONG = 0x20080000

function JudgeSession {
  param([string]$Name)
  $path = 'HKLM\SYSTEM\CurrentControlSet\Control\Lsa\MSV1_0'
  $value = RegistryValue $path $Name
  # Not set means 128 bits alone, since Windows 7 and Server 2008 R2.
  if ($null -eq $value) { $value = 0x20000000 }
  if (([int]$value -band $STRONG) -eq $STRONG) {
    Pass "registry:$path\$Name" "it is $value"
  }
  else {
    Fail "registry:$path\$Name" "it is ${value}: sessions without NTLM 2 or 128 bits are taken"
  }
}

function Detect {
  JudgeRegistry 'HKLM\SYSTEM\CurrentControlSet\Services\LDAP' 'LDAPClientIntegrity' 1 1, 2 'requests to a directory are not signed'
  JudgeSession 'NtlmMinClientSec'
  JudgeSession 'NtlmMinServerSec'
  if ($ROLE -eq 'domain_controller') {
    # Not set means 1, signed where the other side wants it.
    JudgeRegistry 'HKLM\SYSTEM\CurrentControlSet\Services\NTDS\Parameters' 'LDAPServerIntegrity' 1 2 'requests without a signature are taken' -Severity high
  }
}
