"""What tests share: ledgers by hand and by dice, laws, the places of files."""
