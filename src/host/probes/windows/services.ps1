# The services: services. Win32_Service has its states in English whatever the language of Windows is.

function Look {
  $services = @()
  foreach ($each in (Get-CimInstance -ClassName Win32_Service -Property @('Name', 'State', 'StartMode', 'PathName', 'StartName'))) {
    $services += @{
      name      = [string]$each.Name
      state     = [string]$each.State
      startMode = [string]$each.StartMode
      path      = [string]$each.PathName
      account   = [string]$each.StartName
    }
  }
  WriteFact 'services' @{ services = $services }
}
