"""Letters to suppliers about what is disputed."""
