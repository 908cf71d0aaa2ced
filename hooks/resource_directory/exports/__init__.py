"""Open data: the Directory in forms that other programs read. Pure functions; `files` says which stands where."""
