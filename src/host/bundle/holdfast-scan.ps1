# Looks at this computer with the checks beside it, and writes what they said into one file. Needs Windows PowerShell 5.1, which every
# Windows has. Changes nothing, and asks nobody over the network. Nobody has run it on a Windows machine yet.
#
#   powershell.exe -NoProfile -ExecutionPolicy Bypass -File holdfast-scan.ps1 [-To FOLDER]      in a terminal of an administrator
#
# The file goes into FOLDER, else beside this script; nothing is replaced. Take it to where Holdfast runs: holdfast host report
# --import FILE. What it holds line by line stands in docs/host-result.md there.

param([string]$To = '')

# Modules of Windows alone: one in a user's folder could stand in for what is called here. Before the first cmdlet.
$env:PSModulePath = "$PSHOME\Modules"
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

# As where checks run otherwise.
$MOST_ANSWER = 4194304
$PROBE_TIMEOUT_S = 60
$UTF8 = New-Object System.Text.UTF8Encoding $false
$SYSTEM_FOLDER = [Environment]::SystemDirectory

# StopWith REASON [STATUS]
function StopWith {
  param([string]$Reason, [int]$Status = 3)
  [Console]::Error.WriteLine("holdfast-scan: $Reason")
  exit $Status
}

if ($PSVersionTable.PSVersion.Major -ne 5) { StopWith 'start it with powershell.exe, which is Windows PowerShell 5.1' 2 }
# Such a one is shown another registry and other folders than those that Windows goes by.
if ([Environment]::Is64BitOperatingSystem -and -not [Environment]::Is64BitProcess) {
  StopWith 'start it with the PowerShell that is not called (x86)' 2
}

# --- Nobody else may be able to change what is run ----------------------------------------------------------------

$IDENTITY = [System.Security.Principal.WindowsIdentity]::GetCurrent()
# SYSTEM, Administrators, TrustedInstaller; and whoever made or owns a thing, since the owner itself must be one of these.
$TRUSTED = @(
  $IDENTITY.User.Value, 'S-1-5-18', 'S-1-5-32-544', 'S-1-3-0', 'S-1-3-4',
  'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464'
)
# CreateFiles, CreateDirectories, DeleteSubdirectoriesAndFiles, DELETE, WRITE_DAC, WRITE_OWNER, GENERIC_WRITE, GENERIC_ALL.
$WRITES = 0x2 -bor 0x4 -bor 0x40 -bor 0x10000 -bor 0x40000 -bor 0x80000 -bor 0x40000000 -bor 0x10000000
# Of a folder above, what is needed to put another in its place, or in that of one below it.
$DELETE = 0x10000
$REPLACES = 0x40 -bor $DELETE -bor 0x40000 -bor 0x80000 -bor 0x10000000

# WhoElse PATH RIGHTS: the SID of somebody else who owns it, and so can give themselves any right, or who has one of these rights there;
# '' where there is nobody.
function WhoElse {
  param([string]$Path, [int]$Rights)
  $acl = Get-Acl -LiteralPath $Path
  $owner = $acl.GetOwner([System.Security.Principal.SecurityIdentifier]).Value
  if ($TRUSTED -notcontains $owner) { return $owner }
  foreach ($rule in $acl.GetAccessRules($true, $true, [System.Security.Principal.SecurityIdentifier])) {
    # 2: it is there for what lies below alone.
    if ([int]$rule.AccessControlType -ne 0 -or ([int]$rule.PropagationFlags -band 2) -ne 0) { continue }
    if (([int]$rule.FileSystemRights -band $Rights) -eq 0) { continue }
    if ($TRUSTED -notcontains $rule.IdentityReference.Value) { return $rule.IdentityReference.Value }
  }
  return ''
}

# NeedOwn FOLDER: stops where somebody else could change what lies in it, or put another folder in its place.
function NeedOwn {
  param([string]$Folder)
  $path = $Folder
  $rights = $WRITES
  while ($null -ne $path -and $path -ne '') {
    $above = [IO.Path]::GetDirectoryName($path)
    # A drive is not moved away, though all may have the right to.
    if (($null -eq $above -or $above -eq '') -and $rights -eq $REPLACES) { $rights = $REPLACES -band (-bnot $DELETE) }
    $who = WhoElse $path $rights
    if ($who -ne '') { StopWith "$path can be changed by others ($who); take a folder that is yours alone, such as one in your profile" }
    $path = $above
    $rights = $REPLACES
  }
}

