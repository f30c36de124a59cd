#!/usr/bin/env bash
# Stops the servers that `npm run services:install` started. What is installed stays.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
services="$root/.services"

source "$root/scripts/services/shell.sh"
source "$root/scripts/services/server.sh"

shopt -s nullglob
for pid_file in "$services"/*.pid; do
  name=$(basename "$pid_file" .pid)
  stop_service "$name"
  say "$name is stopped"
done
