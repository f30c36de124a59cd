# What every check for Windows may use. A check is run, in Windows PowerShell 5.1, as
#
#   powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -File prelude.ps1 CHECK.ps1 detect   says what it saw
#   powershell.exe ... -File prelude.ps1 PROBE.ps1 look      looks at something once for all checks, and writes it into $FACTS
#
# Answers go into the file $env:ANSWERS: for each a word, the number of its fields, and the fields, all ended by NUL, in UTF-8.
# Nothing here changes the host, and nothing is written but in the two folders of this run.
#
# Given in the environment: ANSWERS, FACTS (folder of what was looked at once), WORK (folder of this run), IS_ROOT (1: an
# administrator, elevated), OS_VERSION (10.0.20348), ROLE (workstation, server, domain_controller), WITHIN (seconds).

param([string]$Script, [string]$Verb)

# Modules of Windows alone: one in a user's folder could stand in for what checks call. Before the first cmdlet.
$env:PSModulePath = "$PSHOME\Modules"
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$WarningPreference = 'SilentlyContinue'

$FACTS = $env:FACTS
$WORK = $env:WORK
$ROLE = $env:ROLE
$IS_ADMINISTRATOR = $env:IS_ROOT -eq '1'
$BUILD = 0
if ($env:OS_VERSION -match '^\d+\.\d+\.(\d+)') { $BUILD = [int]$Matches[1] }
$CHECK_ID = [IO.Path]::GetFileNameWithoutExtension($Script)
$UTF8 = New-Object System.Text.UTF8Encoding $false
$FOUND = $false
$ANSWERS = [IO.File]::Open($env:ANSWERS, [IO.FileMode]::Append, [IO.FileAccess]::Write, [IO.FileShare]::ReadWrite)

# Say WORD FIELDS
function Say {
  param([string]$Word, [string[]]$Fields)
  $all = @($Word, [string]$Fields.Length) + $Fields
  $text = New-Object System.Text.StringBuilder
  foreach ($each in $all) {
    [void]$text.Append(([string]$each).Replace([string][char]0, ' ')).Append([char]0)
  }
  $bytes = $UTF8.GetBytes($text.ToString())
  $ANSWERS.Write($bytes, 0, $bytes.Length)
  $ANSWERS.Flush()
}

# --- What was seen -----------------------------------------------------------------------------------------------

# Fail RESOURCE EVIDENCE [-Severity S] [-Remedy R]: never a secret, one short line of evidence.
function Fail {
  param([string]$Resource, [string]$Evidence, [string]$Severity = '', [string]$Remedy = '')
  $script:FOUND = $true
  Say 'fail' @($Severity, $Resource, $Evidence, $Remedy)
}

# Pass [RESOURCE] [EVIDENCE]: without words it speaks of all that the check looks at, and only where nothing was found.
function Pass {
  param([string]$Resource = '', [string]$Evidence = '')
  if ($Resource -eq '' -and $script:FOUND) { return }
  Say 'pass' @($Resource, $Evidence)
}

# NotApplicable REASON
function NotApplicable {
  param([string]$Reason)
  Say 'not_applicable' @($Reason)
}

# Unknown [RESOURCE] REASON: it could not be looked at.
function Unknown {
  param([string]$First, [string]$Second = '')
  $script:FOUND = $true
  if ($Second -eq '') { Say 'unknown' @('', $First) } else { Say 'unknown' @($First, $Second) }
}

# --- The registry ------------------------------------------------------------------------------------------------

# HiveOf PATH: the hive of HKLM\... or HKU\...
function HiveOf {
  param([string]$Path)
  if ($Path -like 'HKU\*') { return [Microsoft.Win32.Registry]::Users }
  return [Microsoft.Win32.Registry]::LocalMachine
}

