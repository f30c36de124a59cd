# id: W-PER-01
# title: Something starts by itself that is not signed, or from a place where everybody can write
# severity: high
# rationale: That is how malware comes back after a restart: a line in a Run key, a service, a task, a subscription of
#   WMI.
# references: ATT&CK T1547.001; ATT&CK T1543.003; ATT&CK T1053.005; ATT&CK T1546.003
# applies: windows
# needs: root for tasks and settings of others
# facts: services
# fix: M
# remedy: Look at the program that the finding names, and ask who put it there. To take it away: Remove-ItemProperty
#   KEY -Name NAME, Unregister-ScheduledTask NAME, sc.exe delete NAME, or Get-CimInstance -Namespace root/subscription
#   -ClassName CommandLineEventConsumer | Where-Object Name -eq NAME | Remove-CimInstance (ActiveScriptEventConsumer
#   where a script runs).
# timeout: 120 s
# tested: no

$RUN_KEYS = @(
  'SOFTWARE\Microsoft\Windows\CurrentVersion\Run',
  'SOFTWARE\Microsoft\Windows\CurrentVersion\RunOnce',
  'SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\Run',
  'SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\RunOnce'
)
# Where everybody can put a file.
$LOOSE = '\\(Temp|Tmp|Downloads|Perflogs|Users\\Public|\$Recycle\.Bin|Windows\\Tasks|Windows\\Tracing)\\'

# PatternIn COMMAND: why a command line is one that hides or fetches; '' where it is not. The patterns lie in a file beside the checks,
# where no scanner takes them for the thing itself.
function PatternIn {
  param([string]$Command)
  foreach ($line in [IO.File]::ReadAllLines([IO.Path]::Combine([IO.Path]::GetDirectoryName($Script), 'start-commands.tsv'))) {
    if ($line.StartsWith('#') -or $line -eq '') { continue }
    $fields = $line.Split([char]9)
    if ($Command -match $fields[1]) { return $fields[0] }
  }
  return ''
}

# LookAt RESOURCE COMMAND SIGNED: SIGNED is whether a program that nobody signed is told.
function LookAt {
  param([string]$Resource, [string]$Command, [bool]$Signed)
  $program = ProgramOf $Command
  $pattern = PatternIn $Command
  if ($pattern -ne '') {
    Fail $Resource $pattern
  }
  elseif ($program -match $LOOSE) {
    Fail $Resource "it starts $program, where everybody can put something"
  }
  elseif ($Signed -and (IsElsewhere $program)) {
    Unknown $Resource "$program lies on another computer, which is not asked"
  }
  elseif ($Signed -and $program -ne '' -and $program -notmatch '[\\/]') {
    Unknown $Resource "$program is named without its folder; who signed it was not looked at"
  }
  elseif ($Signed) {
    try {
      if ([IO.File]::Exists($program) -and -not (IsSigned $program)) {
        Fail $Resource "it starts $program, which nobody signed" -Severity medium
      }
    }
    catch {
      Unknown $Resource (ReasonOf $_)
    }
  }
}

# By program: most services start the same one.
$SIGNATURES = @{}

function IsSigned {
  param([string]$Program)
  if (-not $SIGNATURES.ContainsKey($Program)) {
    # 0 is Valid; of programs of Windows a catalogue is signed.
    $SIGNATURES[$Program] = [int](Get-AuthenticodeSignature -LiteralPath $Program).Status -eq 0
  }
  return $SIGNATURES[$Program]
}

function LookAtRunKeys {
  $roots = @('HKLM')
  foreach ($sid in @([Microsoft.Win32.Registry]::Users.GetSubKeyNames())) {
    if ($sid -match '^S-1-5-(21-[0-9-]+|18|19|20)$') { $roots += "HKU\$sid" }
  }
  foreach ($root in $roots) {
    foreach ($run in $RUN_KEYS) {
      $path = "$root\$run"
      foreach ($name in @(RegistryNames $path)) {
        $command = [string](RegistryValue $path $name)
        if ($command -ne '') { LookAt "autostart:$path\$name" $command $true }
      }
    }
  }
}

function LookAtTasks {
  foreach ($task in (Get-ScheduledTask)) {
    foreach ($action in @($task.Actions)) {
      # Others than those that start a program have no such property.
      $execute = $action.PSObject.Properties['Execute']
      if ($null -eq $execute -or -not $execute.Value) { continue }
      LookAt "task:$($task.TaskPath)$($task.TaskName)" "$($execute.Value) $($action.PSObject.Properties['Arguments'].Value)" $true
    }
  }
}

function LookAtSubscriptions {
  foreach ($each in (Get-CimInstance -Namespace 'root/subscription' -ClassName 'CommandLineEventConsumer')) {
    # Its words may hold a password, and are not told.
    $command = [string]$each.CommandLineTemplate
    $program = [string]$each.ExecutablePath
    if ($program -eq '') { $program = ProgramOf $command }
    $pattern = PatternIn $command
    if ($pattern -ne '') { $pattern = ", and $pattern" }
    Fail "wmi:$($each.Name)" "WMI starts $program$pattern"
  }
  foreach ($each in (Get-CimInstance -Namespace 'root/subscription' -ClassName 'ActiveScriptEventConsumer')) {
    Fail "wmi:$($each.Name)" "WMI runs a script ($([string]$each.ScriptingEngine) $([string]$each.ScriptFileName))"
  }
}

function Detect {
  if (-not (NeedFacts 'services')) { return }
  LookAtRunKeys
  foreach ($each in (ReadFact 'services').services) {
    if ($each.startMode -ne 'Disabled' -and $each.path -ne '') { LookAt "service:$($each.name)" $each.path $true }
  }
  LookAtTasks
  # Only an administrator sees them.
  if ($IS_ADMINISTRATOR) { LookAtSubscriptions }
  Pass
}
