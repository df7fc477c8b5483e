"""`make bench`: a large school, the specification's SQL beside ours, writers, the fold, and what each may
take."""
