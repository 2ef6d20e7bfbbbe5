"""The old process beside the new: where they agree, where they do not, and what that is worth."""