# HashOf BYTES: SHA-256 in hexadecimal digits.
function HashOf {
  param([byte[]]$Bytes)
  $digest = [System.Security.Cryptography.SHA256]::Create().ComputeHash($Bytes)
  return [BitConverter]::ToString($digest).Replace('-', '').ToLowerInvariant()
}

$HERE = $PSScriptRoot
NeedOwn $HERE
$TARGET = $HERE
if ($To -ne '') {
  if (-not [IO.Directory]::Exists($To)) { StopWith "there is no folder $To" 2 }
  $TARGET = (Get-Item -LiteralPath $To).FullName
  NeedOwn $TARGET
}
foreach ($line in [IO.File]::ReadAllLines("$HERE\SHA256SUMS")) {
  $file = "$HERE\$($line.Substring(66).Replace('/', '\'))"
  if (-not [IO.File]::Exists($file) -or (HashOf ([IO.File]::ReadAllBytes($file))) -ne $line.Substring(0, 64)) {
    StopWith "$file is not what the archive was made with; unpack it anew"
  }
}

# --- A folder for this look, which only its user, administrators and Windows may enter ----------------------------

$settings = @{}
foreach ($line in [IO.File]::ReadAllLines("$HERE\settings.tsv")) {
  $fields = $line.Split([char]9)
  if ($fields.Length -eq 2) { $settings[$fields[0]] = $fields[1] }
}
$CLOCK = [System.Diagnostics.Stopwatch]::StartNew()
$STARTED = [DateTime]::UtcNow
$RESULT = "$TARGET\holdfast-$($env:COMPUTERNAME)-$($STARTED.ToString('yyyyMMddTHHmmssZ')).jsonl"
# Made before anything is looked at, so that it is known whether it can be written; never in the place of another.
$output = [IO.File]::Open($RESULT, [IO.FileMode]::CreateNew, [IO.FileAccess]::Write, [IO.FileShare]::Read)
$TEMPORARY = "$([IO.Path]::GetTempPath())holdfast-scan-$([Guid]::NewGuid().ToString('N'))"
$FACTS = "$TEMPORARY\facts"
$access = New-Object System.Security.AccessControl.DirectorySecurity
$access.SetSecurityDescriptorSddlForm("D:P(A;OICI;FA;;;$($IDENTITY.User.Value))(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)")
[void][IO.Directory]::CreateDirectory($TEMPORARY, $access)
[void][IO.Directory]::CreateDirectory("$FACTS\known")
# Of this look alone: what fingerprints of secrets are keyed with is kept nowhere.
$random = New-Object byte[] 32
[System.Security.Cryptography.RandomNumberGenerator]::Create().GetBytes($random)
[IO.File]::WriteAllBytes("$FACTS\fingerprint-key", $UTF8.GetBytes((HashOf $random)))

$TEXT = New-Object System.Text.StringBuilder

# Line JSON
function Line {
  param([string]$Json)
  [void]$TEXT.Append($Json).Append([char]10)
}

# Encoded TEXT: base64 of its UTF-8, in quotes.
function Encoded {
  param([string]$Text)
  return '"' + [Convert]::ToBase64String($UTF8.GetBytes($Text)) + '"'
}

# --- Running ------------------------------------------------------------------------------------------------------

$IS_ROOT = '0'
$OS_VERSION = ''
$ROLE = ''

