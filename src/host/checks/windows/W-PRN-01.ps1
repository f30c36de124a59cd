# id: W-PRN-01
# title: The print spooler can be reached by others, or installs their drivers
# severity: high
# rationale: PrintNightmare: whoever reaches the spooler had it run a driver of theirs with all rights. Few servers
#   print.
# references: CIS Windows Server 2022 5.1; CIS Windows Server 2022 5.2; CIS Windows Server 2022 18.7.1; CIS Windows
#   Server 2022 18.7.10; ATT&CK T1547.012
# applies: windows
# needs: nothing
# facts: services
# fix: M
# remedy: Where nobody prints: Stop-Service Spooler; Set-Service Spooler -StartupType Disabled. Else: Set-ItemProperty
#   'HKLM:\SOFTWARE\Policies\Microsoft\Windows NT\Printers' -Name RegisterSpoolerRemoteRpcEndPoint -Value 2 -Type
#   DWord; Set-ItemProperty 'HKLM:\SOFTWARE\Policies\Microsoft\Windows NT\Printers\PointAndPrint' -Name
#   NoWarningNoElevationOnInstall -Value 0 -Type DWord, and restart the spooler.
# timeout: 30 s
# tested: no

$PRINTERS = 'HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Printers'

function Detect {
  if (-not (NeedFacts 'services')) { return }
  if (-not (IsRunning 'Spooler')) {
    Pass 'service:Spooler' 'it does not run'
    return
  }
  if ($ROLE -eq 'domain_controller') {
    Fail 'service:Spooler' 'it runs on a domain controller, which others can have sign in anywhere by it'
  }
  elseif ($ROLE -eq 'server') {
    Fail 'service:Spooler' 'it runs on a server' -Severity low
  }
  # Not set: it takes requests of others where a printer is shared, and so does 1; 2 is never.
  JudgeRegistry $PRINTERS 'RegisterSpoolerRemoteRpcEndPoint' 1 2 'the spooler takes requests of others' -Severity medium
  # Not set means that the question is asked, and that only administrators install drivers (since August 2021).
  JudgeRegistry "$PRINTERS\PointAndPrint" 'NoWarningNoElevationOnInstall' 0 0 'drivers of a print server are installed without a question'
  JudgeRegistry "$PRINTERS\PointAndPrint" 'UpdatePromptSettings' 0 0 'newer drivers of a print server are installed without a question'
  JudgeRegistry "$PRINTERS\PointAndPrint" 'RestrictDriverInstallationToAdministrators' 1 1 'everybody may install drivers'
}
