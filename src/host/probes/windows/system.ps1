# Which Windows this is, for the scan itself: system.json.

function Look {
  $system = Get-CimInstance -ClassName Win32_OperatingSystem -Property @('Caption', 'Version', 'ProductType')
  $computer = Get-CimInstance -ClassName Win32_ComputerSystem -Property @('PartOfDomain', 'Manufacturer', 'Model')
  $enclosure = @(Get-CimInstance -ClassName Win32_SystemEnclosure -Property SMBIOSAssetTag)
  $firmware = @([string]$computer.Manufacturer, [string]$computer.Model)
  foreach ($each in $enclosure) { $firmware += [string]$each.SMBIOSAssetTag }
  $identity = [System.Security.Principal.WindowsIdentity]::GetCurrent()
  $principal = New-Object System.Security.Principal.WindowsPrincipal $identity
  WriteFact 'system.json' @{
    name            = ([string]$system.Caption).Trim()
    version         = [string]$system.Version
    productType     = [int]$system.ProductType
    machineGuid     = [string](RegistryValue 'HKLM\SOFTWARE\Microsoft\Cryptography' 'MachineGuid')
    isInDomain      = [bool]$computer.PartOfDomain
    isAdministrator = $principal.IsInRole([System.Security.Principal.WindowsBuiltInRole]::Administrator)
    # Set in Windows Server containers; docs of Microsoft on containers.
    isContainer     = $null -ne (RegistryValue 'HKLM\SYSTEM\CurrentControlSet\Control' 'ContainerType')
    firmware        = $firmware
  }
}
