# The security policy that holds here, as secedit exports it: security. Its keys are the same in every language.

function Look {
  $export = "$WORK\security.inf"
  $log = "$WORK\security.log"
  & "$env:SystemRoot\System32\secedit.exe" /export /cfg $export /areas SECURITYPOLICY /log $log /quiet
  if (-not [IO.File]::Exists($export)) { throw "secedit wrote nothing, and ended with $LASTEXITCODE" }
  # UTF-16 with its mark, which ReadAllText goes by.
  [IO.File]::WriteAllText("$FACTS\security", [IO.File]::ReadAllText($export), $UTF8)
  [IO.File]::Delete($export)
}
