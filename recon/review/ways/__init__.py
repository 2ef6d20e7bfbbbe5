"""What could clear a finding: changes by a paper, a figure, a fact or a limit, each a world to be matched."""
