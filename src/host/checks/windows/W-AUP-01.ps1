# id: W-AUP-01
# title: What is put in starts by itself (AutoPlay)
# severity: low
# rationale: A stick that somebody found in the car park starts its program.
# references: CIS Windows Server 2022 18.10.7.1; CIS Windows Server 2022 18.10.7.2; CIS Windows Server 2022 18.10.7.3;
#   ATT&CK T1091
# applies: windows
# needs: nothing
# fix: M
# remedy: Set-ItemProperty HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\Explorer -Name NoDriveTypeAutoRun
#   -Value 255 -Type DWord; the same for NoAutorun with 1; and NoAutoplayfornonVolume with 1 in
#   HKLM:\SOFTWARE\Policies\Microsoft\Windows\Explorer
# timeout: 30 s
# tested: no

$EXPLORER = 'HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\Explorer'

function Detect {
  # What is not set: 145 (drives of the network and unknown ones), and 0.
  JudgeRegistry $EXPLORER 'NoDriveTypeAutoRun' 145 255 'AutoPlay is on for some drives'
  JudgeRegistry $EXPLORER 'NoAutorun' 0 1 'a drive may say what is started'
  JudgeRegistry 'HKLM\SOFTWARE\Policies\Microsoft\Windows\Explorer' 'NoAutoplayfornonVolume' 0 1 'AutoPlay is on for cameras and phones'
}
