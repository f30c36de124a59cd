# id: W-AUD-01
# title: Sign-ins and started programs are not logged
# severity: medium
# rationale: After a break-in these two are what is asked first: who came in, and what was started, with which words.
# references: CIS Windows Server 2022 17.3.2; CIS Windows Server 2022 17.5.4; CIS Windows Server 2022 18.9.3.1; ATT&CK
#   T1562.002
# applies: windows
# needs: root
# facts: audit
# fix: M
# remedy: auditpol /set /subcategory:'{0CCE922B-69AE-11D9-BED3-505054503030}' /success:enable; auditpol /set
#   /subcategory:'{0CCE9215-69AE-11D9-BED3-505054503030}' /success:enable /failure:enable; Set-ItemProperty
#   HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System\Audit -Name ProcessCreationIncludeCmdLine_Enabled
#   -Value 1 -Type DWord
# timeout: 30 s
# tested: no

# JudgeAudit NAME GUID WANTED BAD: WANTED is 1 for success, 3 for success and failure.
function JudgeAudit {
  param([string]$Name, [string]$Guid, [int]$Wanted, [string]$Bad)
  $setting = AuditSetting $Guid
  if ($null -eq $setting) {
    Unknown "audit:$Name" 'auditpol does not say'
  }
  elseif (($setting -band $Wanted) -eq $Wanted) {
    Pass "audit:$Name" "it is $setting"
  }
  else {
    Fail "audit:$Name" "it is ${setting}: $Bad"
  }
}

function Detect {
  if (-not (NeedFacts 'audit')) { return }
  JudgeAudit 'ProcessCreation' '0CCE922B-69AE-11D9-BED3-505054503030' 1 'programs that are started are not logged'
  JudgeAudit 'Logon' '0CCE9215-69AE-11D9-BED3-505054503030' 3 'not all sign-ins are logged, good and bad ones'
  $path = 'HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System\Audit'
  JudgeRegistry $path 'ProcessCreationIncludeCmdLine_Enabled' 0 1 'the words that a program was started with are not logged' -Severity low
}
