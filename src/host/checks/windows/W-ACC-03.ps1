# id: W-ACC-03
# title: A new or unexpected administrator of this computer
# severity: high
# rationale: An account in this group may do everything here. Intruders add one of their own to come back by.
# references: ATT&CK T1136.001; ATT&CK T1098
# applies: windows
# needs: nothing
# fix: M
# remedy: Ask who added it. If nobody did: Remove-LocalGroupMember -SID S-1-5-32-544 -Member SID, with the SID in the
#   finding, and look at what the account did. If it is right: holdfast host scan --remember.
# timeout: 30 s
# tested: no

# Members of the group by its SID, whose name is another in each language. Through ADSI, since Get-LocalGroupMember breaks off
# at a member whose account is gone.
function AdministratorSids {
  $group = (New-Object System.Security.Principal.SecurityIdentifier 'S-1-5-32-544').Translate([System.Security.Principal.NTAccount]).Value
  $name = $group.Substring($group.IndexOf('\') + 1)
  $entry = New-Object System.DirectoryServices.DirectoryEntry "WinNT://./$name,group"
  $sids = @()
  foreach ($member in @($entry.psbase.Invoke('Members'))) {
    $bytes = $member.GetType().InvokeMember('objectSid', 'GetProperty', $null, $member, $null)
    $sids += (New-Object System.Security.Principal.SecurityIdentifier ([byte[]]$bytes), 0).Value
  }
  return $sids
}

function Detect {
  $known = KnownBefore
  $sids = @(AdministratorSids)
  foreach ($sid in $sids) {
    if (IsOthers $sid) {
      Fail "account:$sid" "$(NameOf $sid) are administrators" -Severity critical
    }
    elseif ($null -ne $known -and $known -notcontains $sid) {
      Fail "account:$sid" "$(NameOf $sid) is new among the administrators"
    }
    else {
      Pass "account:$sid" "$(NameOf $sid) is an administrator"
    }
  }
  Remember $sids
}
