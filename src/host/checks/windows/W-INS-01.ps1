# id: W-INS-01
# title: Everybody may install programs with all rights (AlwaysInstallElevated)
# severity: high
# rationale: Whoever can sign in is administrator with one installer of their own.
# references: CIS Windows Server 2022 18.10.81.2; ATT&CK T1548.002
# applies: windows
# needs: root for the settings of others
# fix: M
# remedy: Set-ItemProperty HKLM:\SOFTWARE\Policies\Microsoft\Windows\Installer -Name AlwaysInstallElevated -Value 0
#   -Type DWord, and take the policy for users back as well.
# timeout: 30 s
# tested: no

$INSTALLER = 'SOFTWARE\Policies\Microsoft\Windows\Installer'

function Detect {
  $resource = "registry:HKLM\$INSTALLER\AlwaysInstallElevated"
  # Not set means no. It holds for those alone whose own settings say so, too.
  $own = RegistryValue "HKLM\$INSTALLER" 'AlwaysInstallElevated'
  if ($own -ne 1) {
    Pass $resource 'it is not on'
    return
  }
  $users = @()
  foreach ($sid in @([Microsoft.Win32.Registry]::Users.GetSubKeyNames())) {
    if ($sid -notmatch '^S-1-5-21-[0-9-]+$' -and $sid -ne '.DEFAULT') { continue }
    if ((RegistryValue "HKU\$sid\$INSTALLER" 'AlwaysInstallElevated') -eq 1) { $users += (NameOf $sid) }
  }
  if ($users.Length -gt 0) {
    Fail $resource "it is on for $($users -join ', ')"
  }
  else {
    Fail $resource 'it is on for the computer, and for none of those who are signed in' -Severity medium
  }
}
