# The firewall as it acts, with what policies say: firewall. Filters are asked for all rules at once: one by one takes minutes.

# ByRule FILTERS: of each rule's id its filter.
function ByRule {
  param($Filters)
  $byRule = @{}
  foreach ($each in $Filters) { $byRule[[string]$each.InstanceID] = $each }
  return $byRule
}

# TextsOf VALUE: one or several values of a filter as texts.
function TextsOf {
  param($Value)
  $texts = @()
  foreach ($each in @($Value)) { if ($null -ne $each) { $texts += [string]$each } }
  return $texts
}

function Look {
  $profiles = @()
  foreach ($each in (Get-NetFirewallProfile -PolicyStore ActiveStore)) {
    $profiles += @{
      name       = [string]$each.Name
      # GpoBoolean: 0 no, 1 yes, 2 not configured. Actions: 0 not configured, 2 allow, 4 block.
      enabled    = [int]$each.Enabled
      inbound    = [int]$each.DefaultInboundAction
      logBlocked = [int]$each.LogBlocked
    }
  }
  $ports = ByRule (Get-NetFirewallPortFilter -PolicyStore ActiveStore)
  $addresses = ByRule (Get-NetFirewallAddressFilter -PolicyStore ActiveStore)
  $programs = ByRule (Get-NetFirewallApplicationFilter -PolicyStore ActiveStore)
  $services = ByRule (Get-NetFirewallServiceFilter -PolicyStore ActiveStore)
  $rules = @()
  foreach ($each in (Get-NetFirewallRule -PolicyStore ActiveStore -Direction Inbound -Enabled True -Action Allow)) {
    $id = [string]$each.InstanceID
    if (-not ($ports.ContainsKey($id) -and $addresses.ContainsKey($id))) { continue }
    $program = 'Any'
    if ($programs.ContainsKey($id)) { $program = [string]$programs[$id].Program }
    if ($programs.ContainsKey($id) -and $programs[$id].Package) { $program = [string]$programs[$id].Package }
    $service = 'Any'
    if ($services.ContainsKey($id)) { $service = [string]$services[$id].Service }
    $rules += @{
      id       = $id
      name     = [string]$each.DisplayName
      # Flags: 0 any, 1 domain, 2 private, 4 public.
      profiles = [int]$each.Profile
      protocol = [string]$ports[$id].Protocol
      ports    = [string[]]@(TextsOf $ports[$id].LocalPort)
      from     = [string[]]@(TextsOf $addresses[$id].RemoteAddress)
      program  = $program
      service  = $service
    }
  }
  $listeners = @()
  foreach ($each in (Get-NetTCPConnection -State Listen)) {
    if ($each.LocalAddress -ne '127.0.0.1' -and $each.LocalAddress -ne '::1') { $listeners += [int]$each.LocalPort }
  }
  WriteFact 'firewall' @{ profiles = $profiles; rules = $rules; listeners = [int[]]@($listeners | Sort-Object -Unique) }
}
