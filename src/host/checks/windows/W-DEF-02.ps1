# id: W-DEF-02
# title: Rules of Defender that stop common ways in are off
# severity: medium
# rationale: They stop what ordinary programs never do: Word that starts a program, a script that fetches one, a
#   program that reads the memory of LSASS.
# references: CIS Windows Server 2022 18.10.43.6.1.1; CIS Windows Server 2022 18.10.43.6.1.2; ATT&CK T1566.001
# applies: windows
# needs: root
# facts: services
# fix: M
# remedy: First only watch: Add-MpPreference -AttackSurfaceReductionRules_Ids GUID
#   -AttackSurfaceReductionRules_Actions AuditMode, look at the events 1122 of Windows Defender for some weeks, then
#   with Enabled.
# timeout: 60 s
# tested: no

$RULES = @(
  @('26190899-1602-49e8-8b27-eb1d0a1ce869', 'Office mail programs that start others'),
  @('3b576869-a4ec-4529-8536-b80a7769e899', 'Office programs that write programs'),
  @('5beb7efe-fd9a-4556-801d-275e5ffc04cc', 'scripts that hide what they do'),
  @('75668c1f-73b5-4cf0-bb93-3ecf5cb7cc84', 'Office programs that reach into others'),
  @('7674ba52-37eb-4a4f-a9a1-f0f9a1619a2c', 'Adobe Reader that starts others'),
  @('92e97fa1-2edf-4476-bdd6-9dd0b4dddc7b', 'macros that call Windows itself'),
  @('9e6c4e1f-7d60-472f-ba1a-a39ef669e4b2', 'programs that read sign-ins out of LSASS'),
  @('b2b3f03d-6a65-4f7b-a9c7-1c7ef74a9ba4', 'unsigned programs from USB'),
  @('be9ba2d9-53ea-4cdc-84e5-9b1eeee46550', 'programs in mail'),
  @('d3e037e1-3eb8-44c8-a917-57927947596d', 'scripts that start what they fetched'),
  @('d4f940ab-401b-4efc-aadc-ad5f3c50688a', 'Office programs that start others'),
  @('e6db77e5-3df2-4cf1-b95a-636979351e5b', 'programs that come back by WMI'),
  @('56a863a9-875e-4185-98a7-b882c64b5ce5', 'drivers with known holes')
)

function Detect {
  if (-not (NeedFacts 'services')) { return }
  if (-not (IsRunning 'WinDefend')) {
    NotApplicable 'Microsoft Defender does not run'
    return
  }
  $preference = Get-MpPreference
  $ids = @($preference.AttackSurfaceReductionRules_Ids)
  $actions = @($preference.AttackSurfaceReductionRules_Actions)
  $modes = @{}
  for ($at = 0; $at -lt $ids.Length -and $at -lt $actions.Length; $at += 1) {
    if ($ids[$at]) { $modes[$ids[$at].ToLowerInvariant()] = [int]$actions[$at] }
  }
  foreach ($rule in $RULES) {
    # 0 off, 1 block, 2 watch, 6 warn.
    $mode = 0
    if ($modes.ContainsKey($rule[0])) { $mode = $modes[$rule[0]] }
    if ($mode -eq 1 -or $mode -eq 6) {
      Pass "asr:$($rule[0])" "stopped: $($rule[1])"
    }
    elseif ($mode -eq 2) {
      Fail "asr:$($rule[0])" "only watched: $($rule[1])" -Severity low
    }
    else {
      Fail "asr:$($rule[0])" "not stopped: $($rule[1])"
    }
  }
}
