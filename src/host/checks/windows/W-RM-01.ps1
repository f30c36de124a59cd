# id: W-RM-01
# title: WinRM takes passwords in clear, or sends without encryption
# severity: high
# rationale: Basic authentication sends the password itself, and without encryption everybody on the way reads it and
#   the commands.
# references: CIS Windows Server 2022 18.10.89.1.1; CIS Windows Server 2022 18.10.89.1.2; CIS Windows Server 2022
#   18.10.89.2.1; CIS Windows Server 2022 18.10.89.2.3; ATT&CK T1021.006
# applies: windows
# needs: nothing
# facts: services
# fix: M
# remedy: Set-Item WSMan:\localhost\Service\Auth\Basic -Value $false; Set-Item
#   WSMan:\localhost\Service\AllowUnencrypted -Value $false; Set-Item WSMan:\localhost\Client\Auth\Basic -Value
#   $false; Set-Item WSMan:\localhost\Client\AllowUnencrypted -Value $false
# timeout: 30 s
# tested: no

$POLICY = 'HKLM\SOFTWARE\Policies\Microsoft\Windows\WinRM'
$OWN = 'HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WSMAN'

function Detect {
  if (-not (NeedFacts 'services')) { return }
  if (IsRunning 'WinRM') {
    # Not set means neither.
    $basic = FirstSet @("$POLICY\Service", 'AllowBasic', "$OWN\Service", 'auth_basic')
    Judge 'winrm:Service/AllowBasic' $basic 0 0 'the service takes passwords as they are'
    $clear = FirstSet @("$POLICY\Service", 'AllowUnencryptedTraffic', "$OWN\Service", 'allow_unencrypted')
    Judge 'winrm:Service/AllowUnencryptedTraffic' $clear 0 0 'the service answers without encryption'
  }
  # Not set means that the client may send a password where it is told to, and not without encryption.
  $basic = FirstSet @("$POLICY\Client", 'AllowBasic', "$OWN\Client", 'auth_basic')
  Judge 'winrm:Client/AllowBasic' $basic 1 0 'the client sends a password as it is where it is told to' -Severity low
  $clear = FirstSet @("$POLICY\Client", 'AllowUnencryptedTraffic', "$OWN\Client", 'allow_unencrypted')
  Judge 'winrm:Client/AllowUnencryptedTraffic' $clear 0 0 'the client sends without encryption' -Severity medium
}
