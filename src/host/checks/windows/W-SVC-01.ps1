# id: W-SVC-01
# title: A service starts a program that others can replace
# severity: high
# rationale: Services run with all rights: whoever can write their program, or put one before it in a path without
#   quotes, is administrator after the next start.
# references: ATT&CK T1574.009; ATT&CK T1574.010
# applies: windows
# needs: root
# facts: services
# fix: M
# remedy: Put the path into quotes: Set-ItemProperty HKLM:\SYSTEM\CurrentControlSet\Services\NAME -Name ImagePath
#   -Value '"C:\...\program.exe" ARGUMENTS'; take the right to write from others: icacls PATH /remove:g *S-1-5-32-545
#   (with the SID in the finding).
# timeout: 120 s
# tested: no

# Folders in which Windows would look for a program first: of C:\A B\c.exe without quotes it tries C:\A.exe in C:\.
function FoldersBefore {
  param([string]$Program)
  $folders = @()
  $at = $Program.IndexOf(' ')
  while ($at -ge 0) {
    $before = $Program.Substring(0, $at)
    $folders += $before.Substring(0, $before.LastIndexOf('\') + 1)
    $at = $Program.IndexOf(' ', $at + 1)
  }
  return @($folders | Select-Object -Unique)
}

# NamesOf SIDS
function NamesOf {
  param([string[]]$Sids)
  $names = @()
  foreach ($sid in $Sids) { $names += (NameOf $sid) }
  return $names -join ', '
}

function LookAtService {
  param($Service)
  $path = [Environment]::ExpandEnvironmentVariables($Service.path)
  $program = ProgramOf $path
  if (IsElsewhere $program) {
    Unknown "service:$($Service.name)" "$program lies on another computer, which is not asked"
    return
  }
  if (-not $path.StartsWith('"') -and $program.Contains(' ') -and $program -match '^[A-Za-z]:\\') {
    $who = @()
    foreach ($folder in @(FoldersBefore $program)) {
      if ([IO.Directory]::Exists($folder)) { $who += @(WritableByOthers $folder) }
    }
    if ($who.Length -gt 0) {
      Fail "service:$($Service.name)" "its path has no quotes, and others can put a program before it: $(NamesOf $who)"
    }
    else {
      Fail "service:$($Service.name)" "its path has no quotes: $program" -Severity low
    }
  }
  if (-not [IO.File]::Exists($program)) { return }
  $who = @(WritableByOthers $program) + @(WritableByOthers ([IO.Path]::GetDirectoryName($program)))
  if ($who.Length -gt 0) {
    Fail "service:$($Service.name)" "$program can be replaced by $(NamesOf @($who | Select-Object -Unique)); it runs as $($Service.account)"
  }
}

function Detect {
  if (-not (NeedFacts 'services')) { return }
  foreach ($each in (ReadFact 'services').services) {
    if ($each.path -eq '') { continue }
    try {
      LookAtService $each
    }
    catch {
      Unknown "service:$($each.name)" (ReasonOf $_)
    }
  }
  Pass
}
