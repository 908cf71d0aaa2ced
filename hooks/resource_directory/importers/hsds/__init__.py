"""The Human Services Data Specification read: our own exports back into records, other directories' into drafts."""
