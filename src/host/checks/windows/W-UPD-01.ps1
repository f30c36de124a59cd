# id: W-UPD-01
# title: Updates are off, or the last is long ago
# severity: high
# rationale: Most break-ins use holes that an update had closed weeks before.
# references: CIS Windows Server 2022 18.10.93.2.1; ATT&CK T1190
# applies: windows
# needs: nothing
# facts: services
# fix: M
# remedy: Remove-ItemProperty HKLM:\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate\AU -Name NoAutoUpdate;
#   Set-Service wuauserv -StartupType Manual; then look for updates in Settings, or on a server with sconfig (6).
# timeout: 60 s
# tested: no

# A month, and the days in which they are tried first.
$MOST_DAYS = 45
$POLICY = 'HKLM\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate\AU'

# LastInstalled: the last day on which updates were installed; $null: nobody knows.
function LastInstalled {
  $last = $null
  $results = (New-Object -ComObject 'Microsoft.Update.AutoUpdate').Results
  if ($results.LastInstallationSuccessDate -is [DateTime]) { $last = $results.LastInstallationSuccessDate }
  # Also those that another tool installed; WMI has their days as month, day and year, whatever the language.
  foreach ($each in (Get-CimInstance -ClassName Win32_QuickFixEngineering -Property InstalledOn)) {
    $day = $each.InstalledOn -as [DateTime]
    if ($null -ne $day -and ($null -eq $last -or $day -gt $last)) { $last = $day }
  }
  return $last
}

function Detect {
  if (-not (NeedFacts 'services')) { return }
  # Not set means that they are installed.
  JudgeRegistry $POLICY 'NoAutoUpdate' 0 0 'a policy turned automatic updates off'
  $options = RegistryValue $POLICY 'AUOptions'
  if ($options -eq 2) { Fail "registry:$POLICY\AUOptions" 'it is 2: updates are told of, and not installed' -Severity medium }
  $service = ServiceOf 'wuauserv'
  if ($null -ne $service -and $service.startMode -eq 'Disabled') { Fail 'service:wuauserv' 'the service for updates is disabled' }
  $last = LastInstalled
  if ($null -eq $last) {
    Unknown 'updates:last' 'nobody knows when updates were installed'
    return
  }
  $days = [int]([DateTime]::UtcNow - $last).TotalDays
  if ($days -gt $MOST_DAYS) {
    Fail 'updates:last' "the last update was installed $days days ago"
  }
  else {
    Pass 'updates:last' "the last update was installed $days days ago"
  }
}
