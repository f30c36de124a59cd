# id: W-SMB-03
# title: Strangers are let in as guests, or may list accounts
# severity: high
# rationale: A server that lets everybody in as a guest can hand out malware without a signature; and a list of
#   accounts is what guessing passwords begins with.
# references: CIS Windows Server 2022 18.6.8.1; CIS Windows Server 2022 2.3.10.2; CIS Windows Server 2022 2.3.10.3;
#   ATT&CK T1087
# applies: windows
# needs: root
# facts: services
# fix: M
# remedy: Set-SmbClientConfiguration -EnableInsecureGuestLogons $false -Force; Set-ItemProperty
#   HKLM:\SYSTEM\CurrentControlSet\Control\Lsa -Name RestrictAnonymousSAM -Value 1 -Type DWord, and the same for
#   RestrictAnonymous.
# timeout: 30 s
# tested: no

$LSA = 'HKLM\SYSTEM\CurrentControlSet\Control\Lsa'

function Detect {
  if (-not (NeedFacts 'services')) { return }
  if (IsRunning 'LanmanWorkstation') {
    if ((Get-SmbClientConfiguration).EnableInsecureGuestLogons) {
      Fail 'smb:client' 'it signs in as a guest where a server offers that'
    }
    else {
      Pass 'smb:client' 'it does not sign in as a guest'
    }
  }
  # A domain controller answers such questions by the rights in its directory.
  if ($ROLE -eq 'domain_controller') { return }
  JudgeRegistry $LSA 'RestrictAnonymousSAM' 1 1 'accounts can be listed without signing in'
  JudgeRegistry $LSA 'RestrictAnonymous' 0 1, 2 'shares and names can be listed without signing in' -Severity medium
}
