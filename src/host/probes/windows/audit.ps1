# What the system audits: audit. Names of subcategories are in the language of Windows, GUIDs and the numbers of a backup are not.

function Look {
  $backup = "$WORK\audit.csv"
  & "$env:SystemRoot\System32\auditpol.exe" /backup "/file:$backup"
  if (-not [IO.File]::Exists($backup)) { throw "auditpol wrote nothing, and ended with $LASTEXITCODE" }
  [IO.File]::WriteAllText("$FACTS\audit", [IO.File]::ReadAllText($backup).ToUpperInvariant(), $UTF8)
  [IO.File]::Delete($backup)
}
