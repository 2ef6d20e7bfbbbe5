#!/usr/bin/env bash
# The step of the GitHub action: annotations on the lines of the sources; the exit code is recon's.
set -euo pipefail
options=(--format github)
[[ -n "${BASELINE:-}" ]] && options+=(--baseline "$BASELINE")
[[ -n "${OUTPUT:-}" ]] && options+=(-o "$OUTPUT")
recon check "$RECON_RULES" "${options[@]}"
