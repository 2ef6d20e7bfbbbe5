"""Who everybody is, and who hangs together with whom, kept in step with what comes."""
