# id: W-UAC-01
# title: Programs get administrator's rights without a question
# severity: high
# rationale: Whatever an administrator opens, a mail or a page, then acts with all rights at once.
# references: CIS Windows Server 2022 2.3.17.2; CIS Windows Server 2022 2.3.17.6; CIS Windows Server 2022 2.3.17.7;
#   ATT&CK T1548.002
# applies: windows
# needs: nothing
# fix: M
# remedy: Set-ItemProperty HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System -Name EnableLUA -Value 1
#   -Type DWord; the same for ConsentPromptBehaviorAdmin with 2 and PromptOnSecureDesktop with 1,
#   LocalAccountTokenFilterPolicy with 0; then restart.
# timeout: 30 s
# tested: no

$SYSTEM_POLICY = 'HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System'

function Detect {
  # What is not set: 1, 5, 1, and 0.
  JudgeRegistry $SYSTEM_POLICY 'EnableLUA' 1 1 'all programs of an administrator have all rights'
  $prompt = RegistryValue $SYSTEM_POLICY 'ConsentPromptBehaviorAdmin'
  $resource = "registry:$SYSTEM_POLICY\ConsentPromptBehaviorAdmin"
  if ($null -eq $prompt) { $prompt = 5 }
  if ($prompt -eq 0) {
    Fail $resource 'it is 0: rights are given without a question'
  }
  elseif ($prompt -eq 1 -or $prompt -eq 2) {
    Pass $resource "it is $prompt"
  }
  else {
    # 3 and 4 ask where other programs can answer; 5 does not ask for programs of Windows, of which some can be led to start others.
    Fail $resource "it is ${prompt}: the question can be got around" -Severity low
  }
  JudgeRegistry $SYSTEM_POLICY 'PromptOnSecureDesktop' 1 1 'other programs can answer the question' -Severity medium
  JudgeRegistry $SYSTEM_POLICY 'LocalAccountTokenFilterPolicy' 0 0 'local administrators have all rights over the network' -Severity medium
}
