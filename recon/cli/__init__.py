"""The command line: it translates arguments into calls of recon's Python API, and what came of them into exit codes."""
