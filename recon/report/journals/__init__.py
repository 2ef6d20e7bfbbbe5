"""The accrual journal as the files that accounting systems load; each is told to be checked on one's own template first."""