# RunScript SCRIPT VERB SECONDS WORK: what it answered, how it ended and how long it took.
function RunScript {
  param([string]$Script, [string]$Verb, [int]$Seconds, [string]$Work)
  [void][IO.Directory]::CreateDirectory($Work)
  $answers = "$Work\answers"
  $start = New-Object System.Diagnostics.ProcessStartInfo "$SYSTEM_FOLDER\WindowsPowerShell\v1.0\powershell.exe"
  $start.UseShellExecute = $false
  $start.CreateNoWindow = $true
  $start.WorkingDirectory = $Work
  $flags = '-NoLogo -NoProfile -NonInteractive -InputFormat None -ExecutionPolicy Bypass'
  $start.Arguments = "$flags -File `"$HERE\native\prelude.ps1`" `"$HERE\$Script`" $Verb"
  $start.EnvironmentVariables.Clear()
  $given = @{
    SystemRoot   = $env:SystemRoot
    windir       = $env:SystemRoot
    SystemDrive  = $env:SystemDrive
    ProgramData  = $env:ProgramData
    USERPROFILE  = $env:USERPROFILE
    PATH         = "$SYSTEM_FOLDER;$($env:SystemRoot);$SYSTEM_FOLDER\Wbem"
    PATHEXT      = '.COM;.EXE'
    PSModulePath = "$SYSTEM_FOLDER\WindowsPowerShell\v1.0\Modules"
    TEMP         = $Work
    TMP          = $Work
    ANSWERS      = $answers
    FACTS        = $FACTS
    WORK         = $Work
    IS_ROOT      = $script:IS_ROOT
    OS_VERSION   = $script:OS_VERSION
    ROLE         = $script:ROLE
    WITHIN       = [string]$Seconds
  }
  foreach ($name in $given.Keys) { $start.EnvironmentVariables.Add($name, $given[$name]) }
  $clock = [System.Diagnostics.Stopwatch]::StartNew()
  $process = [System.Diagnostics.Process]::Start($start)
  $isLate = -not $process.WaitForExit($Seconds * 1000)
  if ($isLate) {
    # With all that it started.
    $end = New-Object System.Diagnostics.ProcessStartInfo "$SYSTEM_FOLDER\taskkill.exe"
    $end.UseShellExecute = $false
    $end.CreateNoWindow = $true
    $end.Arguments = "/T /F /PID $($process.Id)"
    [void][System.Diagnostics.Process]::Start($end).WaitForExit(10000)
    [void]$process.WaitForExit(10000)
  }
  $bytes = New-Object byte[] 0
  if ([IO.File]::Exists($answers)) {
    $file = [IO.File]::Open($answers, [IO.FileMode]::Open, [IO.FileAccess]::Read, [IO.FileShare]::ReadWrite)
    $size = [int][Math]::Min($file.Length, $MOST_ANSWER)
    $bytes = New-Object byte[] $size
    [void]$file.Read($bytes, 0, $size)
    $file.Close()
  }
  # The word "end" and its count, which stand last.
  $hasEnded = $bytes.Length -ge 6 -and [BitConverter]::ToString($bytes, $bytes.Length - 6) -eq '65-6E-64-00-30-00'
  return @{ answers = [Convert]::ToBase64String($bytes); isLate = $isLate; hasEnded = $hasEnded; tookMs = [long]$clock.ElapsedMilliseconds }
}

# LookAtSystem: which Windows this is; stops where that cannot be told, since nothing else could be either.
function LookAtSystem {
  $ran = RunScript 'probes\windows\system.ps1' 'look' $PROBE_TIMEOUT_S "$TEMPORARY\work\system"
  if (-not $ran.hasEnded) { throw 'PowerShell could not look: a policy for scripts, or application control, may not let it' }
  $system = ConvertFrom-Json ([IO.File]::ReadAllText("$FACTS\system.json"))
  $hostname = [System.Net.Dns]::GetHostName()
  $machine = [string]$system.machineGuid
  if ($machine -eq '') { $machine = "no machine id: $hostname" }
  $script:OS_VERSION = [string]$system.version
  if ($system.isAdministrator) { $script:IS_ROOT = '1' }
  # Win32_OperatingSystem.ProductType.
  if ($system.productType -eq 1) { $script:ROLE = 'workstation' }
  if ($system.productType -eq 2) { $script:ROLE = 'domain_controller' }
  if ($system.productType -eq 3) { $script:ROLE = 'server' }
  $container = ''
  if ($system.isContainer) { $container = 'windows' }
  $cloud = ''
  if ((@($system.firmware) -join ' ') -match 'Amazon EC2') { $cloud = 'aws' }
  if ((@($system.firmware) -join ' ') -match 'Google Compute Engine') { $cloud = 'gcp' }
  # The asset tag that every virtual machine of Azure has.
  if ((@($system.firmware) -join ' ') -match '7783-7084-3265-9085-8269-3286-77') { $cloud = 'azure' }
  $architecture = 'x86_64'
  if ($env:PROCESSOR_ARCHITECTURE -eq 'ARM64' -or $env:PROCESSOR_ARCHITEW6432 -eq 'ARM64') { $architecture = 'aarch64' }
  $isRoot = ([string]$system.isAdministrator).ToLowerInvariant()
  $hostId = (HashOf ($UTF8.GetBytes("holdfast host`n$machine"))).Substring(0, 32)
  $family = "`"osFamily`":$(Encoded 'windows'),`"packages`":$(Encoded 'none'),`"init`":$(Encoded 'none')"
  $name = "`"hostname`":$(Encoded $hostname),`"osName`":$(Encoded $system.name),`"osId`":$(Encoded 'windows')"
  $version = "`"osVersion`":$(Encoded $system.version),`"kernel`":$(Encoded $system.version)"
  $place = "`"container`":$(Encoded $container),`"cloud`":$(Encoded $cloud),`"architecture`":$(Encoded $architecture)"
  Line "{`"kind`":`"system`",`"hostId`":`"$hostId`",`"isRoot`":$isRoot,$name,$version,$family,$place}"
}

