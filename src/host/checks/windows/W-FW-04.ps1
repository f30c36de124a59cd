# id: W-FW-04
# title: Everybody may reach Remote Desktop, file sharing, WinRM or a database
# severity: high
# rationale: These are what robots and intruders in a network try first; who needs them comes from few addresses.
# references: CIS Controls v8 4.4; ATT&CK T1133
# applies: windows
# needs: nothing
# facts: firewall
# fix: M
# remedy: Say from where it may be reached: Set-NetFirewallRule -Name NAME -RemoteAddress 192.0.2.0/24, or
#   Disable-NetFirewallRule -Name NAME. The name is in the finding. On a cloud instance its security group may filter
#   as well; that is not seen from here.
# timeout: 30 s
# tested: no

$SENSITIVE = @(@(3389, 'Remote Desktop'), @(445, 'file sharing'), @(5985, 'WinRM'), @(5986, 'WinRM'), @(3306, 'MySQL'), @(1433, 'SQL Server'))
$ANYWHERE = @('Any', 'Internet', '0.0.0.0/0', '0.0.0.0/0.0.0.0', '0.0.0.0-255.255.255.255', '::/0')

# Opens RULE PORT: whether the rule lets TCP to that port through.
function Opens {
  param($Rule, [int]$Port)
  if (@('TCP', '6', 'Any', '256') -notcontains $Rule.protocol) { return $false }
  foreach ($each in $Rule.ports) {
    if ($each -eq [string]$Port) { return $true }
    if ($each -match '^(\d+)-(\d+)$' -and $Port -ge [int]$Matches[1] -and $Port -le [int]$Matches[2]) { return $true }
    # A rule for one program opens but the ports of that program.
    if ($each -eq 'Any' -and @('Any', '', 'System') -contains $Rule.program -and @('Any', '') -contains $Rule.service) { return $true }
  }
  return $false
}

# FromAnywhere RULE
function FromAnywhere {
  param($Rule)
  foreach ($each in $Rule.from) {
    if ($ANYWHERE -contains $each) { return $true }
  }
  return $false
}

function Detect {
  if (-not (NeedFacts 'firewall')) { return }
  $firewall = ReadFact 'firewall'
  foreach ($rule in $firewall.rules) {
    if (-not (FromAnywhere $rule)) { continue }
    foreach ($pair in $SENSITIVE) {
      if (-not (Opens $rule $pair[0])) { continue }
      # In the network of a domain alone it is not the whole world; where nothing listens there is nothing to reach yet.
      $severity = 'high'
      if ($rule.profiles -eq 1) { $severity = 'medium' }
      $listens = 'something listens'
      if (@($firewall.listeners) -notcontains $pair[0]) {
        $severity = 'low'
        $listens = 'nothing listens now'
      }
      Fail "rule:$($rule.id)" "$($rule.name): from anywhere to TCP $($pair[0]) ($($pair[1])); $listens" -Severity $severity
    }
  }
  Pass
}
