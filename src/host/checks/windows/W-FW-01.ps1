# id: W-FW-01
# title: A profile of Windows Firewall is off
# severity: high
# rationale: Without it every service that starts listening, by an update or by mistake, is open to everybody who
#   reaches this computer.
# references: CIS Windows Server 2022 9.1.1; CIS Windows Server 2022 9.2.1; CIS Windows Server 2022 9.3.1; ATT&CK
#   T1562.004
# applies: windows
# needs: nothing
# facts: firewall services
# fix: M
# remedy: Set-NetFirewallProfile -Profile Domain,Private,Public -Enabled True, and where a policy turned it off, mend
#   the policy. Look first whether what must be reached has a rule: Get-NetFirewallRule -Direction Inbound -Enabled
#   True.
# timeout: 30 s
# tested: no

function Detect {
  if (-not (NeedFacts 'services')) { return }
  # Without its service nothing filters, and nobody can be asked for the profiles.
  if (-not (IsRunning 'MpsSvc')) {
    Fail 'service:MpsSvc' 'the service of Windows Firewall does not run' -Remedy 'Set-Service MpsSvc -StartupType Automatic; Start-Service MpsSvc'
    return
  }
  if (-not (NeedFacts 'firewall')) { return }
  foreach ($each in (ReadFact 'firewall').profiles) {
    # Not configured means on (NET_FW_PROFILE).
    if ($each.enabled -eq 0) { Fail "firewall:$($each.name)" 'it is off' } else { Pass "firewall:$($each.name)" 'it is on' }
  }
}
