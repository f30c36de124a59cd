# id: W-RDP-01
# title: Remote Desktop lets people in before they have signed in, or with weak protection
# severity: high
# rationale: Without network level authentication everybody who reaches the port gets a session to try passwords and
#   faults on (BlueKeep); without TLS somebody in between reads along.
# references: CIS Windows Server 2022 18.10.57.3.9.3; CIS Windows Server 2022 18.10.57.3.9.4; CIS Windows Server 2022
#   18.10.57.3.9.5; ATT&CK T1021.001
# applies: windows
# needs: nothing
# fix: M
# remedy: Set-ItemProperty 'HKLM:\SYSTEM\CurrentControlSet\Control\Terminal Server\WinStations\RDP-Tcp' -Name
#   UserAuthentication -Value 1 -Type DWord; the same for SecurityLayer with 2 and MinEncryptionLevel with 3. A policy
#   goes before that.
# timeout: 30 s
# tested: no

$POLICY = 'HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services'
$SERVER = 'HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server'
$PORT = "$SERVER\WinStations\RDP-Tcp"

function Detect {
  # Not set means that nobody is let in.
  $denied = FirstSet @($POLICY, 'fDenyTSConnections', $SERVER, 'fDenyTSConnections')
  if ($null -eq $denied -or $denied -eq 1) {
    NotApplicable 'Remote Desktop is off'
    return
  }
  $first = FirstSet @($POLICY, 'UserAuthentication', $PORT, 'UserAuthentication')
  Judge 'rdp:UserAuthentication' $first $null 1 'whoever reaches the port gets a session without signing in'
  $layer = FirstSet @($POLICY, 'SecurityLayer', $PORT, 'SecurityLayer')
  # With 1 (negotiated) and network level authentication TLS is what comes of it.
  $severity = 'high'
  if ($layer -eq 1 -and $first -eq 1) { $severity = 'low' }
  Judge 'rdp:SecurityLayer' $layer $null 2 'TLS is not demanded' -Severity $severity
  $level = FirstSet @($POLICY, 'MinEncryptionLevel', $PORT, 'MinEncryptionLevel')
  # It is of the older protection alone; over TLS it does not count.
  $severity = 'medium'
  if ($layer -eq 2) { $severity = 'info' }
  Judge 'rdp:MinEncryptionLevel' $level $null 3, 4 'weak encryption is taken' -Severity $severity
}