# LookOnce NAME: a probe, into the folder of facts.
function LookOnce {
  param([string]$Name)
  $ran = RunScript "probes\windows\$Name.ps1" 'look' $PROBE_TIMEOUT_S "$TEMPORARY\work\$Name"
  $outcome = 'done'
  if ($ran.isLate) { $outcome = 'timed_out' } elseif (-not $ran.hasEnded) { $outcome = 'broke_off' }
  Line "{`"kind`":`"probe`",`"probe`":`"$Name`",`"outcome`":`"$outcome`",`"closed`":0,`"tookMs`":$($ran.tookMs)}"
}

# LookBy FIELDS: a check, by its line of checks.tsv: id, hash, path, seconds, whether an administrator is needed, probes, what it is for.
function LookBy {
  param([string[]]$Fields)
  $outcome = 'ran'
  $answers = ''
  $tookMs = 0
  if ($Fields[6] -ne 'windows') {
    $outcome = 'not_applicable'
  }
  elseif ($Fields[4] -eq 'yes' -and $script:IS_ROOT -ne '1') {
    $outcome = 'needs_root'
  }
  else {
    $ran = RunScript ($Fields[2].Replace('/', '\')) 'detect' ([int]$Fields[3]) "$TEMPORARY\work\$($Fields[0])"
    if ($ran.isLate) { $outcome = 'timed_out' }
    $answers = $ran.answers
    $tookMs = $ran.tookMs
  }
  $what = "`"check`":`"$($Fields[0])`",`"sha256`":`"$($Fields[1])`",`"outcome`":`"$outcome`""
  Line "{`"kind`":`"check`",$what,`"answers`":`"$answers`",`"tookMs`":$tookMs}"
}

# WriteResult: with a hash of all that stands before the last line.
function WriteResult {
  $bytes = $UTF8.GetBytes($TEXT.ToString())
  $output.Write($bytes, 0, $bytes.Length)
  $end = $UTF8.GetBytes("{`"kind`":`"end`",`"tookMs`":$([long]$CLOCK.ElapsedMilliseconds),`"sha256`":`"$(HashOf $bytes)`"}`n")
  $output.Write($end, 0, $end.Length)
}

$isDone = $false
try {
  $resultId = [Guid]::NewGuid().ToString('N')
  $begun = "`"format`":`"holdfast-host-result`",`"version`":1,`"platform`":`"windows`",`"madeWith`":`"$($settings['madeWith'])`""
  Line "{`"kind`":`"begin`",$begun,`"resultId`":`"$resultId`",`"startedTime`":`"$($STARTED.ToString('yyyy-MM-ddTHH:mm:ssZ'))`"}"
  LookAtSystem
  $checks = [IO.File]::ReadAllLines("$HERE\checks.tsv")
  $looked = @{}
  foreach ($line in $checks) {
    foreach ($name in $line.Split([char]9)[5].Split(',')) {
      if ($name -eq '-' -or $looked.ContainsKey($name)) { continue }
      $looked[$name] = $true
      LookOnce $name
    }
  }
  foreach ($line in $checks) {
    [Console]::Error.WriteLine("Looking: $($line.Split([char]9)[0])")
    LookBy ($line.Split([char]9))
  }
  WriteResult
  $isDone = $true
}
catch {
  [Console]::Error.WriteLine("holdfast-scan: $($_.Exception.Message)")
}
finally {
  $output.Close()
  if (-not $isDone) { [IO.File]::Delete($RESULT) }
  try {
    [IO.Directory]::Delete($TEMPORARY, $true)
  }
  catch {
    [Console]::Error.WriteLine("holdfast-scan: $TEMPORARY could not be deleted: $($_.Exception.Message)")
  }
}
if (-not $isDone) { exit 3 }
[Console]::Out.WriteLine($RESULT)
if ($IS_ROOT -ne '1') { [Console]::Error.WriteLine('Not as an administrator: some checks could not look. Open the terminal as administrator to see all.') }
