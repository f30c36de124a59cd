# id: W-FW-02
# title: Windows Firewall lets in what no rule is for
# severity: high
# rationale: What comes in is then let through unless a rule blocks it, so that each new service is open to everybody.
# references: CIS Windows Server 2022 9.1.2; CIS Windows Server 2022 9.2.2; CIS Windows Server 2022 9.3.2; ATT&CK
#   T1562.004
# applies: windows
# needs: nothing
# facts: firewall
# fix: M
# remedy: Set-NetFirewallProfile -Profile Domain,Private,Public -DefaultInboundAction Block. Whoever reaches this
#   computer without a rule is cut off by it: allow Remote Desktop or WinRM for your addresses first.
# timeout: 30 s
# tested: no

function Detect {
  if (-not (NeedFacts 'firewall')) { return }
  foreach ($each in (ReadFact 'firewall').profiles) {
    # 2 is Allow; 4 is Block, and so is what is not configured.
    if ($each.inbound -eq 2) {
      Fail "firewall:$($each.name)" 'what no rule is for is let in'
    }
    else {
      Pass "firewall:$($each.name)" 'what no rule is for is blocked'
    }
  }
}
