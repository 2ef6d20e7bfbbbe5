"""The service: documents are pushed to it, what stands is read from it, and the store is followed beside it."""
