# id: W-CRD-01
# title: A password or a cloud key lies in the registry or in a file
# severity: high
# rationale: Whoever reads it is that account, here or in the cloud, without breaking anything.
# references: CIS Windows Server 2022 18.5.1; ATT&CK T1552.001; ATT&CK T1552.002
# applies: windows
# needs: root for the files of others
# fix: M
# remedy: Autologon: Remove-ItemProperty 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon' -Name
#   DefaultPassword; Set-ItemProperty the same key -Name AutoAdminLogon -Value 0; change that password. Answer files
#   of an installation: delete them, and change the passwords in them. Cloud keys: replace them by a role or a sign-in
#   that ends, and revoke the old ones.
# timeout: 60 s
# tested: no

$WINLOGON = 'HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon'
$MOST_BYTES = 5242880
$ANSWER_FILES = @(
  'Windows\Panther\Unattend.xml', 'Windows\Panther\Unattend\Unattend.xml', 'Windows\System32\Sysprep\unattend.xml',
  'Windows\System32\Sysprep\sysprep.xml', 'unattend.xml', 'autounattend.xml'
)
# Below the folder of a user; the history of PowerShell among them.
$USER_FILES = @(
  '.aws\credentials', '.azure\accessTokens.json', 'AppData\Roaming\gcloud\application_default_credentials.json',
  '.docker\config.json', '.git-credentials',
  'AppData\Roaming\Microsoft\Windows\PowerShell\PSReadLine\ConsoleHost_history.txt'
)
$SECRETS = @(
  @('a key of AWS', '\b(AKIA[A-Z2-7]{16})\b'),
  @('a key of a Google service account', '"private_key":\s*"(-----BEGIN PRIVATE KEY-----[^"]{32,})'),
  @('a refresh token of Google', '"refresh_token":\s*"([^"]{20,})"'),
  @('a key of an Azure storage account', 'AccountKey=([A-Za-z0-9+/]{86}==)'),
  @('a token of Azure', '"refreshToken":\s*"([^"]{20,})"'),
  @('a sign-in of a container registry', '"auth":\s*"([A-Za-z0-9+/=]{12,})"'),
  @('a password in an address', 'https?://[^\s:/@]+:([^\s@/]{6,})@'),
  @('a password in a command', '(?i)ConvertTo-SecureString\s+(?:-String\s+)?["'']?([^\s"''$]{6,})["'']?.*-AsPlainText')
)

# TextOf PATH: throws where it is too large or may not be read.
function TextOf {
  param([string]$Path)
  if ((New-Object System.IO.FileInfo $Path).Length -gt $MOST_BYTES) { throw "it has more than $MOST_BYTES bytes" }
  return [IO.File]::ReadAllText($Path)
}

function LookAtUserFile {
  param([string]$Path)
  $number = 0
  foreach ($line in (TextOf $Path).Split([char]10)) {
    $number += 1
    foreach ($secret in $SECRETS) {
      # Keys are told by the size of their letters, too.
      if ($line -cmatch $secret[1]) { Fail "file:$Path" "line ${number}: $($secret[0]), print $(Fingerprint $Matches[1])" }
    }
  }
}

function LookAtAnswerFile {
  param([string]$Path)
  # Windows puts that in place of a password once it has used it.
  $text = (TextOf $Path) -replace '\*SENSITIVE\*DATA\*DELETED\*', ''
  if ($text -match '(?s)<(\w*Password)>\s*<Value>\s*([^<\s][^<]*)</Value>') {
    Fail "file:$Path" "a password in <$($Matches[1])>, print $(Fingerprint $Matches[2])"
  }
}

# LookAtFile PATH KIND: says so where it may not be read.
function LookAtFile {
  param([string]$Path, [string]$Kind)
  if (-not [IO.File]::Exists($Path)) { return }
  try {
    if ($Kind -eq 'user') { LookAtUserFile $Path } else { LookAtAnswerFile $Path }
  }
  catch {
    Unknown "file:$Path" (ReasonOf $_)
  }
}

function Detect {
  $password = RegistryValue $WINLOGON 'DefaultPassword'
  if ($null -ne $password -and [string]$password -ne '') {
    $isOn = [string](RegistryValue $WINLOGON 'AutoAdminLogon') -eq '1'
    Fail "registry:$WINLOGON\DefaultPassword" "a password in clear, print $(Fingerprint ([string]$password)); signing in by itself is on: $isOn"
  }
  $drive = [IO.Path]::GetPathRoot([Environment]::SystemDirectory)
  foreach ($each in $ANSWER_FILES) { LookAtFile "$drive$each" 'answers' }
  foreach ($each in (Get-CimInstance -ClassName Win32_UserProfile -Filter 'Special=False' -Property LocalPath)) {
    foreach ($file in $USER_FILES) { LookAtFile "$($each.LocalPath)\$file" 'user' }
  }
  Pass
}
