# id: W-AUT-05
# title: Names are asked for aloud (LLMNR, NetBIOS)
# severity: medium
# rationale: A name that DNS does not know is asked of the whole network, and whoever answers is sent the sign-in.
#   That is how passwords of an office are collected in an afternoon.
# references: CIS Windows Server 2022 18.6.4.2; CIS Windows Server 2022 18.6.4.3; ATT&CK T1557.001
# applies: windows
# needs: nothing
# fix: M
# remedy: New-Item 'HKLM:\SOFTWARE\Policies\Microsoft\Windows NT\DNSClient' -Force; Set-ItemProperty
#   'HKLM:\SOFTWARE\Policies\Microsoft\Windows NT\DNSClient' -Name EnableMulticast -Value 0 -Type DWord. NetBIOS of an
#   adapter: Get-CimInstance Win32_NetworkAdapterConfiguration -Filter IPEnabled=True | Invoke-CimMethod -MethodName
#   SetTcpipNetbios -Arguments @{TcpipNetbiosOptions=[uint32]2}
# timeout: 30 s
# tested: no

function Detect {
  $path = 'HKLM\SOFTWARE\Policies\Microsoft\Windows NT\DNSClient'
  # Not set means on.
  JudgeRegistry $path 'EnableMulticast' 1 0 'names are asked of the whole network (LLMNR)'
  # 0 nowhere, 2 not in public networks; 1 and 3 leave it on.
  $policy = RegistryValue $path 'EnableNetbios'
  if ($policy -eq 0 -or $policy -eq 2) {
    Pass "registry:$path\EnableNetbios" "it is $policy"
    return
  }
  $properties = @('Description', 'TcpipNetbiosOptions', 'SettingID')
  foreach ($each in (Get-CimInstance -ClassName Win32_NetworkAdapterConfiguration -Filter 'IPEnabled=True' -Property $properties)) {
    # 2 is off; 0 is what DHCP says, which is on unless it says otherwise.
    if ($each.TcpipNetbiosOptions -eq 2) {
      Pass "adapter:$($each.SettingID)" "$($each.Description): NetBIOS is off"
    }
    else {
      Fail "adapter:$($each.SettingID)" "$($each.Description): NetBIOS is not off ($($each.TcpipNetbiosOptions))"
    }
  }
}
