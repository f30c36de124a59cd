# id: W-PS-01
# title: What PowerShell runs is not logged
# severity: medium
# rationale: Most break-ins on Windows go on in PowerShell. Without these logs nobody can say afterwards what was
#   done; version 2 of it writes none at all.
# references: CIS Windows Server 2022 18.10.87.1; CIS Windows Server 2022 18.10.87.2; ATT&CK T1059.001
# applies: windows
# needs: nothing
# fix: M
# remedy: New-Item HKLM:\SOFTWARE\Policies\Microsoft\Windows\PowerShell\ScriptBlockLogging -Force | Set-ItemProperty
#   -Name EnableScriptBlockLogging -Value 1 -Type DWord; the same with Transcription and EnableTranscripting, and an
#   OutputDirectory that others cannot read; Disable-WindowsOptionalFeature -Online -FeatureName
#   MicrosoftWindowsPowerShellV2Root
# timeout: 60 s
# tested: no

$POLICY = 'HKLM\SOFTWARE\Policies\Microsoft\Windows\PowerShell'

function Detect {
  # Not set means that only what Windows itself finds suspicious is logged.
  JudgeRegistry "$POLICY\ScriptBlockLogging" 'EnableScriptBlockLogging' 0 1 'scripts are not logged'
  JudgeRegistry "$POLICY\Transcription" 'EnableTranscripting' 0 1 'sessions are not written down' -Severity low
  # 1 is on, 2 off, 3 not there.
  $features = @(Get-CimInstance -ClassName Win32_OptionalFeature -Filter "Name='MicrosoftWindowsPowerShellV2'" -Property @('Name', 'InstallState'))
  foreach ($each in $features) {
    if ($each.InstallState -ne 1) {
      Pass 'feature:MicrosoftWindowsPowerShellV2' 'PowerShell 2 is off'
    }
    elseif ((RegistryValue 'HKLM\SOFTWARE\Microsoft\NET Framework Setup\NDP\v2.0.50727' 'Install') -eq 1) {
      Fail 'feature:MicrosoftWindowsPowerShellV2' 'PowerShell 2, which logs nothing, can be started'
    }
    else {
      # It needs .NET 2, which is not here.
      Fail 'feature:MicrosoftWindowsPowerShellV2' 'PowerShell 2 is on, and starts once .NET 3.5 is installed' -Severity low
    }
  }
  if ($features.Length -eq 0) { Pass 'feature:MicrosoftWindowsPowerShellV2' 'this Windows has no PowerShell 2' }
}
