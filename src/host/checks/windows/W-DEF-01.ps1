# id: W-DEF-01
# title: Microsoft Defender does not look, is old, or leaves out too much
# severity: high
# rationale: Malware turns it off, or names itself among what is not to be looked at, before it does anything else.
# references: CIS Windows Server 2022 18.10.43.10.2; ATT&CK T1562.001
# applies: windows
# needs: root for what is left out
# facts: services
# fix: M
# remedy: Set-MpPreference -DisableRealtimeMonitoring $false; Update-MpSignature; Remove-MpPreference -ExclusionPath
#   PATH (or -ExclusionExtension, -ExclusionProcess)
# timeout: 60 s
# tested: no

$MOST_DAYS = 7
$RISKY_EXTENSIONS = @('exe', 'dll', 'ps1', 'js', 'vbs', 'bat', 'cmd', 'scr', 'com', 'msi', 'hta', '*')
$RISKY_PROCESSES = 'powershell|pwsh|cmd|wscript|cscript|mshta|rundll32|regsvr32|explorer|svchost'

# IsWide PATH: a whole drive, or a place where everybody can put something.
function IsWide {
  param([string]$Path)
  $path = $Path.TrimEnd('\', '*')
  if ($path -match '^([A-Za-z]:|%SystemDrive%)?$') { return $true }
  if ($path -match '\\(Temp|Tmp|Downloads|AppData(\\Local|\\Roaming)?|Users|Users\\Public|ProgramData|Windows|System32)$') { return $true }
  return $path -match '^%(Temp|Tmp|AppData|LocalAppData|ProgramData|Public|UserProfile|SystemRoot|WinDir)%$'
}

function LookAtExclusions {
  $preference = Get-MpPreference
  foreach ($each in @($preference.ExclusionPath)) {
    if ($each -and (IsWide $each)) { Fail "exclusion:$each" 'nothing is looked at there' }
  }
  foreach ($each in @($preference.ExclusionExtension)) {
    if ($each -and $RISKY_EXTENSIONS -contains $each.TrimStart('*', '.')) { Fail "exclusion:$each" 'programs of that ending are not looked at' }
  }
  foreach ($each in @($preference.ExclusionProcess)) {
    if ($each -and [IO.Path]::GetFileNameWithoutExtension($each) -match "^($RISKY_PROCESSES)$") {
      Fail "exclusion:$each" 'what that program opens is not looked at'
    }
  }
}

# LookForOther: another product, which only a workstation keeps a list of.
function LookForOther {
  if ($ROLE -ne 'workstation') {
    Fail 'service:WinDefend' 'it does not run; whether something else looks is not seen from here'
    return
  }
  $others = @()
  foreach ($each in (Get-CimInstance -Namespace 'root/SecurityCenter2' -ClassName 'AntiVirusProduct')) {
    # Its own entry has the program of Windows Security in place of one of its own.
    if ([string]$each.pathToSignedProductExe -notlike 'windowsdefender:*') { $others += [string]$each.displayName }
  }
  if ($others.Length -eq 0) {
    Fail 'service:WinDefend' 'it does not run, and nothing else looks for malware'
  }
  else {
    NotApplicable "another product looks for malware ($($others -join ', '))"
  }
}

function Detect {
  if (-not (NeedFacts 'services')) { return }
  if ($null -eq (ServiceOf 'WinDefend')) {
    Unknown 'Microsoft Defender is not installed; whether something else looks is not seen from here'
    return
  }
  if (-not (IsRunning 'WinDefend')) {
    LookForOther
    return
  }
  $status = Get-MpComputerStatus
  $mode = [string]$status.AMRunningMode
  # Another product looks; Defender keeps still beside it.
  if ($mode -like '*Passive*' -or $mode -like '*EDR*') {
    NotApplicable "another product looks for malware ($mode)"
    return
  }
  if ($status.RealTimeProtectionEnabled) {
    Pass 'defender:RealTimeProtection' 'it looks at what is opened'
  }
  else {
    Fail 'defender:RealTimeProtection' 'it does not look at what is opened'
  }
  # 65535 and more: it never got any.
  $days = [long]$status.AntivirusSignatureAge
  if ($days -gt $MOST_DAYS) {
    Fail 'defender:Signatures' "its signatures are $days days old"
  }
  else {
    Pass 'defender:Signatures' "its signatures are $days days old"
  }
  if (-not $status.IsTamperProtected) { Fail 'defender:TamperProtection' 'a program can turn it off' -Severity low }
  if ($IS_ADMINISTRATOR) { LookAtExclusions }
}
