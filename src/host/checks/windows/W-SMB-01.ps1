# id: W-SMB-01
# title: SMB 1 is on
# severity: high
# rationale: This version of file sharing of 1983 has no protection against somebody in between, and WannaCry and
#   NotPetya spread by its faults.
# references: CIS Windows Server 2022 18.4.3; CIS Windows Server 2022 18.4.4; ATT&CK T1210
# applies: windows
# needs: root
# facts: services
# fix: M
# remedy: Server: Set-SmbServerConfiguration -EnableSMB1Protocol $false -Force. Client: Disable-WindowsOptionalFeature
#   -Online -FeatureName SMB1Protocol -NoRestart, and restart. Old printers and network disks that know nothing else
#   stop working.
# timeout: 30 s
# tested: no

function Detect {
  if (-not (NeedFacts 'services')) { return }
  if (IsRunning 'LanmanServer') {
    # What it goes by, whether a policy, the registry or the way Windows was installed says so.
    if ((Get-SmbServerConfiguration).EnableSMB1Protocol) {
      Fail 'smb:server' 'the server speaks SMB 1'
    }
    else {
      Pass 'smb:server' 'the server does not speak SMB 1'
    }
  }
  # The driver of the client is not there where the feature is not installed; 4 is disabled.
  $start = RegistryValue 'HKLM\SYSTEM\CurrentControlSet\Services\mrxsmb10' 'Start'
  if ($null -eq $start -or $start -eq 4) {
    Pass 'smb:client' 'the client does not speak SMB 1'
  }
  else {
    Fail 'smb:client' "the driver of the client for SMB 1 starts ($start)"
  }
}
