# id: W-SMB-02
# title: File sharing does not demand signatures
# severity: high
# rationale: Somebody in the same network can then pass a sign-in on to another computer and act there as whoever
#   signed in (relaying), or change what goes over the line.
# references: CIS Windows Server 2022 2.3.8.1; CIS Windows Server 2022 2.3.9.2; ATT&CK T1557.001
# applies: windows
# needs: root
# facts: services
# fix: M
# remedy: Set-SmbServerConfiguration -RequireSecuritySignature $true -Force; Set-SmbClientConfiguration
#   -RequireSecuritySignature $true -Force. Devices that cannot sign are cut off.
# timeout: 30 s
# tested: no

function Detect {
  if (-not (NeedFacts 'services')) { return }
  if (IsRunning 'LanmanServer') {
    # Newer builds demand it unless something says otherwise, so the service is asked and not the registry.
    if ((Get-SmbServerConfiguration).RequireSecuritySignature) {
      Pass 'smb:server' 'signatures are demanded'
    }
    else {
      Fail 'smb:server' 'the server takes requests without a signature'
    }
  }
  if (IsRunning 'LanmanWorkstation') {
    if ((Get-SmbClientConfiguration).RequireSecuritySignature) {
      Pass 'smb:client' 'signatures are demanded'
    }
    else {
      Fail 'smb:client' 'the client takes answers without a signature' -Severity medium
    }
  }
  if (-not (IsRunning 'LanmanServer') -and -not (IsRunning 'LanmanWorkstation')) { NotApplicable 'file sharing does not run' }
}
