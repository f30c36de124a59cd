# id: W-ACC-01
# title: The guest account is on, or accounts without a password sign in over the network
# severity: high
# rationale: Nobody has to guess anything then.
# references: CIS Windows Server 2022 2.3.1.2; CIS Windows Server 2022 2.3.1.3; ATT&CK T1078.001
# applies: windows
# needs: nothing
# fix: M
# remedy: Get-LocalUser | Where-Object { $_.SID -like 'S-1-5-21-*-501' } | Disable-LocalUser; Set-ItemProperty
#   HKLM:\SYSTEM\CurrentControlSet\Control\Lsa -Name LimitBlankPasswordUse -Value 1 -Type DWord
# timeout: 60 s
# tested: no

function Detect {
  # Not set means 1.
  JudgeRegistry 'HKLM\SYSTEM\CurrentControlSet\Control\Lsa' 'LimitBlankPasswordUse' 1 1 'an account without a password signs in over the network'
  if ($ROLE -eq 'domain_controller') {
    Unknown 'account:guest' 'the accounts of a domain are not looked at from here'
    return
  }
  # Its name is another in each language, and may have been changed; its SID is not.
  $guests = @(Get-CimInstance -ClassName Win32_UserAccount -Filter "LocalAccount=True AND SID LIKE '%-501'" -Property @('Name', 'SID', 'Disabled'))
  foreach ($each in $guests) {
    if ($each.Disabled) { Pass 'account:guest' "$($each.Name) is off" } else { Fail 'account:guest' "$($each.Name) is on" }
  }
  if ($guests.Length -eq 0) { Pass 'account:guest' 'there is none' }
}