# OpenKey PATH: $null where there is none; throws where it may not be read.
function OpenKey {
  param([string]$Path)
  $hive = HiveOf $Path
  return $hive.OpenSubKey($Path.Substring($Path.IndexOf('\') + 1))
}

# RegistryValue PATH NAME: $null where it is not set; throws where it may not be read.
function RegistryValue {
  param([string]$Path, [string]$Name)
  $key = OpenKey $Path
  if ($null -eq $key) { return $null }
  try {
    return $key.GetValue($Name, $null)
  }
  finally {
    $key.Close()
  }
}

# RegistryNames PATH: the names of its values.
function RegistryNames {
  param([string]$Path)
  $key = OpenKey $Path
  if ($null -eq $key) { return @() }
  try {
    return $key.GetValueNames()
  }
  finally {
    $key.Close()
  }
}

# RegistryKeys PATH: the names of the keys below it.
function RegistryKeys {
  param([string]$Path)
  $key = OpenKey $Path
  if ($null -eq $key) { return @() }
  try {
    return $key.GetSubKeyNames()
  }
  finally {
    $key.Close()
  }
}

# FirstSet PATH NAME PATH NAME ...: the first that is set, as what a policy says goes before what the machine says.
function FirstSet {
  param([string[]]$Places)
  for ($at = 0; $at + 1 -lt $Places.Length; $at += 2) {
    $value = RegistryValue $Places[$at] $Places[$at + 1]
    if ($null -ne $value) { return $value }
  }
  return $null
}

# Judge RESOURCE VALUE MISSING GOOD BAD [-Severity S]: a number that may not be set. MISSING is what Windows goes by then, as
# documented; $null: that depends, and it is not known. BAD says what follows from any other number.
function Judge {
  param([string]$Resource, $Value, $Missing, [int[]]$Good, [string]$Bad, [string]$Severity = '')
  $seen = "it is $Value"
  if ($null -eq $Value) {
    if ($null -eq $Missing) {
      Unknown $Resource 'it is not set, and what holds then depends on how this Windows came here'
      return
    }
    $Value = $Missing
    $seen = "it is not set, which means $Missing"
  }
  if ($Good -contains $Value) { Pass $Resource $seen } else { Fail $Resource "${seen}: $Bad" -Severity $Severity }
}

# JudgeRegistry PATH NAME MISSING GOOD BAD [-Severity S]
function JudgeRegistry {
  param([string]$Path, [string]$Name, $Missing, [int[]]$Good, [string]$Bad, [string]$Severity = '')
  Judge "registry:$Path\$Name" (RegistryValue $Path $Name) $Missing $Good $Bad -Severity $Severity
}

# --- What was looked at once -------------------------------------------------------------------------------------

# NeedFacts NAMES: whether all of them were looked at; says that it could not look where one was not.
function NeedFacts {
  param([string[]]$Names)
  foreach ($name in $Names) {
    if (-not [IO.File]::Exists("$FACTS\$name")) {
      Unknown "what it goes by was not looked at: $name"
      return $false
    }
  }
  return $true
}

# ReadFact NAME: what a probe wrote as JSON.
function ReadFact {
  param([string]$Name)
  return ConvertFrom-Json ([IO.File]::ReadAllText("$FACTS\$Name"))
}

# WriteFact NAME VALUE: of a probe.
function WriteFact {
  param([string]$Name, $Value)
  [IO.File]::WriteAllText("$FACTS\$Name", (ConvertTo-Json -InputObject $Value -Depth 5 -Compress), $UTF8)
}

# ServiceOf NAME: name, state, startMode, path and account; $null: there is none.
function ServiceOf {
  param([string]$Name)
  foreach ($each in (ReadFact 'services').services) {
    if ($each.name -eq $Name) { return $each }
  }
  return $null
}

# IsRunning NAME
function IsRunning {
  param([string]$Name)
  $service = ServiceOf $Name
  return $null -ne $service -and $service.state -eq 'Running'
}

# SecurityValue KEY: of the security policy as secedit exports it; $null: it does not say.
function SecurityValue {
  param([string]$Key)
  foreach ($line in [IO.File]::ReadAllLines("$FACTS\security")) {
    if ($line -match '^\s*(\w+)\s*=\s*(.*?)\s*$' -and $Matches[1] -eq $Key) { return $Matches[2] }
  }
  return $null
}

# AuditSetting GUID: 0 none, 1 success, 2 failure, 3 both; $null: it does not say.
function AuditSetting {
  param([string]$Guid)
  foreach ($line in [IO.File]::ReadAllLines("$FACTS\audit")) {
    if ($line.Contains($Guid) -and $line -match ',(\d)\s*$') { return [int]$Matches[1] }
  }
  return $null
}

# --- Files and names ---------------------------------------------------------------------------------------------

# Everyone, Anonymous, Authenticated Users, Interactive, Users, Guests.
$OTHERS = @('S-1-1-0', 'S-1-5-7', 'S-1-5-11', 'S-1-5-4', 'S-1-5-32-545', 'S-1-5-32-546')

# IsOthers SID: whether that is people at large; of a domain its users, guests and computers.
function IsOthers {
  param([string]$Sid)
  return $OTHERS -contains $Sid -or $Sid -match '^S-1-5-21-.*-(501|513|514|515)$'
}

# WriteData (in a folder: CreateFiles), WRITE_DAC, WRITE_OWNER, GENERIC_WRITE, GENERIC_ALL.
$WRITES = 0x2 -bor 0x40000 -bor 0x80000 -bor 0x40000000 -bor 0x10000000

# WritableByOthers PATH: the SIDs of people at large who can change the file, or put one into the folder.
function WritableByOthers {
  param([string]$Path)
  $rules = (Get-Acl -LiteralPath $Path).GetAccessRules($true, $true, [System.Security.Principal.SecurityIdentifier])
  $sids = @()
  foreach ($rule in $rules) {
    # 2: it is there for what lies below alone.
    if ([int]$rule.AccessControlType -ne 0 -or ([int]$rule.PropagationFlags -band 2) -ne 0) { continue }
    if (([int]$rule.FileSystemRights -band $WRITES) -eq 0) { continue }
    if (IsOthers $rule.IdentityReference.Value) { $sids += $rule.IdentityReference.Value }
  }
  return @($sids | Select-Object -Unique)
}

# NameOf SID: as Windows calls it here; the SID where nobody knows it.
function NameOf {
  param([string]$Sid)
  try {
    $name = (New-Object System.Security.Principal.SecurityIdentifier $Sid).Translate([System.Security.Principal.NTAccount])
    return "$($name.Value) ($Sid)"
  }
  catch {
    return $Sid
  }
}

# ProgramOf COMMAND: the program of a command line, with its variables put in; '' where it cannot be told.
function ProgramOf {
  param([string]$Command)
  $text = [Environment]::ExpandEnvironmentVariables($Command).Trim()
  if ($text -match '^"([^"]+)"') { return $Matches[1] }
  if ($text -match '^(.+?\.(exe|com|cmd|bat|ps1|vbs|js|dll|scr))(\s|,|$)') { return $Matches[1] }
  if ($text -match '^(\S+)') { return $Matches[1] }
  return ''
}

# IsElsewhere PATH: whether it names something on another computer. Who wrote it there may want just that: to look would sign in at that
# computer with the rights of the scan.
function IsElsewhere {
  param([string]$Path)
  if ($Path -match '^(?:[\\/]{2}[?.][\\/])?([A-Za-z]):') {
    # 4 is Network.
    return [int](New-Object System.IO.DriveInfo $Matches[1]).DriveType -eq 4
  }
  return $Path -match '^[\\/]{2}'
}

# Fingerprint SECRET: 12 hexadecimal digits that say nothing of it to whoever has not this host's key.
function Fingerprint {
  param([string]$Secret)
  $bytes = [IO.File]::ReadAllBytes("$FACTS\fingerprint-key") + $UTF8.GetBytes($Secret)
  $digest = [System.Security.Cryptography.SHA256]::Create().ComputeHash([byte[]]$bytes)
  return [BitConverter]::ToString($digest).Replace('-', '').Substring(0, 12).ToLowerInvariant()
}

# KnownBefore: the lines that the check remembered when the state of this host was taken as known; $null the first time.
function KnownBefore {
  $path = "$FACTS\known\$CHECK_ID"
  if (-not [IO.File]::Exists($path)) { return $null }
  return , [IO.File]::ReadAllLines($path)
}

# Remember LINES: the present state, of no secret. It is kept the first time, and when a person takes it as known.
function Remember {
  param([string[]]$Lines)
  $path = "$WORK\remembered"
  [IO.File]::WriteAllLines($path, [string[]]@($Lines | Sort-Object -Unique), $UTF8)
  Say 'remember' @($path)
}

# ReasonOf ERROR: why a look failed, in one line; what a cmdlet says may be in the language of this Windows.
function ReasonOf {
  param($Failure)
  $cause = $Failure.Exception
  while ($null -ne $cause.InnerException) { $cause = $cause.InnerException }
  $text = ($cause.Message -replace '\s+', ' ').Trim()
  if ($cause -is [System.Management.Automation.CommandNotFoundException]) { return "this Windows has no $($cause.CommandName)" }
  if ($cause -is [UnauthorizedAccessException] -or $cause -is [System.Security.SecurityException]) {
    return "access was refused: $text"
  }
  return $text
}

# ------------------------------------------------------------------------------------------------------------------

try {
  . $Script
  if ($Verb -eq 'look') { Look *> $null } else { Detect *> $null }
  Say 'end' @()
}
catch {
  [Console]::Error.WriteLine("$($CHECK_ID): $(ReasonOf $_) (line $($_.InvocationInfo.ScriptLineNumber))")
  if ($Verb -eq 'look') { exit 1 }
  # A check that cannot go on has seen what it saw before, and says why it saw no more.
  Unknown (ReasonOf $_)
  Say 'end' @()
}
finally {
  $ANSWERS.Close()
}
