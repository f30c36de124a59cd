# id: W-AUT-02
# title: LM hashes of passwords are stored
# severity: high
# rationale: Such a hash cuts a password into two halves of seven capital letters: both are guessed in minutes by
#   whoever gets hold of them.
# references: CIS Windows Server 2022 2.3.11.5; ATT&CK T1003.002
# applies: windows
# needs: nothing
# fix: M
# remedy: Set-ItemProperty HKLM:\SYSTEM\CurrentControlSet\Control\Lsa -Name NoLMHash -Value 1 -Type DWord. Stored ones
#   go when their passwords are changed.
# timeout: 30 s
# tested: no

function Detect {
  # Not set means 1 since Windows Vista and Server 2008.
  JudgeRegistry 'HKLM\SYSTEM\CurrentControlSet\Control\Lsa' 'NoLMHash' 1 1 'the next change of a password stores its LM hash'
}
