# id: W-FW-03
# title: Windows Firewall does not log what it drops
# severity: low
# rationale: After a break-in nobody can say who knocked where before.
# references: CIS Windows Server 2022 9.1.7; CIS Windows Server 2022 9.2.7; CIS Windows Server 2022 9.3.9
# applies: windows
# needs: nothing
# facts: firewall
# fix: M
# remedy: Set-NetFirewallProfile -Profile Domain,Private,Public -LogBlocked True -LogMaxSizeKilobytes 16384
# timeout: 30 s
# tested: no

function Detect {
  if (-not (NeedFacts 'firewall')) { return }
  foreach ($each in (ReadFact 'firewall').profiles) {
    # Not configured (2) means that nothing is logged.
    if ($each.logBlocked -eq 1) {
      Pass "firewall:$($each.name)" 'what is dropped is logged'
    }
    else {
      Fail "firewall:$($each.name)" 'what is dropped is not logged'
    }
  }
}
