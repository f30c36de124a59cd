# id: W-ACC-02
# title: Passwords may be short, or guessed without an end
# severity: medium
# rationale: Without a lockout a robot tries all night; a short password falls to whoever got hold of its hash.
# references: CIS Windows Server 2022 1.1.4; CIS Windows Server 2022 1.2.2; ATT&CK T1110.001
# applies: windows
# needs: root
# facts: security
# fix: M
# remedy: net accounts /minpwlen:14 /lockoutthreshold:5; in a domain in the policy of the domain.
# timeout: 30 s
# tested: no

function Detect {
  if (-not (NeedFacts 'security')) { return }
  $length = SecurityValue 'MinimumPasswordLength'
  if ($null -eq $length) {
    Unknown 'policy:MinimumPasswordLength' 'the security policy does not say'
  }
  elseif ([int]$length -lt 8) {
    Fail 'policy:MinimumPasswordLength' "passwords may have $length characters" -Severity high
  }
  elseif ([int]$length -lt 14) {
    Fail 'policy:MinimumPasswordLength' "passwords may have $length characters"
  }
  else {
    Pass 'policy:MinimumPasswordLength' "passwords have at least $length characters"
  }
  # 0: never.
  $count = SecurityValue 'LockoutBadCount'
  if ($null -eq $count) {
    Unknown 'policy:LockoutBadCount' 'the security policy does not say'
  }
  elseif ([int]$count -eq 0) {
    Fail 'policy:LockoutBadCount' 'an account is never locked'
  }
  elseif ([int]$count -gt 5) {
    Fail 'policy:LockoutBadCount' "an account is locked after $count wrong passwords" -Severity low
  }
  else {
    Pass 'policy:LockoutBadCount' "an account is locked after $count wrong passwords"
  }
}
